import type { UpdateQueue } from './createUpdateQueue.js';

export type Idle = ReturnType<typeof createIdle>;

/** Knows when nothing is under way: no update waits for delivery and no call runs (a waiting getUpdates is none). */
export function createIdle(queue: UpdateQueue) {
  let running = 0;
  const waiting = new Set<() => void>();

  const isIdle = (): boolean => running === 0 && queue.pending.size === 0;
  const check = (): void => {
    if (waiting.size === 0 || !isIdle()) return;
    // Two turns of the event loop let a call that is just arriving count.
    setImmediate(() =>
      setImmediate(() => {
        if (!isIdle()) return;
        for (const resolve of [...waiting]) {
          waiting.delete(resolve);
          resolve();
        }
      }),
    );
  };
  queue.onChange.add(check);

  return {
    enter: (): void => void running++,
    leave(): void {
      running--;
      check();
    },
    isIdle,
    idle: (): Promise<void> =>
      new Promise((resolve) => {
        waiting.add(resolve);
        check();
      }),
  };
}
