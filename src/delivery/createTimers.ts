/** Many things that wait, on one timer of the clock. */
import type { Clock } from '../clock.js';

export type Timers = {
  /** Runs `run` once `at` (ms since 1970) is reached. */
  at(at: number, run: () => void): void;
  /** The next moment that something waits for. */
  next(): number | undefined;
  clear(): void;
};

type Entry = { at: number; run: () => void };

/** A heap of times with the clock waking for the earliest only. */
export function createTimers(clock: Clock): Timers {
  const heap: Entry[] = [];
  let armed: { at: number; cancel: () => void } | undefined;

  const arm = (): void => {
    const first = heap[0];
    if (first === undefined || (armed && armed.at <= first.at)) return;
    armed?.cancel();
    armed = { at: first.at, cancel: clock.wakeAt(new Date(first.at), wake) };
  };

  const wake = (): void => {
    armed = undefined;
    const now = clock.now().getTime();
    for (let first = heap[0]; first && first.at <= now; first = heap[0]) {
      pop(heap);
      first.run();
    }
    arm();
  };

  return {
    at(at, run) {
      push(heap, { at: Math.ceil(at), run });
      arm();
    },
    next: () => heap[0]?.at,
    clear() {
      heap.length = 0;
      armed?.cancel();
      armed = undefined;
    },
  };
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || parent.at <= entry.at) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    const least = (heap[right]?.at ?? Infinity) < (heap[left]?.at ?? Infinity) ? right : left;
    const child = heap[least];
    if (child === undefined || child.at >= last.at) break;
    heap[at] = child;
    at = least;
  }
  heap[at] = last;
}
