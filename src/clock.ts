/** The one source of time. Everything that needs the time or waits is given a clock (design, promise 6). */
export type Clock = {
  /** The present moment, UTC. */
  now(): Date;
  /** Calls `run` once `at` is reached (at once when it lies in the past). Returns what cancels it. */
  wakeAt(at: Date, run: () => void): () => void;
};

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. A timer never keeps the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  wakeAt(at, run) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = at.getTime() - Date.now();
      timer = setTimeout(left > LONGEST_TIMER_MS ? arm : run, Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};

/** A clock that can be moved forward. */
export type MovableClock = Clock & {
  /** Moves time to `at`, unless it is there already, and wakes what was to wake before then. */
  advanceTo(at: Date): void;
};

/** Time that stands still until it is moved; for tests. */
export type ManualClock = MovableClock & {
  /** Moves time by `ms` milliseconds and runs, in order of their time, what was to wake on the way. */
  advance(ms: number): void;
  /** The next moment somebody waits for, if any. */
  nextWake(): Date | undefined;
};

/** A clock for tests that starts at `start`. */
export function createManualClock(start: Date): ManualClock {
  let now = start.getTime();
  let count = 0;
  const waiting = new Map<number, { at: number; run: () => void }>();

  const earliest = (): [number, { at: number; run: () => void }] | undefined =>
    [...waiting].sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];

  const advanceTo = (at: Date): void => {
    for (let next = earliest(); next && next[1].at <= at.getTime(); next = earliest()) {
      waiting.delete(next[0]);
      now = Math.max(now, next[1].at);
      next[1].run();
    }
    now = Math.max(now, at.getTime());
  };

  return {
    now: () => new Date(now),
    wakeAt(at, run) {
      const id = count++;
      if (at.getTime() <= now) queueMicrotask(() => waiting.delete(id) && run());
      waiting.set(id, { at: at.getTime(), run });
      return () => waiting.delete(id);
    },
    advance: (ms) => advanceTo(new Date(now + ms)),
    advanceTo,
    nextWake: () => {
      const next = earliest();
      return next && new Date(next[1].at);
    },
  };
}

/** A clock that starts at `start`, runs at real speed and can jump forward. */
export function createJumpingClock(start: Date, real: Clock = systemClock): MovableClock {
  let offset = start.getTime() - real.now().getTime();
  const rearm = new Set<() => void>();
  return {
    now: () => new Date(real.now().getTime() + offset),
    wakeAt(at, run) {
      let cancel: () => void = () => undefined;
      const arm = (): void => {
        cancel();
        cancel = real.wakeAt(new Date(at.getTime() - offset), () => {
          rearm.delete(arm);
          run();
        });
      };
      rearm.add(arm);
      arm();
      return () => {
        rearm.delete(arm);
        cancel();
      };
    },
    advanceTo(at) {
      offset = Math.max(offset, at.getTime() - real.now().getTime());
      for (const arm of [...rearm]) arm();
    },
  };
}

/** Waits `ms` milliseconds of the clock's time, or until `signal` aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.wakeAt(new Date(clock.now().getTime() + ms), done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
