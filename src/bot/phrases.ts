/** Dates in words and other phrases that several rooms of the bot use. */
import type { Phrase } from '../conversation/flow.js';
import { formatDate, localDate, localTime, weekday } from '../domain/localDate.js';

/** 'thứ Bảy, 05/12/2026'; `at` is a moment or a date yyyy-MM-dd. */
export function dateInWords(at: Date | string): Phrase {
  const date = typeof at === 'string' ? at : localDate(at);
  return { key: 'common:date', values: { weekday: weekdayName(date), date: formatDate(date) } };
}

/** '18:30 thứ Bảy, 05/12/2026'. */
export function timeInWords(at: Date): Phrase {
  const date = localDate(at);
  return {
    key: 'common:dateTime',
    values: { time: localTime(at), weekday: weekdayName(date), date: formatDate(date) },
  };
}

/** Several phrases under each other, with an empty line between. */
export function paragraphs(first: Phrase, ...others: Phrase[]): Phrase {
  return others.reduce<Phrase>(
    (above, below) => ({ key: 'common:pair', values: { first: above, second: below } }),
    first,
  );
}

/** Several phrases, a line each. */
export function lines(...phrases: Phrase[]): Phrase {
  return { key: 'common:lines', values: { lines: phrases } };
}

function weekdayName(date: string): Phrase {
  return { key: `common:weekday.${weekday(date)}` };
}
