import type { Question, QuestionEvent } from '../../domain/question.js';
import { type CardPainter, cardSlot } from '../cards/createCardPainter.js';
import { maskPersonal } from '../cards/maskPersonal.js';
import type { Show } from '../turn.js';
import { type Teller, findUnit } from './createTeller.js';
import { unitBefore } from './tellBoard.js';

/** Plan IV.4: difficulties go to the People's Committee through the Sở Nội vụ. */
const LEAD_OFFICE = 'so-noi-vu';

/** What changes a unit's card; the board's own notes and looks do not concern it. */
const ON_UNIT_CARD: readonly QuestionEvent['action'][] = [
  'route',
  'answer',
  'handBack',
  'reportDifficulty',
  'acceptAnswer',
  'returnAnswer',
  'setTopic',
  'verify',
  'withdraw',
  'reopen',
];

/**
 * Where a card cannot be drawn anew in its place, it is sent only when the question comes or goes: what the unit did
 * itself was confirmed to it, and the board's word has a line of its own.
 */
const ON_NEW_CARD: readonly QuestionEvent['action'][] = ['route', 'withdraw', 'reopen'];

/** The unit's side of an event (C4): its card, a word when an answer comes back, and difficulties to the lead office. */
export async function tellUnit(
  teller: Teller,
  painter: CardPainter,
  question: Question,
  event: QuestionEvent,
): Promise<Show[]> {
  const shows: Show[] = [];
  const id = event.action === 'handBack' ? (event.unit ?? unitBefore(question, event)) : question.unit;
  const unit = await findUnit(teller.deps, id);
  if (unit?.chat !== undefined && ON_UNIT_CARD.includes(event.action)) {
    if (teller.redraws(unit.chat) || ON_NEW_CARD.includes(event.action)) {
      const lang = await teller.deps.languageOf(unit.chat);
      const card = await painter.unit(question, unit.id, unit.chat, lang);
      shows.push(teller.card(unit.chat, `${event.id}:card:${unit.chat}`, cardSlot(question.code), card));
    }
    if (event.action === 'returnAnswer')
      shows.push(
        await teller.toChat(unit.chat, `${event.id}:returned:${unit.chat}`, {
          phrase: {
            key: 'notices:unit.returnAnswer',
            values: { code: question.code, reason: maskPersonal(event.text ?? '', question.asker) },
          },
          buttons: [
            { title: { key: 'cards:button.answer' }, data: { action: 'answer', code: question.code } },
          ],
        }),
      );
    if (event.action === 'acceptAnswer')
      shows.push(
        await teller.toChat(unit.chat, `${event.id}:accepted:${unit.chat}`, {
          phrase: { key: 'notices:unit.acceptAnswer', values: { code: question.code } },
          silent: true,
        }),
      );
  }
  if (event.action === 'reportDifficulty') {
    const lead = await findUnit(teller.deps, teller.deps.leadOffice ?? LEAD_OFFICE);
    if (lead?.chat !== undefined && lead.chat !== unit?.chat)
      shows.push(
        await teller.toChat(lead.chat, `${event.id}:difficulty:${lead.chat}`, {
          phrase: {
            key: 'notices:leadOffice.difficulty',
            values: {
              code: question.code,
              unit: unit?.name ?? '',
              text: maskPersonal(event.text ?? '', question.asker),
            },
          },
        }),
      );
  }
  return shows;
}
