import type { Phrase } from '../../conversation/flow.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import type { Due } from '../../services/services.js';

/** Reasons for not counting a day that are worth a word; weekends go without saying. */
const TOLD = ['holiday', 'inLieu', 'paused'] as const;

/** The due date of handing over and how it was counted; nothing once the question needs no handing over (C3). */
export function dueLines(question: Pick<Question, 'handedOverAt' | 'stage'>, due: Due): Phrase[] {
  if (question.handedOverAt)
    return [{ key: 'cards:due.handedOver', values: { when: formatDateTime(question.handedOverAt) } }];
  if (['rejected', 'withdrawn', 'joined', 'published'].includes(question.stage)) return [];
  const counted = due.days.filter((day) => day.counted !== null).map((day) => day.date);
  const values = { date: shortDates([due.dueDate]), n: counted.length, days: shortDates(counted) };
  const state = due.paused ? 'paused' : due.overdue ? 'overdue' : 'open';
  return [{ key: `cards:due.${state}`, values }, ...skippedDays(due)];
}

function skippedDays(due: Due): Phrase[] {
  const daysFor = (why: string): string[] =>
    due.days.filter((day) => day.counted === null && day.why === why).map((day) => day.date);
  return TOLD.filter((why) => daysFor(why).length > 0).map((why) => ({
    key: `cards:due.skipped.${why}`,
    values: { days: shortDates(daysFor(why)) },
  }));
}

/** Dates as people say them: '24, 25, 26/11', '30/11, 1, 2/12'. The month stands after the last day of it. */
export function shortDates(dates: readonly string[]): string {
  return dates
    .map((date, index) => {
      const [, month = '', day = ''] = date.split('-');
      const sameMonthFollows = dates[index + 1]?.slice(0, 7) === date.slice(0, 7);
      return sameMonthFollows ? String(Number(day)) : `${Number(day)}/${Number(month)}`;
    })
    .join(', ');
}
