import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import type { Db } from 'mongodb';
import type { Log } from '../log.js';

const TICK = 'tick';
const TICK_MS = 30_000;

/**
 * Wakes the product every half minute. agenda only ticks (promise 5): `tick` reads what is due from our own
 * documents, so a missed, doubled or overlapping run changes nothing. Several instances share one schedule.
 */
export function createTicks(options: { db: Db; tick: () => Promise<void>; log: Log }) {
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: options.db, collection: 'ticks' }),
    processEvery: 5_000,
    defaultConcurrency: 1,
    defaultLockLimit: 1,
    defaultLockLifetime: 10 * 60_000,
  });
  let running: Promise<void> | undefined;

  // One at a time within this process: the first tick and agenda's own may come together.
  const run = (): Promise<void> =>
    (running ??= options
      .tick()
      .catch((err: unknown) => options.log.error({ err }, 'tick-failed'))
      .finally(() => (running = undefined)));
  agenda.on('error', (err: unknown) => options.log.error({ err }, 'agenda-failed'));
  agenda.define(TICK, run);

  return {
    /** Starts ticking, with one tick at once for what came due while nothing ran. */
    async start(): Promise<void> {
      await agenda.start();
      await agenda.every(TICK_MS, TICK);
      void run();
    },
    /** Stops ticking, and waits for the run under way. */
    async stop(): Promise<void> {
      await agenda.stop();
      await running;
    },
  };
}
