import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  atLocalTime,
  formatDateTime,
  localDate,
  localTime,
  startOfLocalDay,
  weekday,
} from '../../src/domain/localDate.js';
import {
  applyChanges,
  DEFAULT_SCHEDULE,
  episodesBetween,
  findEpisode,
  programmeBetween,
  type Episode,
  type EpisodeChange,
  type Schedule,
} from '../../src/domain/schedule.js';

const day = startOfLocalDay;
const dates = (episodes: readonly Episode[]): string[] => episodes.map((one) => localDate(one.at));
const byCalendarWeek: Schedule = { ...DEFAULT_SCHEDULE, weekMeans: 'calendarWeek' };
const december = (changes: readonly EpisodeChange[] = []): Episode[] =>
  programmeBetween(DEFAULT_SCHEDULE, changes, day('2026-12-01'), day('2027-01-01'));

describe('the airing schedule', () => {
  it('begins with 3 and 17 April 2021', () => {
    const first = episodesBetween(DEFAULT_SCHEDULE, day('2021-01-01'), day('2021-05-01'));
    expect(first.map((one) => [one.id, localDate(one.at)])).toEqual([
      ['2021-4-1', '2021-04-03'],
      ['2021-4-2', '2021-04-17'],
    ]);
  });

  it('airs on Saturdays inside holidays too', () => {
    expect(dates(episodesBetween(DEFAULT_SCHEDULE, day('2021-05-01'), day('2021-05-02')))).toEqual([
      '2021-05-01',
    ]);
    expect(findEpisode(DEFAULT_SCHEDULE, '2021-9-1')?.at).toEqual(atLocalTime('2021-09-04', '18:30'));
  });

  it('has the four airings of the plan for each episode', () => {
    const episode = findEpisode(DEFAULT_SCHEDULE, '2026-12-1');
    const airings = episode?.airings.map((a) => [
      a.id,
      `${formatDateTime(a.at)}–${localTime(a.until)}`,
      a.channel,
      a.rerun,
    ]);
    expect(airings).toEqual([
      ['2026-12-1.1', '18:30 05/12/2026–19:00', 'KG', false],
      ['2026-12-1.2', '21:00 05/12/2026–21:30', 'KG1', true],
      ['2026-12-1.3', '11:00 06/12/2026–11:30', 'KG', true],
      ['2026-12-1.4', '11:00 06/12/2026–11:30', 'KG1', true],
    ]);
  });

  it('has two episodes every month: the first and the third Saturday', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2022, max: 2060 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const found = [1, 2].map((n) => findEpisode(DEFAULT_SCHEDULE, `${year}-${month}-${n}`));
        const days = found.map((one) => localDate(one?.at ?? new Date(NaN)));
        expect(days.map(weekday)).toEqual([6, 6]);
        const dayOfMonth = days.map((date) => Number(date.slice(8)));
        expect(dayOfMonth.map((n) => Math.ceil(n / 7))).toEqual([1, 3]);
        expect(findEpisode(DEFAULT_SCHEDULE, `${year}-${month}-3`)).toBeUndefined();
      }),
    );
  });

  it('may mean the weeks whose Monday lies in the month', () => {
    const dates2021 = dates(episodesBetween(byCalendarWeek, day('2021-04-01'), day('2021-06-01')));
    expect(dates2021).toEqual(['2021-04-10', '2021-04-24', '2021-05-08', '2021-05-22']);
    // March 2027 begins on a Monday: both meanings agree.
    expect(dates(episodesBetween(byCalendarWeek, day('2027-03-01'), day('2027-04-01')))).toEqual([
      '2027-03-06',
      '2027-03-20',
    ]);
  });

  it('finds Saturdays only, 14 days apart within a month, whatever week means', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8_000 }),
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom(DEFAULT_SCHEDULE, byCalendarWeek),
        (start, length, schedule) => {
          const from = addDays('2021-04-01', start);
          const found = episodesBetween(schedule, day(from), day(addDays(from, length)));
          for (const episode of found) expect(weekday(localDate(episode.at))).toBe(6);
          expect(new Set(found.map((one) => one.id)).size).toBe(found.length);
          for (const episode of found) expect(findEpisode(schedule, episode.id)).toEqual(episode);
          for (const [i, { at }] of found.slice(1).entries()) {
            const before = found[i]?.at ?? at;
            if (localDate(before).slice(0, 7) === localDate(at).slice(0, 7))
              expect(at.getTime() - before.getTime()).toBe(14 * 86_400_000);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('finds the same in a long stretch as in its parts', () => {
    const whole = episodesBetween(DEFAULT_SCHEDULE, day('2026-01-01'), day('2027-01-01'));
    const parts = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}-01`);
    const ids = parts.flatMap((first) =>
      episodesBetween(DEFAULT_SCHEDULE, day(first), day(`${addDays(first, 31).slice(0, 7)}-01`)).map(
        (one) => one.id,
      ),
    );
    expect(whole).toHaveLength(24);
    expect([...new Set(ids)]).toEqual(whole.map((one) => one.id));
  });

  it('still has an episode while only its rerun is to come', () => {
    const found = episodesBetween(DEFAULT_SCHEDULE, day('2026-12-06'), day('2026-12-07'));
    expect(found.map((one) => one.id)).toEqual(['2026-12-1']);
    const during = atLocalTime('2026-12-06', '11:29');
    expect(episodesBetween(DEFAULT_SCHEDULE, during, day('2026-12-07'))).toHaveLength(1);
    const over = atLocalTime('2026-12-06', '11:30');
    expect(episodesBetween(DEFAULT_SCHEDULE, over, day('2026-12-07'))).toEqual([]);
  });

  it('lets a later rule take over on its day', () => {
    const [rule] = DEFAULT_SCHEDULE.rules;
    const schedule: Schedule = {
      weekMeans: 'nthSaturday',
      rules: rule
        ? [
            { ...rule, validTo: '2026-12-10' },
            {
              ...rule,
              validFrom: '2026-12-11',
              slots: [{ dayOffset: 0, start: '23:45', end: '00:15', channels: ['KG'], rerun: false }],
            },
          ]
        : [],
    };
    const found = episodesBetween(schedule, day('2026-12-01'), day('2027-01-01'));
    expect(found.map((one) => [one.id, localTime(one.at), one.airings.length])).toEqual([
      ['2026-12-1', '18:30', 4],
      ['2026-12-2', '23:45', 1],
    ]);
    expect(found[1]?.airings[0]?.until).toEqual(atLocalTime('2026-12-20', '00:15'));
  });

  it.each(['2026-13-1', '2026-0-1', '2026-12-9', '2021-3-1', 'x', ''])('has no episode %j', (id) => {
    expect(findEpisode(DEFAULT_SCHEDULE, id)).toBeUndefined();
  });
});

describe('a change of the schedule', () => {
  const moved: EpisodeChange = {
    episode: '2026-12-1',
    kind: 'moved',
    to: atLocalTime('2026-12-12', '20:00'),
  };

  it('moves the reruns along and keeps every id', () => {
    const [planned] = december();
    const episode = december([moved]).find((one) => one.id === '2026-12-1');
    expect(episode).toMatchObject({ status: 'moved', at: moved.kind === 'moved' && moved.to });
    expect(episode?.plannedAt).toEqual(planned?.at);
    expect(episode?.airings.map((a) => a.id)).toEqual(planned?.airings.map((a) => a.id));
    expect(episode?.airings.map((a) => formatDateTime(a.at))).toEqual([
      '20:00 12/12/2026',
      '22:30 12/12/2026',
      '12:30 13/12/2026',
      '12:30 13/12/2026',
    ]);
  });

  it('cancels all airings with the reason, and shows the episode where it was planned', () => {
    const [episode] = december([{ episode: '2026-12-1', kind: 'cancelled', reason: 'live event' }]);
    expect(episode).toMatchObject({
      id: '2026-12-1',
      status: 'cancelled',
      reason: 'live event',
      airings: [],
    });
  });

  it('replaces an earlier change', () => {
    const [episode] = december([{ episode: '2026-12-1', kind: 'cancelled', reason: 'x' }, moved]);
    expect(episode).toMatchObject({ status: 'moved' });
    expect(episode?.airings).toHaveLength(4);
  });

  it('brings an episode into the time where it is now on, and takes it out of where it was', () => {
    const far: EpisodeChange = {
      episode: '2026-12-1',
      kind: 'moved',
      to: atLocalTime('2027-01-09', '18:30'),
    };
    expect(december([far]).map((one) => one.id)).toEqual(['2026-12-2']);
    const january = programmeBetween(DEFAULT_SCHEDULE, [far], day('2027-01-01'), day('2027-02-01'));
    expect(january.map((one) => one.id)).toEqual(['2027-1-1', '2026-12-1', '2027-1-2']);
  });

  it('ignores episodes that there are none of', () => {
    const nonsense: EpisodeChange = { episode: '2026-12-7', kind: 'cancelled', reason: 'x' };
    expect(december([nonsense])).toEqual(december());
  });

  it('leaves other episodes and the length of airings as they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 40_000 }), (minutes) => {
        const planned = december();
        const [first, second] = planned;
        if (!first || !second) throw new Error('two episodes expected');
        const to = new Date(first.at.getTime() + minutes * 60_000);
        const changed = applyChanges(planned, [{ episode: first.id, kind: 'moved', to }]);
        expect(changed).toContainEqual(second);
        const after = changed.find((one) => one.id === first.id);
        const shape = (one: Episode | undefined): number[][] | undefined =>
          one?.airings.map((a) => [a.at.getTime() - one.at.getTime(), a.until.getTime() - a.at.getTime()]);
        expect(shape(after)).toEqual(shape(first));
      }),
      { numRuns: 40 },
    );
  });
});
