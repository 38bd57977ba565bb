/** Group commit for marks that have to be made in the end: tried until the store takes them. */
import type { Context } from './context.js';
import { createBatcher } from './createBatcher.js';
import { sleep } from '../clock.js';
import { backoffMs } from './settings.js';

export type Retrier<Item> = {
  /** Resolves when this one is marked. */
  add(item: Item): Promise<unknown>;
  /** Resolves when everything added so far is marked. */
  settled(): Promise<void>;
  /** Something is being marked now (not: waits for the store to come back). */
  busy(): boolean;
};

/** `run` may be called again with the same items, so it has to be idempotent. */
export function createRetrier<Item>(
  context: Context,
  maxSize: number,
  run: (items: readonly Item[]) => Promise<void>,
): Retrier<Item> {
  const { clock, settings, random, log } = context;
  const open = new Set<Promise<unknown>>();
  let resting = false;

  const batcher = createBatcher<Item, true>(maxSize, async (items) => {
    for (let tries = 0; ; tries++) {
      try {
        await run(items);
        return items.map(() => true);
      } catch (error) {
        log.warn({ error: error instanceof Error ? error.name : typeof error, tries }, 'mark-failed');
        resting = true;
        await sleep(clock, backoffMs(tries, settings, random));
        resting = false;
      }
    }
  });

  return {
    add(item) {
      const done = batcher.add(item).finally(() => open.delete(done));
      open.add(done);
      return done;
    },
    async settled() {
      await Promise.all(open);
    },
    busy: () => !resting && batcher.size() > 0,
  };
}
