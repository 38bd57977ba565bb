import type { Phrase } from '../../conversation/flow.js';
import type { Question, QuestionEvent } from '../../domain/question.js';
import { assigneeName } from '../cards/questionCard.js';
import { cutText } from '../cards/cutText.js';
import { whoDid } from '../cards/historyLines.js';
import { maskPersonal } from '../cards/maskPersonal.js';
import { type CardPainter, answerSlot, cardSlot } from '../cards/createCardPainter.js';
import type { Show } from '../turn.js';
import { type Teller, findUnit } from './createTeller.js';

/** What others did and the board has to know of at once; an edited card makes no sound. */
const NEWS: readonly QuestionEvent['action'][] = [
  'clarify',
  'handBack',
  'reportDifficulty',
  'answer',
  'withdraw',
  'reopen',
];
const WITH_ANSWER: readonly QuestionEvent['action'][] = ['answer', 'acceptAnswer', 'returnAnswer'];

/** The board's side of an event: the card drawn anew, the answer to be approved, and a line for news from outside. */
export async function tellBoard(
  teller: Teller,
  painter: CardPainter,
  question: Question,
  event: QuestionEvent,
): Promise<Show[]> {
  const chat = await teller.deps.lookups().settings.boardChat();
  if (chat === undefined) return [];
  const lang = await teller.deps.languageOf(chat);
  const { code } = question;
  const shows: Show[] = [];
  if (teller.redraws(chat) || event.from !== event.to) {
    const card = await painter.question(question, chat, lang);
    shows.push(teller.card(chat, `${event.id}:card:${chat}`, cardSlot(code), card));
  }
  if (WITH_ANSWER.includes(event.action)) {
    const answer = await painter.answer(question, chat, lang);
    if (answer) shows.push(teller.card(chat, `${event.id}:answer:${chat}`, answerSlot(code), answer));
  }
  const news = await newsOf(teller, question, event);
  for (const [n, phrase] of news.entries())
    shows.push(
      await teller.toChat(chat, `${event.id}:news${n === 0 ? '' : n}:${chat}`, {
        phrase,
        buttons: [{ title: { key: 'cards:button.show' }, data: { action: 'show', code } }],
      }),
    );
  return shows;
}

async function newsOf(teller: Teller, question: Question, event: QuestionEvent): Promise<Phrase[]> {
  const phrases: Phrase[] = [];
  if (NEWS.includes(event.action)) {
    const unit = (await findUnit(teller.deps, event.unit ?? unitBefore(question, event)))?.name ?? '';
    const text = event.text ? cutText(maskPersonal(event.text, question.asker), 1_000) : '';
    const said: Phrase = {
      key: `notices:board.${event.action}`,
      values: { code: question.code, unit, who: whoDid(event), text },
    };
    phrases.push(withMention(said, question));
  }
  if (event.action === 'route') {
    const unit = await findUnit(teller.deps, event.unit);
    if (unit && unit.chat === undefined)
      phrases.push({
        key: 'notices:board.unitWithoutChat',
        values: { code: question.code, unit: unit.name, id: unit.id },
      });
  }
  return phrases;
}

/** The phrase with the name of the member who took the question over, if somebody did. */
export function withMention(said: Phrase, question: Pick<Question, 'assignee' | 'events'>): Phrase {
  if (question.assignee === undefined) return said;
  return { key: 'notices:withMention', values: { said, name: assigneeName(question) } };
}

/** The unit that had the question before `event`: a hand-back may leave it without one. */
export function unitBefore(
  question: Pick<Question, 'events' | 'unit'>,
  event: Pick<QuestionEvent, 'id' | 'at'>,
): string | undefined {
  const before = question.events.filter((one) => one.id !== event.id && one.at <= event.at);
  return before.findLast((one) => one.action === 'route')?.unit ?? question.unit;
}
