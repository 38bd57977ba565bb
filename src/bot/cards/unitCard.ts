import type { Message } from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import { allowedActions } from '../../domain/lifeCycle.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Question, QuestionEvent } from '../../domain/question.js';
import { type CardContext, renderLines } from './cardContext.js';
import { cutText } from './cutText.js';
import { historyLines } from './historyLines.js';
import { maskPersonal } from './maskPersonal.js';
import { aboutLines, composeCard, stageLine } from './questionCard.js';

/** What a unit sees of the record: its own work and the board's word on it, not the board's inner notes. */
const FOR_UNITS: readonly QuestionEvent['action'][] = [
  'route',
  'answer',
  'reportDifficulty',
  'acceptAnswer',
  'returnAnswer',
];

const REASON_SHOWN = 500;
const UNIT_ACTIONS = ['answer', 'handBack', 'reportDifficulty'] as const;

/**
 * The card of a routed question in the chat of `unit` (C4): what was asked, without personal data, with answer,
 * hand back and difficulty while it is the unit's turn. Once it is no longer the unit's, only a line remains.
 */
export function unitCard(question: Question, unit: string, context: CardContext): Message {
  if (question.unit !== unit || question.stage === 'withdrawn')
    return {
      text: renderLines([{ key: 'cards:unitClosed', values: { code: question.code } }], context),
    };
  const routed = question.events.findLast((event) => event.action === 'route');
  const returned = question.events.findLast(
    (event) => event.action === 'answer' || event.action === 'returnAnswer',
  );
  const head: Phrase[] = [
    stageLine(question),
    ...aboutLines(question, context),
    ...(routed ? [{ key: 'cards:routedAt', values: { when: formatDateTime(routed.at) } }] : []),
    ...(question.stage === 'routed' && returned?.action === 'returnAnswer'
      ? [
          {
            key: 'cards:answerReturned',
            values: { reason: cutText(maskPersonal(returned.text ?? '', question.asker), REASON_SHOWN) },
          },
        ]
      : []),
  ];
  const allowed = allowedActions(question, ['unitHead']);
  const own = question.events.filter((event) => FOR_UNITS.includes(event.action));
  return composeCard(question, context, {
    head,
    actions: UNIT_ACTIONS.filter((action) => allowed.includes(action)),
    history: historyLines(own, question, context),
  });
}
