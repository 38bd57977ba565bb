import { atLocalTime, localDate } from '../domain/localDate.js';
import { SYSTEM } from './act.js';
import type { Services } from './services.js';
import { SNAPSHOT_MS } from './settingsCache.js';
import { createWatchAirings } from './watchAirings.js';
import { createWatchDeadlines } from './watchDeadlines.js';
import type { WatchDeps } from './watchDeps.js';

/** A digest later than this would disturb the evening; the next day's tells the same. */
const DIGEST_UNTIL = '17:00';
const MOST_IN_DIGEST = 1_000;

/**
 * All that time brings (promise 5). What is due is read from the documents, so a missed, doubled or overlapping run
 * changes nothing. A part that fails does not keep the others from running; its error is thrown at the end.
 */
export function createWatch(deps: WatchDeps): Services['tick'] {
  const { questions, progress, settings, clock, announce, log } = deps;
  const watchDeadlines = createWatchDeadlines(deps);
  const watchAirings = createWatchAirings(deps);

  /** Counts deadlines anew some seconds after a change of settings: what another instance counted by the old ones. */
  const settle = async (): Promise<void> => {
    const now = clock.now();
    const revision = String((await settings.read()).revision);
    const begun = await progress.begin({
      id: 'recount',
      state: 'done',
      cursor: revision,
      reached: 0,
      at: now,
    });
    if (begun.cursor === revision) {
      if (begun.state === 'done' || now.getTime() - begun.at.getTime() < 2 * SNAPSHOT_MS) return;
      await deps.recount(SYSTEM, `recount:${revision}`, { quietWhenSame: true });
      await progress.advance(begun, { state: 'done', cursor: revision, reached: 0, at: now });
    } else await progress.advance(begun, { state: 'running', cursor: revision, reached: 0, at: now });
  };

  /** What is open, once each working day (C3). */
  const digest = async (since: Date): Promise<void> => {
    const now = clock.now();
    const date = localDate(now);
    const { calendar, values } = await settings.read();
    const at = atLocalTime(date, values.digestAt);
    if (!calendar.isWorkingDay(date) || now < at || since > at || now >= atLocalTime(date, DIGEST_UNTIL))
      return;
    const id = `digest:${date}`;
    if (await progress.get(id)) return;
    const [open, overdue, openCount, overdueCount] = await Promise.all([
      questions.open(0, MOST_IN_DIGEST),
      questions.overdue(now, MOST_IN_DIGEST),
      questions.countOpen(),
      questions.countOverdue(now),
    ]);
    const codes = overdue.map(({ code }) => code);
    await announce.digest(date, open, codes, { open: openCount, overdue: overdueCount });
    await progress.begin({ id, state: 'done', cursor: '', reached: open.length, at: now });
  };

  return async () => {
    // When the first tick ever ran: what was due before is nobody's omission.
    const { at: since } = await progress.begin({
      id: 'since',
      state: 'done',
      cursor: '',
      reached: 0,
      at: clock.now(),
    });
    const failures: unknown[] = [];
    const parts = {
      settle,
      readWords: () => deps.searchIndex.catchUp(),
      watchDeadlines,
      digest: () => digest(since),
      watchAirings: () => watchAirings(since),
    };
    for (const [part, run] of Object.entries(parts)) {
      try {
        await run();
      } catch (error) {
        log.error({ part, err: error }, 'tick-part-failed');
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'a part of the tick failed');
  };
}
