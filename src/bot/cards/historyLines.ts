import type { Phrase } from '../../conversation/flow.js';
import { formatDate, localTime } from '../../domain/localDate.js';
import type { Question, QuestionEvent } from '../../domain/question.js';
import { type CardContext, topicName, unitName } from './cardContext.js';
import { cutText } from './cutText.js';
import { maskPersonal } from './maskPersonal.js';

const EVENTS_SHOWN = 5;
const TEXT_SHOWN = 160;
/** Their words stand elsewhere: the content above, the answer on its own card. */
const WITHOUT_TEXT: readonly QuestionEvent['action'][] = ['submit', 'answer', 'clarify'];

/** The last of `events`: when, who, what, and why. The asker is never named (C1). */
export function historyLines(
  events: readonly QuestionEvent[],
  question: Question,
  context: CardContext,
): Phrase[] {
  return events
    .filter((event) => event.action !== 'submit')
    .slice(-EVENTS_SHOWN)
    .map((event) => historyLine(event, question, context));
}

function historyLine(event: QuestionEvent, question: Question, context: CardContext): Phrase {
  const text =
    event.text && !WITHOUT_TEXT.includes(event.action)
      ? cutText(maskPersonal(event.text, question.asker), TEXT_SHOWN)
      : undefined;
  return {
    key: text === undefined ? 'cards:event' : 'cards:eventWithText',
    values: {
      when: `${localTime(event.at)} ${formatDate(event.at).slice(0, 5)}`,
      who: whoDid(event),
      did: whatWasDone(event, context),
      ...(text === undefined ? {} : { text }),
    },
  };
}

/** Who did it: a member or a unit's person by name, else the asker or the system. */
export function whoDid(event: Pick<QuestionEvent, 'by' | 'byName'>): Phrase {
  if (event.by === 'system') return { key: 'cards:who.system' };
  if (event.byName) return { key: 'cards:who.named', values: { name: cutText(event.byName, 80) } };
  return { key: 'cards:who.asker' };
}

/** What was done, with the names of unit and topic. */
export function whatWasDone(
  event: QuestionEvent,
  context: Pick<CardContext, 'units' | 'topics' | 'lang'>,
): Phrase {
  return {
    key: `cards:did.${event.action}`,
    values: {
      unit: event.unit ? cutText(unitName(event.unit, context), 120) : '',
      topic: event.topic ? cutText(topicName(event.topic, context), 120) : '',
      episode: event.episode ?? '',
    },
  };
}
