import { addDays, atLocalTime, localDate, weekday } from './localDate.js';

/** One broadcast of an episode within its weekend. An end before the start is past midnight. */
export type Slot = {
  dayOffset: number; // days after the episode's own day
  start: string; // HH:mm
  end: string;
  channels: readonly string[];
  rerun: boolean;
};

/** When episodes are on, as long as the rule holds. A new year's plan is a new rule; past rules stay. */
export type ScheduleRule = {
  validFrom: string; // yyyy-MM-dd, of the episode's own day
  validTo?: string; // inclusive
  weekday: number; // 0 Sunday … 6 Saturday
  weeks: readonly number[]; // of the month, from 1, ascending
  slots: readonly Slot[]; // the first is the first showing
};

/** 'nthSaturday': the first and third Saturday. 'calendarWeek': the weeks whose Monday lies in the month. */
export type WeekMeaning = 'nthSaturday' | 'calendarWeek';

export type Schedule = { weekMeans: WeekMeaning; rules: readonly ScheduleRule[] };

export type Airing = {
  id: string; // '2026-12-1.2': the episode's second slot and channel; the same after a move
  episode: string;
  at: Date;
  until: Date;
  channel: string;
  rerun: boolean;
};

export type Episode = {
  id: string; // '2026-12-1': year, month, first or second of the month; the same after a move
  plannedAt: Date; // by the schedule
  at: Date; // first showing as it stands now
  status: 'planned' | 'moved' | 'cancelled';
  reason?: string; // of a cancellation
  airings: Airing[]; // none when cancelled; in order of time
};

export type EpisodeChange =
  { episode: string; kind: 'moved'; to: Date } | { episode: string; kind: 'cancelled'; reason: string };

/** The plan of 2021, II.6: Saturdays of the first and third week 18:30–19:00 on KG, with three reruns; since April 2021. */
export const DEFAULT_SCHEDULE: Schedule = {
  weekMeans: 'nthSaturday',
  rules: [
    {
      validFrom: '2021-04-01',
      weekday: 6,
      weeks: [1, 3],
      slots: [
        { dayOffset: 0, start: '18:30', end: '19:00', channels: ['KG'], rerun: false },
        { dayOffset: 0, start: '21:00', end: '21:30', channels: ['KG1'], rerun: true },
        { dayOffset: 1, start: '11:00', end: '11:30', channels: ['KG', 'KG1'], rerun: true },
      ],
    },
  ],
};

/**
 * The episodes that have an airing in [from, to), by the schedule alone, in order of time (D1). Airing does not
 * depend on working days.
 */
export function episodesBetween(schedule: Schedule, from: Date, to: Date): Episode[] {
  const episodes: Episode[] = [];
  for (let month = monthBefore(localDate(from)); month <= localDate(to); month = monthAfter(month))
    episodes.push(...episodesOfMonth(schedule, month));
  return episodes.filter((episode) => overlaps(episode, from, to)).sort(byTime);
}

/**
 * `episodes` as changed: a moved one takes its reruns along by the same time, a cancelled one has no airings.
 * Of several changes to one episode the last stands. Changes to other episodes are ignored.
 */
export function applyChanges(episodes: readonly Episode[], changes: readonly EpisodeChange[]): Episode[] {
  const last = new Map(changes.map((change) => [change.episode, change]));
  return episodes
    .map((episode) => {
      const change = last.get(episode.id);
      if (!change) return episode;
      if (change.kind === 'cancelled')
        return { ...episode, status: 'cancelled' as const, reason: change.reason, airings: [] };
      const shift = change.to.getTime() - episode.at.getTime();
      const moved = (at: Date): Date => new Date(at.getTime() + shift);
      const airings = episode.airings.map((a) => ({ ...a, at: moved(a.at), until: moved(a.until) }));
      return { ...episode, at: change.to, status: 'moved' as const, airings };
    })
    .sort(byTime);
}

/**
 * What is really on in [from, to): the schedule with its changes, an episode moved in from elsewhere included and
 * one moved out left out. A cancelled episode is listed where it was planned.
 */
export function programmeBetween(
  schedule: Schedule,
  changes: readonly EpisodeChange[],
  from: Date,
  to: Date,
): Episode[] {
  const planned = new Map(episodesBetween(schedule, from, to).map((episode) => [episode.id, episode]));
  for (const { episode } of changes) {
    const found = findEpisode(schedule, episode);
    if (found) planned.set(found.id, found);
  }
  return applyChanges([...planned.values()], changes).filter((episode) => overlaps(episode, from, to));
}

/** The episode with this id by the schedule alone, or undefined when the schedule has none. */
export function findEpisode(schedule: Schedule, id: string): Episode | undefined {
  const [, year, month] = /^(\d{4})-(\d{1,2})-\d$/.exec(id) ?? [];
  if (year === undefined || month === undefined || Number(month) < 1 || Number(month) > 12) return undefined;
  const episodes = episodesOfMonth(schedule, `${year}-${month.padStart(2, '0')}-01`);
  return episodes.find((episode) => episode.id === id);
}

function overlaps(episode: Episode, from: Date, to: Date): boolean {
  if (episode.airings.length === 0) return episode.at >= from && episode.at < to;
  return episode.airings.some((airing) => airing.at < to && airing.until > from);
}

const byTime = (a: Episode, b: Episode): number => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1);

function episodesOfMonth(schedule: Schedule, firstOfMonth: string): Episode[] {
  const days = schedule.rules.flatMap((rule) =>
    rule.weeks
      .map((week) => ({ rule, date: dayInWeek(firstOfMonth, rule.weekday, week, schedule.weekMeans) }))
      .filter(({ date }) => date.slice(0, 7) === firstOfMonth.slice(0, 7))
      .filter(({ date }) => date >= rule.validFrom && (rule.validTo === undefined || date <= rule.validTo)),
  );
  const [year, month] = firstOfMonth.split('-').map(Number);
  return days
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map(({ rule, date }, index) => createEpisode(`${year}-${month}-${index + 1}`, date, rule.slots));
}

function createEpisode(id: string, date: string, slots: readonly Slot[]): Episode {
  const airings: Airing[] = slots
    .flatMap((slot) => slot.channels.map((channel) => ({ slot, channel })))
    .map(({ slot, channel }, index) => {
      const day = addDays(date, slot.dayOffset);
      const at = atLocalTime(day, slot.start);
      const until = atLocalTime(slot.end > slot.start ? day : addDays(day, 1), slot.end);
      return { id: `${id}.${index + 1}`, episode: id, at, until, channel, rerun: slot.rerun };
    });
  const plannedAt = airings[0]?.at ?? atLocalTime(date, '00:00');
  airings.sort((a, b) => a.at.getTime() - b.at.getTime());
  return { id, plannedAt, at: plannedAt, status: 'planned', airings };
}

/** The `week`th such weekday of the month, or that weekday of the `week`th week whose Monday lies in the month. */
function dayInWeek(firstOfMonth: string, day: number, week: number, means: WeekMeaning): string {
  const nth = (which: number): string =>
    addDays(firstOfMonth, ((which - weekday(firstOfMonth) + 7) % 7) + (week - 1) * 7);
  return means === 'nthSaturday' ? nth(day) : addDays(nth(1), (day + 6) % 7);
}

/** The first day of the month before: a rerun of its last episode may still be to come. */
function monthBefore(date: string): string {
  const first = `${date.slice(0, 7)}-01`;
  return `${addDays(first, -1).slice(0, 7)}-01`;
}

const monthAfter = (firstOfMonth: string): string => `${addDays(firstOfMonth, 31).slice(0, 7)}-01`;
