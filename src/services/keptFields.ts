import type { Calendar } from '../domain/calendar.js';
import { countDeadline, isOverdue, workingDayBefore, type Deadline } from '../domain/deadline.js';
import { atLocalTime, localDate } from '../domain/localDate.js';
import type { Question } from '../domain/question.js';
import { isOpen } from './isOpen.js';
import type { KeptFields } from '../store/questions.js';
import type { Snapshot } from './settingKinds.js';

/** What the store keeps beside a question for its lists. `now` decides which look at the deadline is next. */
export function keptFields(question: Question, settings: Snapshot, now: Date): KeptFields {
  const awaiting = awaitsHandover(question);
  return {
    open: isOpen(question.stage),
    awaiting,
    ...(awaiting ? { nextWatchAt: nextWatch(question, settings, now) } : {}),
  };
}

/** When the deadline is to be looked at next: for the reminder while it is not over, else for the escalation. */
export function nextWatch(question: Pick<Question, 'dueAt'>, settings: Snapshot, now: Date): Date {
  return now <= question.dueAt ? remindAt(question, settings) : new Date(question.dueAt.getTime() + 1);
}

/** The morning of the working day before the due date (C3). */
export function remindAt(question: Pick<Question, 'dueAt'>, settings: Snapshot): Date {
  const eve = workingDayBefore(localDate(question.dueAt), settings.calendar);
  return atLocalTime(eve, settings.values.remindAt);
}

/** Whether the question has still to be handed over and its deadline runs: it would be overdue after its due date. */
export function awaitsHandover(
  question: Pick<Question, 'stage' | 'dueAt' | 'pauses' | 'handedOverAt'>,
): boolean {
  return isOverdue(question, new Date(question.dueAt.getTime() + 1));
}

/** The deadline of a question by the settings as they stand. */
export function deadlineOf(
  question: Pick<Question, 'receivedAt' | 'pauses'>,
  settings: { calendar: Calendar; values: { workingDays: number } },
  now: Date,
): Deadline {
  const { receivedAt, pauses } = question;
  return countDeadline({
    receivedAt,
    pauses,
    workingDays: settings.values.workingDays,
    calendar: settings.calendar,
    now,
  });
}
