import { readButtonData } from '../../conversation/buttonData.js';
import type { Question } from '../../domain/question.js';
import { sendFiles, sendFullText } from '../board/sendFiles.js';
import { nextStage } from '../../domain/lifeCycle.js';
import { readCardData } from '../cards/cardData.js';
import { pageOf } from '../cards/pickList.js';
import { beginAnswer, beginUnitDecision, hearAnswerPress } from './hearUnitFlow.js';
import { showUnitQueue } from './showUnitQueue.js';
import type { UnitTurn } from './unitDeps.js';

/**
 * Answers a press in a unit's chat: answer, hand back, difficulty, files (C4). A question that is not this unit's,
 * and any action of the board, is refused and recorded (C2).
 */
export async function pressUnit(turn: UnitTurn, data: string): Promise<void> {
  const { scene, deps, unit } = turn;
  if (readButtonData(data)) return hearAnswerPress(turn);
  const press = readCardData(data);
  // A button from when this private chat was a citizen's.
  if (scene.incoming.chatKind === 'private' && (!press || press.action === 'clarify'))
    return scene.say({ key: 'unit:private.notHere', values: { unit: unit.name } });
  if (!press) return refusePress(turn, 'errors:unknown-button');
  if (press.action === 'queue') return showUnitQueue(turn, pageOf(press.arg), press.list);
  const question = press.code === undefined ? undefined : await deps.services.ledger.byCode(press.code);
  if (!question || question.unit !== unit.id) return refusePress(turn, 'errors:not-your-question');
  switch (press.action) {
    case 'answer':
      mayNow(turn, question, 'answer');
      beginAnswer(turn, question);
      break;
    case 'handBack':
    case 'reportDifficulty':
      mayNow(turn, question, press.action);
      beginUnitDecision(turn, question, press.action);
      break;
    case 'fullText':
      sendFullText(turn, question);
      break;
    case 'files':
      await sendFiles(turn, question);
      break;
    case 'more': {
      const card = { of: 'unit' as const, unit: unit.id };
      const buttons = await turn.painter.allButtons(card, question, scene.incoming.chat, scene.lang);
      scene.choices({ key: 'cards:allActions', values: { code: question.code } }, buttons);
      break;
    }
    case 'show':
      scene.show(await turn.painter.unit(question, unit.id, scene.incoming.chat, scene.lang));
      break;
    default:
      return refusePress(turn, 'errors:unknown-button');
  }
  scene.toast({ key: 'board:toast.done' });
}

/** Throws what the use case would, before anything is asked. */
function mayNow(
  { actor }: UnitTurn,
  question: Question,
  action: 'answer' | 'handBack' | 'reportDifficulty',
): void {
  nextStage(question, action, actor.roles);
}

async function refusePress({ deps, scene, actor }: UnitTurn, key: string): Promise<void> {
  const { event, id } = scene.incoming;
  const data = event.kind === 'press' ? event.data.slice(0, 64) : '';
  await deps.services.members.refused(actor.account, `press ${data}`, id);
  scene.toast({ key }, true);
}
