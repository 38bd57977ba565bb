import Holidays from 'date-holidays';
import { addDays, weekday } from './localDate.js';

/** A holiday that follows from the law. `official: false` where an authority decides each year and we guess. */
export type StatutoryDay = { title: string; inLieu: boolean; official: boolean };

/** Resolution 28/2026/QH16, in force since 1/7/2026. */
const CULTURE_DAY = { since: 2026, monthDay: '11-24', title: 'Ngày Văn hóa Việt Nam' };
const NATIONAL_DAY = '09-02';
const TET_DAYS = 5;
const TET_RULE = 'vietnamese 1-0-1';

/** Days off before the first day of Tết by its weekday (0 Sunday …), as decided from 2021 to 2026; Monday and Thursday did not occur. */
const DAYS_BEFORE_TET = [2, 1, 1, 2, 2, 2, 2] as const;

/** The second day of the National Day by the weekday of 2/9 (0 Sunday …): what gives the longest rest, as decided so far. */
const SECOND_DAY_OFFSET = [1, 1, -1, -1, 1, -1, -1] as const;

const cache = new Map<number, ReadonlyMap<string, StatutoryDay>>();
let holidays: Holidays | undefined;

/**
 * The public holidays of `year` by the Labour Code: art. 112 (1/1; Tết, five days; Hùng Kings; 30/4; 1/5; 2/9 and
 * one adjacent day; 24/11 since 2026) and art. 111(3) (a holiday on a rest day is off the next working day).
 * Lunar dates come from date-holidays. Tết's place, the second day of 2/9 and days in lieu are guesses.
 */
export function statutoryDays(year: number): ReadonlyMap<string, StatutoryDay> {
  const known = cache.get(year);
  if (known) return known;
  const days = withDaysInLieu(holidaysByName(year));
  cache.set(year, days);
  return days;
}

function holidaysByName(year: number): Map<string, StatutoryDay> {
  const days = new Map<string, StatutoryDay>();
  const add = (date: string, title: string, official: boolean): void => {
    days.set(date, { title, inLieu: false, official });
  };
  holidays ??= new Holidays('VN', { types: ['public'] });
  for (const holiday of holidays.getHolidays(year, 'vi')) {
    const date = holiday.date.slice(0, 10);
    if (holiday.rule.startsWith('1 day before')) continue; // the eve, with five days fixed to it
    if (holiday.rule === TET_RULE) {
      const first = addDays(date, -DAYS_BEFORE_TET[weekday(date)]);
      for (let n = 0; n < TET_DAYS; n++) add(addDays(first, n), holiday.name, false);
    }
    add(date, holiday.name, true);
  }
  const nationalDay = `${year}-${NATIONAL_DAY}`;
  const national = days.get(nationalDay);
  if (national) add(addDays(nationalDay, SECOND_DAY_OFFSET[weekday(nationalDay)]), national.title, false);
  if (year >= CULTURE_DAY.since) add(`${year}-${CULTURE_DAY.monthDay}`, CULTURE_DAY.title, true);
  return days;
}

function withDaysInLieu(days: Map<string, StatutoryDay>): ReadonlyMap<string, StatutoryDay> {
  const isRest = (date: string): boolean => weekday(date) % 6 === 0; // Sunday or Saturday
  const result = new Map(days);
  for (const [date, day] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isRest(date)) continue;
    let next = addDays(date, 1);
    while (isRest(next) || result.has(next)) next = addDays(next, 1);
    result.set(next, { title: day.title, inLieu: true, official: false });
  }
  return result;
}
