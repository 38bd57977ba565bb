import type { Phrase } from '../../conversation/flow.js';
import type { DomainError } from '../../domain/errors.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import type { CardContext } from './cardContext.js';
import { whatWasDone, whoDid } from './historyLines.js';

/**
 * The sentence for a broken rule: `errors:<code>` with the error's fields. A wrong stage also tells who decided
 * what, and when, from the record of `question` (C2).
 */
export function errorPhrase(
  error: DomainError,
  question: Question | undefined,
  names: Pick<CardContext, 'units' | 'topics' | 'lang'>,
): Phrase {
  const last =
    question?.events.findLast((event) => event.action === error.fields.lastAction) ??
    question?.events.findLast((event) => event.from !== event.to);
  if (error.code !== 'wrong-stage' || !question || !last)
    return { key: `errors:${error.code}`, values: { ...error.fields } };
  return {
    key: 'errors:decided-already',
    values: {
      code: question.code,
      stage: { key: `cards:stage.${question.stage}` },
      who: whoDid(last),
      did: whatWasDone(last, names),
      when: formatDateTime(last.at),
    },
  };
}
