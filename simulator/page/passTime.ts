import { createCalendar } from '../../src/domain/calendar.js';
import { addDays, atLocalTime, localDate } from '../../src/domain/localDate.js';
import { OFFICIAL_DAYS } from '../../src/domain/officialDays.js';
import type { Stage } from './startStage.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What the bot does at a moment is waited for this long in real time; a fault may keep it from ever ending. */
const PATIENCE_MS = 1_500;
/** When, on any day, something of no airing may be due: the digest, a deadline, its reminder. */
const TIMES = ['00:00', '08:00', '12:00', '17:00'] as const;

export const MOMENTS = ['nextWorkingDay', 'dayBefore', 'halfHour', 'airtime', 'afterAiring'] as const;
export type MomentName = (typeof MOMENTS)[number];
export type Moment = { name: MomentName; at: Date };

/** The moments worth going to from now on, each the next of its kind. */
export async function moments({ town, clock }: Stage): Promise<Moment[]> {
  const now = clock.now();
  const { settings, programme } = town.app.services;
  const year = Number(localDate(now).slice(0, 4));
  const calendar = createCalendar([
    ...OFFICIAL_DAYS,
    ...(await settings.calendarDays(year)),
    ...(await settings.calendarDays(year + 1)),
  ]);
  let day = addDays(localDate(now), 1);
  while (!calendar.isWorkingDay(day)) day = addDays(day, 1);

  const firsts = (await programme.upcoming(4)).flatMap(({ episode }) => episode.airings[0] ?? []);
  const next = (moment: (airing: (typeof firsts)[number]) => number): Date | undefined =>
    firsts.map((airing) => new Date(moment(airing))).find((at) => at > now);
  const found: Record<MomentName, Date | undefined> = {
    nextWorkingDay: atLocalTime(day, '08:00'),
    dayBefore: next(({ at }) => at.getTime() - 24 * HOUR_MS),
    halfHour: next(({ at }) => at.getTime() - 30 * MINUTE_MS),
    airtime: next(({ at }) => at.getTime()),
    afterAiring: next(({ until }) => until.getTime()),
  };
  return MOMENTS.flatMap((name) => (found[name] ? [{ name, at: found[name] }] : []));
}

/**
 * Lets time pass until `at`: the clock stops on the way where something may be due, and the bot does it. `passed` hears
 * of each stop. A moment that is past changes nothing.
 */
export async function passTime(stage: Stage, at: Date, passed: () => void): Promise<void> {
  const { town, clock } = stage;
  for (const stop of await stopsUntil(stage, at)) {
    // A second more, so that what begins at this moment has begun.
    clock.advanceTo(new Date(stop + 1_000));
    await town.app.tick();
    await settled(stage);
    passed();
  }
}

/** `at` itself, some times of every day before it, and what the airings give; in milliseconds, in order. */
async function stopsUntil({ town, clock }: Stage, at: Date): Promise<number[]> {
  const now = clock.now();
  const stops = new Set([at.getTime()]);
  for (let day = localDate(now); day <= localDate(at); day = addDays(day, 1))
    for (const time of TIMES) stops.add(atLocalTime(day, time).getTime());
  for (const { episode } of await town.app.services.programme.upcoming(4))
    for (const airing of episode.airings)
      for (const before of [24 * HOUR_MS, 30 * MINUTE_MS, 0]) stops.add(airing.at.getTime() - before);
  return [...stops].filter((stop) => stop > now.getTime() && stop <= at.getTime()).sort((a, b) => a - b);
}

/** Waits until the bot has done what is due, but not for ever. */
export async function settled({ town }: Stage, patienceMs = PATIENCE_MS): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
  await Promise.race([town.app.idle(), enough]);
  clearTimeout(timer);
}
