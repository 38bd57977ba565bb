import { DateTime } from 'luxon';

/** Where people live: dates and times that they see are in this zone; the store keeps UTC. */
export const ZONE = 'Asia/Ho_Chi_Minh';

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]?\d|2[0-3])[:h.]([0-5]\d)$/;

/** The languages of the bot. A date is written alike in both: day first, 24 hours, as in Vietnam. */
export type Language = 'vi' | 'en';

/** The date, yyyy-MM-dd, that people in Vietnam have at the moment `at`. */
export function localDate(at: Date): string {
  return local(at).toFormat('yyyy-MM-dd');
}

/** The time, HH:mm, that people in Vietnam have at the moment `at`. */
export function localTime(at: Date): string {
  return local(at).toFormat('HH:mm');
}

/** The first moment of `date` (yyyy-MM-dd). Throws RangeError for what is no date. */
export function startOfLocalDay(date: string): Date {
  return atLocalTime(date, '00:00');
}

/** The last millisecond of `date` (yyyy-MM-dd). */
export function endOfLocalDay(date: string): Date {
  return new Date(startOfLocalDay(addDays(date, 1)).getTime() - 1);
}

/** The moment when clocks in Vietnam show `time` (HH:mm) on `date` (yyyy-MM-dd). */
export function atLocalTime(date: string, time: string): Date {
  dayNumber(date);
  const [, hour, minute] = TIME.exec(time) ?? [];
  if (hour === undefined || minute === undefined) throw new RangeError('not a time HH:mm');
  const clock = `${hour.padStart(2, '0')}:${minute}`;
  return DateTime.fromISO(`${date}T${clock}`, { zone: ZONE }).toJSDate();
}

/** The date `n` days after `date` (before it, when n is negative). */
export function addDays(date: string, n: number): string {
  return new Date((dayNumber(date) + n) * DAY_MS).toISOString().slice(0, 10);
}

/** The day of the week: 0 Sunday … 6 Saturday. */
export function weekday(date: string): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  // 1970-01-01 was a Thursday. The remainder is a whole number from 0 to 6, which the type cannot show.
  return ((((dayNumber(date) + 4) % 7) + 7) % 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6;
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** dd/MM/yyyy, as Vietnam writes a date; the same in English, so that nobody mixes up day and month. */
export function formatDate(at: Date | string, _language: Language = 'vi'): string {
  const [year, month, day] = (typeof at === 'string' ? at : localDate(at)).split('-');
  return `${day}/${month}/${year}`;
}

/** HH:mm dd/MM/yyyy. */
export function formatDateTime(at: Date, language: Language = 'vi'): string {
  return `${localTime(at)} ${formatDate(at, language)}`;
}

/** Whether `text` is an existing date written yyyy-MM-dd. */
export function isLocalDate(text: string): boolean {
  return findDayNumber(text) !== undefined;
}

/**
 * Reads a date as people type it: 31/8/2026, 31-08-2026, 31.8.2026, 2026-08-31, and 31/8 in `defaultYear`.
 * undefined when it is no existing date.
 */
export function parseDate(text: string, defaultYear?: number): string | undefined {
  const iso = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*$/.exec(text);
  const local = /^\s*(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}))?\s*$/.exec(text);
  const [year, month, day] = iso
    ? [iso[1], iso[2], iso[3]]
    : [local?.[3] ?? defaultYear?.toString(), local?.[2], local?.[1]];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isLocalDate(date) ? date : undefined;
}

/** Reads a time as people type it: 18:30, 18h30, 18.30, 18h. Gives HH:mm, or undefined. */
export function parseTime(text: string): string | undefined {
  const [, hour, minute] =
    TIME.exec(
      text
        .trim()
        .toLowerCase()
        .replace(/^(\d{1,2})h$/, '$1:00'),
    ) ?? [];
  return hour === undefined || minute === undefined ? undefined : `${hour.padStart(2, '0')}:${minute}`;
}

function local(at: Date): DateTime<true> {
  const time = DateTime.fromJSDate(at, { zone: ZONE });
  if (!time.isValid) throw new RangeError('not a moment in time');
  return time;
}

/** Days since 1970-01-01. Throws RangeError for what is no date. */
function dayNumber(date: string): number {
  const number = findDayNumber(date);
  if (number === undefined) throw new RangeError('not a date yyyy-MM-dd');
  return number;
}

/** A calendar date has no zone, so plain arithmetic in UTC is exact. */
function findDayNumber(date: string): number | undefined {
  if (!DATE.test(date)) return undefined;
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))];
  const ms = Date.UTC(year, month - 1, day);
  const found = new Date(ms);
  // A day or month that does not exist rolls over into the next.
  const exists = found.getUTCDate() === day && found.getUTCFullYear() === year;
  return exists ? ms / DAY_MS : undefined;
}
