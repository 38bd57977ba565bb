import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar, type CalendarDay } from '../../src/domain/calendar.js';
import { addDays, weekday } from '../../src/domain/localDate.js';
import { OFFICIAL_DAYS } from '../../src/domain/officialDays.js';

const official = createCalendar(OFFICIAL_DAYS);
const computed = createCalendar([]);

/** The working days of a year that are off, and the rest days that are worked. */
function exceptions(calendar: typeof official, year: number): { off: string[]; worked: string[] } {
  const off: string[] = [];
  const worked: string[] = [];
  for (let date = `${year}-01-01`; date <= `${year}-12-31`; date = addDays(date, 1)) {
    const rest = weekday(date) === 0 || weekday(date) === 6;
    if (!rest && !calendar.isWorkingDay(date)) off.push(date.slice(5));
    if (rest && calendar.isWorkingDay(date)) worked.push(date.slice(5));
  }
  return { off, worked };
}

describe('the calendar', () => {
  it('has the official working days of 2021', () => {
    expect(exceptions(official, 2021)).toEqual({
      off: '01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03'.split(' '),
      worked: [],
    });
  });

  it('has the official working days of 2026 with both make-up Saturdays', () => {
    expect(exceptions(official, 2026)).toEqual({
      off: '01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24'.split(' '),
      worked: ['01-10', '08-22'],
    });
  });

  it.each([
    ['2021-01-01', '2021-01-03'],
    ['2021-02-10', '2021-02-16'],
    ['2021-04-21', '2021-04-21'],
    ['2021-04-30', '2021-05-03'],
    ['2021-09-02', '2021-09-05'],
    ['2026-01-01', '2026-01-02'],
    ['2026-02-16', '2026-02-20'],
    ['2026-04-27', '2026-04-27'],
    ['2026-04-30', '2026-05-01'],
    ['2026-08-31', '2026-09-02'],
    ['2026-11-24', '2026-11-24'],
  ])('names every day from %s to %s a holiday with its document', (from, to) => {
    for (let date = from; date <= to; date = addDays(date, 1))
      expect(official.describe(date)).toMatchObject({
        working: false,
        why: 'holiday',
        official: true,
        document: expect.any(String) as string,
      });
  });

  it('says why a make-up Saturday is worked', () => {
    expect(official.describe('2026-08-22')).toMatchObject({
      working: true,
      why: 'workingSaturday',
      official: true,
    });
  });

  // What was decided for those years (public holidays and days in lieu, without swaps), which the base has to guess.
  it.each([
    [2021, '01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03'],
    [2022, '01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02'],
    [2023, '01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04'],
    [2024, '01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-30 05-01 09-02 09-03'],
    [2025, '01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 09-01 09-02'],
  ])('computes what was decided for %i', (year, off) => {
    expect(exceptions(computed, year)).toEqual({ off: off.split(' '), worked: [] });
  });

  it('marks as a guess what an authority decides each year', () => {
    expect(computed.describe('2027-02-08')).toMatchObject({ working: false, official: false });
    expect(computed.describe('2027-09-03')).toMatchObject({ working: false, official: false });
    expect(computed.describe('2027-05-03')).toMatchObject({ why: 'inLieu', official: false });
    expect(computed.describe('2027-09-02')).toMatchObject({ why: 'holiday', official: true });
  });

  it('has the first day of Tết where the Vietnamese calendar has it, also when the Chinese one differs', () => {
    expect(computed.describe('2030-02-02')).toMatchObject({ why: 'holiday', official: true });
    expect(computed.describe('2007-02-17')).toMatchObject({ why: 'holiday', official: true });
  });

  it('keeps the Culture Day from 2026 on only', () => {
    expect(computed.describe('2025-11-24').working).toBe(true);
    expect(computed.describe('2026-11-24')).toMatchObject({ why: 'holiday', official: true });
    expect(computed.describe('2027-11-24').working).toBe(false);
  });

  it('describes an ordinary weekday and weekend', () => {
    expect(computed.describe('2026-11-23')).toEqual({ working: true, why: 'weekday', official: true });
    expect(computed.describe('2026-11-22')).toEqual({ working: false, why: 'weekend', official: true });
  });

  it('lets a correction take a computed holiday back, and a later entry replace an earlier one', () => {
    const entry = (kind: CalendarDay['kind'], isOfficial: boolean): CalendarDay => ({
      date: '2027-09-03',
      kind,
      title: 'x',
      official: isOfficial,
    });
    expect(createCalendar([entry('working', true)]).describe('2027-09-03')).toMatchObject({
      working: true,
      why: 'correction',
    });
    const both = createCalendar([entry('working', true), entry('off', false)]);
    expect(both.describe('2027-09-03')).toMatchObject({ working: false, official: false });
  });

  it('gives eleven days of holiday a year, twelve since 2026, before or in lieu of rest days', () => {
    for (const year of [2022, 2023, 2024, 2025]) expect(exceptions(computed, year).off).toHaveLength(11);
    for (const year of [2027, 2029]) expect(exceptions(computed, year).off.length).toBeGreaterThanOrEqual(11);
  });

  it('differs from the base only on the days that are entered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        fc.constantFrom('off' as const, 'workingSaturday' as const, 'working' as const),
        (entered, asked, kind) => {
          const date = addDays('2024-01-01', entered);
          const other = addDays('2024-01-01', asked);
          const changed = createCalendar([{ date, kind, title: 'x', official: true }]);
          expect(changed.isWorkingDay(date)).toBe(kind !== 'off');
          if (other !== date) expect(changed.describe(other)).toEqual(computed.describe(other));
        },
      ),
    );
  });

  it('refuses what is no date', () => {
    expect(() => computed.isWorkingDay('2026-02-30')).toThrow(RangeError);
  });
});
