import type { Calendar, DayReason } from './calendar.js';
import { addDays, endOfLocalDay, localDate } from './localDate.js';
import type { Pause, Question, Stage } from './question.js';

/** One day of the count, for showing how a due date came about (C3). `counted` is its number, null when it does not count. */
export type CountedDay = {
  date: string;
  counted: number | null;
  why: DayReason | 'received' | 'paused';
  title?: string;
};

export type Deadline = {
  dueDate: string; // yyyy-MM-dd
  dueAt: Date; // last millisecond of the due date
  paused: boolean; // the asker has been asked in time and has not answered: the date still moves
  days: CountedDay[]; // from the day of receipt up to and with the due date
};

/** The plan, IV.1c: handed over within three working days of receipt. */
export const WORKING_DAYS_TO_HAND_OVER = 3;

const AWAITING_HANDOVER: readonly Stage[] = ['received', 'clarifying', 'approved', 'reopened'];
const LONGEST_SEARCH_DAYS = 366;

/**
 * When a question is due. The day after receipt is day 1; only working days count. A pause moves the due date by
 * the working days after the day of asking up to and with the day of the answer (until `now` while there is none);
 * a pause that begins after the due date moves nothing. Receipt may lie on any day at any time.
 */
export function countDeadline(input: {
  receivedAt: Date;
  pauses: readonly Pause[];
  workingDays?: number;
  calendar: Calendar;
  now: Date;
}): Deadline {
  const { calendar, now } = input;
  const workingDays = input.workingDays ?? WORKING_DAYS_TO_HAND_OVER;
  const received = localDate(input.receivedAt);
  let dueDate = addWorkingDays(received, workingDays, calendar);
  let paused = false;
  const pausedDays = new Set<string>();
  for (const pause of mergePauses(input.pauses, received, now)) {
    if (pause.from > dueDate) break;
    const days = workingDaysAfter(pause.from, pause.to, calendar);
    for (const day of days) pausedDays.add(day);
    dueDate = addWorkingDays(dueDate, days.length, calendar);
    paused ||= pause.open;
  }
  const days = listDays(received, dueDate, pausedDays, workingDays, calendar);
  return { dueDate, dueAt: endOfLocalDay(dueDate), paused, days };
}

/**
 * Whether a question should have been handed over by now and was not. 'Overdue' is never stored (design). While
 * an asker who was asked in time has not answered, it is not overdue.
 */
export function isOverdue(
  question: Pick<Question, 'stage' | 'dueAt' | 'pauses'> & { handedOverAt?: Date | undefined },
  now: Date,
): boolean {
  if (!AWAITING_HANDOVER.includes(question.stage) || question.handedOverAt) return false;
  const waiting = question.pauses.some((pause) => !pause.to && pause.from <= question.dueAt);
  return !waiting && now > question.dueAt;
}

/** The date of the `n`th working day after `date`; before it, when n is negative; `date` itself for 0. */
export function addWorkingDays(date: string, n: number, calendar: Calendar): string {
  const step = n < 0 ? -1 : 1;
  let day = date;
  for (let left = Math.abs(n); left > 0; left--) day = nextWorkingDay(day, step, calendar);
  return day;
}

/** The last working day before `date`, for the reminder on the eve of a due date. */
export function workingDayBefore(date: string, calendar: Calendar): string {
  return addWorkingDays(date, -1, calendar);
}

/** The number of working days after `from` up to and with `to`; 0 when `to` is not later. */
export function workingDaysBetween(from: string, to: string, calendar: Calendar): number {
  return workingDaysAfter(from, to, calendar).length;
}

function nextWorkingDay(date: string, step: 1 | -1, calendar: Calendar): string {
  let day = date;
  for (let tried = 0; tried < LONGEST_SEARCH_DAYS; tried++) {
    day = addDays(day, step);
    if (calendar.isWorkingDay(day)) return day;
  }
  throw new Error(`no working day within ${LONGEST_SEARCH_DAYS} days of ${date}`);
}

function workingDaysAfter(from: string, to: string, calendar: Calendar): string[] {
  const days: string[] = [];
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1))
    if (calendar.isWorkingDay(day)) days.push(day);
  return days;
}

type DatedPause = { from: string; to: string; open: boolean };

/** Pauses as dates, in order, with overlaps joined so that no day moves the due date twice. */
function mergePauses(pauses: readonly Pause[], received: string, now: Date): DatedPause[] {
  const dated = pauses
    .map((pause) => ({
      from: later(localDate(pause.from), received),
      to: localDate(pause.to ?? now),
      open: !pause.to,
    }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const merged: DatedPause[] = [];
  for (const pause of dated) {
    const last = merged.at(-1);
    if (last && pause.from < last.to) {
      last.to = later(last.to, pause.to);
      last.open ||= pause.open;
    } else merged.push(pause);
  }
  return merged;
}

const later = (a: string, b: string): string => (a > b ? a : b);

/**
 * The due date carries the last number. A day of asking that would have been the last gives its number away: the
 * count went on when the asker answered.
 */
function listDays(
  received: string,
  dueDate: string,
  pausedDays: ReadonlySet<string>,
  workingDays: number,
  calendar: Calendar,
): CountedDay[] {
  const days: CountedDay[] = [{ date: received, counted: null, why: 'received' }];
  let count = 0;
  for (let date = addDays(received, 1); date <= dueDate; date = addDays(date, 1)) {
    const { working, why, title } = calendar.describe(date);
    const named = title === undefined ? {} : { title };
    const isLast = date === dueDate;
    if (!working) days.push({ date, counted: null, why, ...named });
    else if (!isLast && (pausedDays.has(date) || count === workingDays - 1))
      days.push({ date, counted: null, why: 'paused' });
    else days.push({ date, counted: ++count, why, ...named });
  }
  return days;
}
