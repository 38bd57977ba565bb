import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar, type CalendarDay } from '../../src/domain/calendar.js';
import {
  addWorkingDays,
  countDeadline,
  isOverdue,
  workingDayBefore,
  workingDaysBetween,
} from '../../src/domain/deadline.js';
import {
  addDays,
  atLocalTime,
  endOfLocalDay,
  localDate,
  startOfLocalDay,
} from '../../src/domain/localDate.js';
import { OFFICIAL_DAYS } from '../../src/domain/officialDays.js';
import type { Pause } from '../../src/domain/question.js';

const calendar = createCalendar(OFFICIAL_DAYS);
const at = (text: string): Date => {
  const [date = '', time = '09:00'] = text.split(' ');
  return atLocalTime(date, time);
};
const due = (received: string, pauses: readonly Pause[] = [], now = '2026-12-31') =>
  countDeadline({ receivedAt: at(received), pauses, calendar, now: at(now) });
const pause = (from: string, to?: string): Pause => ({ from: at(from), ...(to ? { to: at(to) } : {}) });

describe('the three working days', () => {
  it.each([
    ['2026-11-16', '2026-11-19', 'Monday to Thursday'],
    ['2026-11-16 23:59', '2026-11-19', 'late in the evening'],
    ['2026-11-17 00:00', '2026-11-20', 'a minute later is the next day'],
    ['2026-11-12', '2026-11-17', 'over a weekend'],
    ['2026-11-14', '2026-11-18', 'received on Saturday'],
    ['2026-11-15 23:59', '2026-11-18', 'received on Sunday night'],
    ['2026-11-20', '2026-11-26', 'over the weekend and the Culture Day'],
    ['2026-11-24', '2026-11-27', 'received on a holiday'],
    ['2026-02-13', '2026-02-25', 'over Tết 2026'],
    ['2021-02-08', '2021-02-18', 'over Tết 2021'],
    ['2026-08-20', '2026-08-24', 'a make-up Saturday counts'],
    ['2026-01-08', '2026-01-12', 'Friday, a make-up Saturday, Monday'],
    ['2026-08-28', '2026-09-07', 'over the swapped National Day'],
    ['2025-12-30', '2026-01-06', 'over the turn of the year'],
  ])('of a question received %s end on %s: %s', (received, dueDate) => {
    const counted = due(received);
    expect(counted.dueDate).toBe(dueDate);
    expect(counted.dueAt).toEqual(endOfLocalDay(dueDate));
  });

  it('show day by day how they were counted', () => {
    expect(due('2026-11-20').days).toEqual([
      { date: '2026-11-20', counted: null, why: 'received' },
      { date: '2026-11-21', counted: null, why: 'weekend' },
      { date: '2026-11-22', counted: null, why: 'weekend' },
      { date: '2026-11-23', counted: 1, why: 'weekday' },
      { date: '2026-11-24', counted: null, why: 'holiday', title: 'Ngày Văn hóa Việt Nam' },
      { date: '2026-11-25', counted: 2, why: 'weekday' },
      { date: '2026-11-26', counted: 3, why: 'weekday' },
    ]);
  });

  it('may be another number', () => {
    const five = countDeadline({
      receivedAt: at('2026-11-16'),
      pauses: [],
      workingDays: 5,
      calendar,
      now: at('2026-11-16'),
    });
    expect(five.dueDate).toBe('2026-11-23');
  });
});

