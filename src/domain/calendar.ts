import { statutoryDays } from './statutoryDays.js';
import { weekday } from './localDate.js';

/**
 * One day that somebody decided about: a holiday, a make-up Saturday, or (`working`) a day that the computed
 * base calls a holiday and that is none. It is data, with the document that says so.
 */
export type CalendarDay = {
  date: string; // yyyy-MM-dd, Asia/Ho_Chi_Minh
  kind: 'off' | 'workingSaturday' | 'working';
  title: string;
  document?: string;
  official: boolean; // false: only proposed or guessed
};

/** Why a day is a working day or not. `inLieu`: off because a holiday fell on a weekly rest day. */
export type DayReason = 'weekday' | 'weekend' | 'holiday' | 'inLieu' | 'workingSaturday' | 'correction';

export type DayDescription = {
  working: boolean;
  why: DayReason;
  title?: string;
  document?: string;
  official: boolean; // false: a guess or a proposal that an authority has yet to decide
};

export type Calendar = {
  isWorkingDay(date: string): boolean;
  describe(date: string): DayDescription;
};

/**
 * The working days of civil servants (C3): Monday to Friday, without the public holidays of the Labour Code
 * (art. 112, 111(3)), and with `days` above that; of two entries for one date the later stands. Callers pass
 * OFFICIAL_DAYS and then the days of the store. Throws RangeError for what is no date.
 */
export function createCalendar(days: readonly CalendarDay[]): Calendar {
  const decided = new Map(days.map((day) => [day.date, day]));
  const describe = (date: string): DayDescription => {
    const rest = weekday(date) % 6 === 0; // Sunday or Saturday
    const day = decided.get(date);
    if (day) return describeDecided(day);
    const holiday = statutoryDays(Number(date.slice(0, 4))).get(date);
    if (holiday)
      return {
        working: false,
        why: holiday.inLieu ? 'inLieu' : 'holiday',
        title: holiday.title,
        official: holiday.official,
      };
    return { working: !rest, why: rest ? 'weekend' : 'weekday', official: true };
  };
  return { describe, isWorkingDay: (date) => describe(date).working };
}

const WHY = { off: 'holiday', workingSaturday: 'workingSaturday', working: 'correction' } as const;

function describeDecided(day: CalendarDay): DayDescription {
  return {
    working: day.kind !== 'off',
    why: WHY[day.kind],
    title: day.title,
    ...(day.document === undefined ? {} : { document: day.document }),
    official: day.official,
  };
}
