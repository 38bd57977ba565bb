import { readButtonData, shortRun } from '../../conversation/buttonData.js';
import type { Question } from '../../domain/question.js';
import { ANSWER, answerStamp } from '../cards/answerCard.js';
import { answerSlot } from '../cards/createCardPainter.js';
import { type CardData, readCardData } from '../cards/cardData.js';
import { pageOf } from '../cards/pickList.js';
import type { BoardTurn } from './boardDeps.js';
import { sendAnswerFiles, sendAnswerText, sendFiles, sendFullText } from './sendFiles.js';
import { beginDecision, hearDecisionPress } from './hearDecision.js';
import { act, mayNow } from './onQuestion.js';
import { listSlot, showPicks } from './showPicks.js';
import { showQueue } from './showQueue.js';
import { revealContact, verifyInPrivate } from './revealContact.js';

/**
 * Answers a press in the board's group (C1, C2). Callback data can be forged and cards can be old, so everything is
 * looked up again: the question, the stage, the role. Data that no card of ours carries is refused and recorded.
 */
export async function pressBoard(turn: BoardTurn, data: string): Promise<void> {
  const { scene, deps } = turn;
  if (readButtonData(data)) return hearDecisionPress(turn);
  const press = readCardData(data);
  if (!press) return refusePress(turn);
  if (press.action === 'queue') return showQueue(turn, pageOf(press.arg), press.list);
  if (press.action === 'close') return closeList(turn, press);
  const question = press.code === undefined ? undefined : await deps.services.ledger.byCode(press.code);
  if (!question) return refusePress(turn);
  await pressQuestion(turn, question, press);
  scene.toast({ key: 'board:toast.done' });
}

async function pressQuestion(turn: BoardTurn, question: Question, press: CardData): Promise<void> {
  const { scene } = turn;
  switch (press.action) {
    case 'approve':
    case 'takeOver':
    case 'unchoose':
      return act(turn, question, press.action, {});
    case 'acceptAnswer':
      return isShownAnswer(question, press)
        ? act(turn, question, 'acceptAnswer', {})
        : staleAnswer(turn, question);
    case 'returnAnswer':
      return isShownAnswer(question, press)
        ? beginDecision(turn, question, 'returnAnswer', press.arg)
        : staleAnswer(turn, question);
    case 'reject':
    case 'askMore':
    case 'note':
    case 'join':
      return beginDecision(turn, question, press.action);
    case 'setTopic':
    case 'route':
    case 'choose':
      return press.arg === undefined
        ? pick(turn, question, press.action, 1)
        : picked(turn, question, press.action, press);
    case 'topics':
      return pick(turn, question, 'setTopic', pageOf(press.arg), press.list);
    case 'units':
      return pick(turn, question, 'route', pageOf(press.arg), press.list);
    case 'episodes':
      return pick(turn, question, 'choose', pageOf(press.arg), press.list);
    case 'revealContact':
      return revealContact(turn, question);
    case 'verify':
      return verifyInPrivate(turn, question);
    case 'fullText':
      return sendFullText(turn, question);
    case 'files':
      return sendFiles(turn, question);
    case 'answerText':
      return sendAnswerText(turn, question);
    case 'answerFiles':
      return sendAnswerFiles(turn, question);
    case 'more': {
      const of = press.arg === ANSWER ? 'answer' : 'question';
      const buttons = await turn.painter.allButtons({ of }, question, scene.incoming.chat, turn.lang);
      return scene.choices({ key: 'cards:allActions', values: { code: question.code } }, buttons);
    }
    case 'show':
      return scene.show(await turn.painter.question(question, scene.incoming.chat, turn.lang));
    default:
      return refusePress(turn);
  }
}

async function pick(
  turn: BoardTurn,
  question: Question,
  action: 'setTopic' | 'route' | 'choose',
  page: number,
  list = shortRun(turn.scene.incoming.id),
): Promise<void> {
  mayNow(turn, question, action);
  await showPicks(turn, question, { action, page, list });
}

async function picked(
  turn: BoardTurn,
  question: Question,
  action: 'setTopic' | 'route' | 'choose',
  { arg = '', list }: CardData,
): Promise<void> {
  const { settings, programme } = turn.deps.services;
  const known =
    action === 'setTopic'
      ? (await settings.topics()).some(({ id }) => id === arg)
      : action === 'route'
        ? (await settings.units()).some(({ id }) => id === arg)
        : (await programme.upcoming(LONG)).some(({ episode }) => episode.id === arg);
  if (!known) return refusePress(turn);
  const field = { setTopic: 'topic', route: 'unit', choose: 'episode' } as const;
  await act(turn, question, action, { [field[action]]: arg });
  if (list !== undefined)
    turn.scene.say(
      { key: `board:picked.${action}`, values: { code: question.code, who: turn.actor.name } },
      { slot: listSlot(list) },
    );
}

const LONG = 60;

const isShownAnswer = (question: Question, { arg }: CardData): boolean =>
  question.answer !== undefined && arg === answerStamp(question.answer);

/** The card showed an answer that is no longer the one to be decided. */
async function staleAnswer({ painter, scene, lang }: BoardTurn, question: Question): Promise<void> {
  scene.toast({ key: 'errors:answer-changed', values: { code: question.code } }, true);
  const card = await painter.answer(question, scene.incoming.chat, lang);
  if (card) scene.show(card, { slot: answerSlot(question.code) });
}

function closeList({ scene }: BoardTurn, { list }: CardData): void {
  if (list !== undefined) scene.say({ key: 'board:closed' }, { slot: listSlot(list) });
  scene.toast({ key: 'board:closed' });
}

/** Forged or unknown: refused and recorded (C2). */
async function refusePress({ deps, scene, actor }: BoardTurn): Promise<void> {
  const { event, id } = scene.incoming;
  const data = event.kind === 'press' ? event.data : '';
  await deps.services.members.refused(actor.account, `press ${data.slice(0, 64)}`, id);
  scene.toast({ key: 'errors:unknown-button' }, true);
}