describe('a pause', () => {
  // Received Monday 2026-11-02, due Thursday 2026-11-05.
  it.each([
    ['2026-11-03', '2026-11-04', '2026-11-06', 'answered the next day: one day'],
    ['2026-11-03 08:00', '2026-11-03 22:00', '2026-11-05', 'answered the same day: nothing'],
    ['2026-11-02', '2026-11-03', '2026-11-06', 'asked on the day of receipt'],
    ['2026-11-04', '2026-11-09', '2026-11-10', 'over a weekend: three days'],
    ['2026-11-05', '2026-11-09', '2026-11-09', 'asked on the due date'],
    ['2026-11-05 23:59', '2026-11-08', '2026-11-06', 'answered on Sunday: Friday was lost'],
    ['2026-11-06', '2026-11-10', '2026-11-05', 'begun after the due date: nothing'],
  ])('from %s to %s gives %s: %s', (from, to, dueDate) => {
    expect(due('2026-11-02', [pause(from, to)]).dueDate).toBe(dueDate);
  });

  it('counts a make-up Saturday and leaves out holidays', () => {
    expect(due('2026-08-20', [pause('2026-08-21', '2026-08-22')]).dueDate).toBe('2026-08-25');
    expect(due('2026-11-20', [pause('2026-11-23', '2026-11-24')]).dueDate).toBe('2026-11-26');
  });

  it('adds to an earlier one', () => {
    const pauses = [pause('2026-11-03', '2026-11-04'), pause('2026-11-05', '2026-11-06')];
    expect(due('2026-11-02', pauses).dueDate).toBe('2026-11-09');
    expect(due('2026-11-02', pauses.toReversed()).dueDate).toBe('2026-11-09');
  });

  it('that overlaps another moves each day once', () => {
    const pauses = [pause('2026-11-03', '2026-11-05'), pause('2026-11-04', '2026-11-06')];
    expect(due('2026-11-02', pauses).dueDate).toBe('2026-11-10');
  });

  it('without an answer runs until now and says so', () => {
    const open = [pause('2026-11-03')];
    expect(due('2026-11-02', open, '2026-11-03')).toMatchObject({ dueDate: '2026-11-05', paused: true });
    expect(due('2026-11-02', open, '2026-11-12')).toMatchObject({ dueDate: '2026-11-16', paused: true });
    expect(due('2026-11-02', [pause('2026-11-03', '2026-11-12')]).paused).toBe(false);
  });

  it('that is open but began too late holds nothing', () => {
    expect(due('2026-11-02', [pause('2026-11-06')], '2026-11-20')).toMatchObject({
      dueDate: '2026-11-05',
      paused: false,
    });
  });

  it('is shown in the count, also when the asker was asked on the last day', () => {
    const { days } = due('2026-11-02', [pause('2026-11-05', '2026-11-09')]);
    expect(days.map(({ date, counted, why }) => [date.slice(8), counted, why])).toEqual([
      ['02', null, 'received'],
      ['03', 1, 'weekday'],
      ['04', 2, 'weekday'],
      ['05', null, 'paused'],
      ['06', null, 'paused'],
      ['07', null, 'weekend'],
      ['08', null, 'weekend'],
      ['09', 3, 'weekday'],
    ]);
  });
});

describe('being overdue', () => {
  const question = { stage: 'received' as const, dueAt: endOfLocalDay('2026-11-05'), pauses: [] };
  const after = startOfLocalDay('2026-11-06');

  it('begins with the day after the due date', () => {
    expect(isOverdue(question, question.dueAt)).toBe(false);
    expect(isOverdue(question, after)).toBe(true);
  });

  it.each(['clarifying', 'approved', 'reopened'] as const)('counts for a question that is %s', (stage) => {
    expect(isOverdue({ ...question, stage }, after)).toBe(true);
  });

  it.each(['routed', 'answered', 'published', 'rejected', 'withdrawn', 'joined'] as const)(
    'does not count for a question that is %s',
    (stage) => expect(isOverdue({ ...question, stage }, after)).toBe(false),
  );

  it('ends when the question is handed over', () => {
    expect(isOverdue({ ...question, handedOverAt: after }, after)).toBe(false);
  });

  it('waits for an asker who was asked in time, not for one asked too late', () => {
    const asked = (text: string): Pause[] => [pause(text)];
    expect(isOverdue({ ...question, stage: 'clarifying', pauses: asked('2026-11-05') }, after)).toBe(false);
    expect(isOverdue({ ...question, stage: 'clarifying', pauses: asked('2026-11-06') }, after)).toBe(true);
  });
});

