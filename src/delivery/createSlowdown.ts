/** Notices when a platform limits not one chat but all of them, and slows down. */

/** Within this much time … */
const WINDOW_MS = 1_000;
/** … so many limited sends … */
const MANY = 5;
/** … that are this part of all, mean that we are too fast on the whole. */
const PART = 0.1;
const HALVE = 0.5;
const LEAST = 0.1;
/** After so much time without trouble the speed grows again. */
const RECOVER_MS = 5_000;
const RECOVER_STEP = 0.1;
const LONGEST_PAUSE_MS = 60_000;

export type Slowdown = {
  /** An outcome; `until` is when the limited chat may go on. */
  heard(outcome: 'ok' | 'limited', now: number, until: number): void;
  pausedUntil(): number;
  /** Part of the full speed, 0–1. */
  factor(): number;
};

export function createSlowdown(): Slowdown {
  let windowFrom = 0;
  let sent = 0;
  let limited = 0;
  let factor = 1;
  let changedAt = 0;
  let paused = 0;

  return {
    heard(outcome, now, until) {
      if (now - windowFrom >= WINDOW_MS) {
        windowFrom = now;
        sent = limited = 0;
      }
      sent++;
      if (outcome === 'limited') limited++;
      if (limited >= MANY && limited > sent * PART) {
        paused = Math.max(paused, Math.min(until, now + LONGEST_PAUSE_MS));
        factor = Math.max(LEAST, factor * HALVE);
        changedAt = now;
        sent = limited = 0;
      } else if (factor < 1 && now - changedAt >= RECOVER_MS) {
        factor = Math.min(1, factor + RECOVER_STEP);
        changedAt = now;
      }
    },
    pausedUntil: () => paused,
    factor: () => factor,
  };
}
