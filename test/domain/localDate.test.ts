import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  atLocalTime,
  daysBetween,
  endOfLocalDay,
  formatDate,
  formatDateTime,
  isLocalDate,
  localDate,
  localTime,
  parseDate,
  parseTime,
  startOfLocalDay,
  weekday,
} from '../../src/domain/localDate.js';

const anyDate = fc.integer({ min: 0, max: 60_000 }).map((n) => addDays('1976-01-01', n));

describe('dates in Vietnam', () => {
  it.each([
    ['2026-11-23T16:59:59.999Z', '2026-11-23', '23:59'],
    ['2026-11-23T17:00:00.000Z', '2026-11-24', '00:00'],
    ['2025-12-31T17:00:00.000Z', '2026-01-01', '00:00'],
    ['2024-02-28T20:30:00.000Z', '2024-02-29', '03:30'],
  ])('sees %s as %s %s', (at, date, time) => {
    expect([localDate(new Date(at)), localTime(new Date(at))]).toEqual([date, time]);
  });

  it('has days that begin at midnight of Vietnam and end a millisecond before the next', () => {
    expect(startOfLocalDay('2026-11-24').toISOString()).toBe('2026-11-23T17:00:00.000Z');
    expect(endOfLocalDay('2026-11-24').toISOString()).toBe('2026-11-24T16:59:59.999Z');
  });

  it('finds the date of every moment of a day', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: 0, max: 86_399_999 }), (date, ms) => {
        expect(localDate(new Date(startOfLocalDay(date).getTime() + ms))).toBe(date);
      }),
    );
  });

  it('counts days forth and back alike', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -4_000, max: 4_000 }), (date, n) => {
        expect(addDays(addDays(date, n), -n)).toBe(date);
        expect(daysBetween(date, addDays(date, n))).toBe(n);
        expect(weekday(addDays(date, n))).toBe((((weekday(date) + n) % 7) + 7) % 7);
      }),
    );
  });

  it.each([
    ['2021-04-03', 6],
    ['2026-11-24', 2],
    ['1969-12-28', 0],
  ])('knows the day of the week of %s', (date, day) => expect(weekday(date)).toBe(day));

  it('writes the day first and 24 hours', () => {
    const at = atLocalTime('2026-12-05', '18:30');
    expect(formatDate(at)).toBe('05/12/2026');
    expect(formatDate('2026-12-05', 'en')).toBe('05/12/2026');
    expect(formatDateTime(at)).toBe('18:30 05/12/2026');
  });

  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '05/12/2026', '', '2026-12-05T00:00'])(
    'refuses %j as a date',
    (text) => {
      expect(isLocalDate(text)).toBe(false);
      expect(() => addDays(text, 1)).toThrow(RangeError);
      expect(() => atLocalTime(text, '10:00')).toThrow(RangeError);
    },
  );

  it('refuses a time that no clock shows', () => {
    for (const time of ['24:00', '9:60', 'noon', ''])
      expect(() => atLocalTime('2026-12-05', time)).toThrow(RangeError);
  });

  it.each([
    ['31/8/2026', '2026-08-31'],
    [' 31-08-2026 ', '2026-08-31'],
    ['31.8.2026', '2026-08-31'],
    ['2026-8-31', '2026-08-31'],
    ['31/8', '2027-08-31'],
    ['31/6/2026', undefined],
    ['8/31/2026', undefined],
    ['31/8/26', undefined],
    ['tomorrow', undefined],
  ])('reads the date %j as %j', (text, date) => expect(parseDate(text, 2027)).toBe(date));

  it('needs a year where none is known', () => expect(parseDate('31/8')).toBeUndefined());

  it.each([
    ['18:30', '18:30'],
    ['18h30', '18:30'],
    ['9.05', '09:05'],
    ['18h', '18:00'],
    ['25:00', undefined],
    ['18', undefined],
  ])('reads the time %j as %j', (text, time) => expect(parseTime(text)).toBe(time));

  it('reads back every date it writes', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(parseDate(formatDate(date))).toBe(date);
      }),
    );
  });
});