describe('working days', () => {
  it('are counted after the first date up to and with the second', () => {
    expect(workingDaysBetween('2026-11-20', '2026-11-26', calendar)).toBe(3);
    expect(workingDaysBetween('2026-11-26', '2026-11-26', calendar)).toBe(0);
    expect(workingDaysBetween('2026-11-26', '2026-11-20', calendar)).toBe(0);
  });

  it('have one before each date', () => {
    expect(workingDayBefore('2026-11-25', calendar)).toBe('2026-11-23');
    expect(workingDayBefore('2026-11-23', calendar)).toBe('2026-11-20');
    expect(workingDayBefore('2026-02-23', calendar)).toBe('2026-02-13');
  });

  it('stop with an error where there are none', () => {
    const never = { ...calendar, isWorkingDay: () => false };
    expect(() => addWorkingDays('2026-11-20', 1, never)).toThrow('no working day');
  });
});

describe('any deadline', () => {
  const day = fc.integer({ min: 0, max: 250 }).map((n) => addDays('2025-11-01', n));
  const moment = fc
    .integer({ min: 0, max: 250 * 86_400 })
    .map((s) => new Date(startOfLocalDay('2025-11-01').getTime() + s * 1000));
  const somePause = fc
    .tuple(moment, fc.integer({ min: 0, max: 20 * 86_400 }), fc.boolean())
    .map(([from, s, open]): Pause => (open ? { from } : { from, to: new Date(from.getTime() + s * 1000) }));
  const pauses = fc.array(somePause, { maxLength: 4 });
  const now = endOfLocalDay('2026-08-01');
  const days = fc.array(
    day.map((date): CalendarDay => ({ date, kind: 'off', title: 'x', official: true })),
    { maxLength: 8 },
  );

  it('is not earlier for a question received later', () => {
    fc.assert(
      fc.property(moment, moment, pauses, days, (a, b, some, off) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        const count = (receivedAt: Date): string =>
          countDeadline({ receivedAt, pauses: some, calendar: createCalendar(off), now }).dueDate;
        expect(count(first) <= count(second)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('is not earlier when a day more is off', () => {
    fc.assert(
      fc.property(moment, pauses, days, day, (receivedAt, some, off, date) => {
        const before = createCalendar([...OFFICIAL_DAYS, ...off]);
        const after = createCalendar([
          ...OFFICIAL_DAYS,
          ...off,
          { date, kind: 'off', title: 'x', official: true },
        ]);
        const count = (one: typeof before): string =>
          countDeadline({ receivedAt, pauses: some, calendar: one, now }).dueDate;
        expect(count(after) >= count(before)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('is not earlier with a pause more', () => {
    fc.assert(
      fc.property(moment, pauses, somePause, (receivedAt, some, one) => {
        const count = (all: Pause[]): string =>
          countDeadline({ receivedAt, pauses: all, calendar, now }).dueDate;
        expect(count([...some, one]) >= count(some)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('lists every day once and counts exactly the working days given, the last on the due date', () => {
    fc.assert(
      fc.property(moment, pauses, fc.integer({ min: 1, max: 10 }), (receivedAt, some, workingDays) => {
        const counted = countDeadline({ receivedAt, pauses: some, workingDays, calendar, now });
        const numbers = counted.days.flatMap((one) => one.counted ?? []);
        expect(numbers).toEqual(Array.from({ length: workingDays }, (_, i) => i + 1));
        expect(counted.days.at(-1)).toMatchObject({ date: counted.dueDate, counted: workingDays });
        const dates = counted.days.map((one) => one.date);
        expect(dates).toEqual(dates.map((_, i) => addDays(localDate(receivedAt), i)));
        for (const one of counted.days)
          if (one.counted !== null) expect(calendar.isWorkingDay(one.date)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
