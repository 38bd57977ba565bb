import type { Clock } from '../../clock.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** While it is shut nothing is asked of the platform. */
export type Gate = {
  /** How long it stays shut and why; undefined when it is open. */
  shut(): { afterMs: number; why: string; repair: boolean } | undefined;
  /** Too many requests: shut for a second, then for twice as long each time up to a minute. */
  slow(why: string): void;
  /** Somebody has to mend the account: looked at again after `ms`. */
  stop(why: string, ms: number): void;
  /** A call went through. */
  passed(): void;
};

export function createGate(clock: Clock): Gate {
  let until = 0;
  let why = '';
  let repair = false;
  let pause = FIRST_PAUSE_MS;
  const now = (): number => clock.now().getTime();
  const close = (ms: number, reason: string, mend: boolean): void => {
    until = Math.max(until, now() + ms);
    why = reason;
    repair = mend;
  };
  return {
    shut: () => (now() < until ? { afterMs: until - now(), why, repair } : undefined),
    slow(reason) {
      if (now() < until) return; // calls that were under way together are one reason
      close(pause, reason, false);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    },
    stop: (reason, ms) => close(ms, reason, true),
    passed() {
      if (now() >= until) pause = FIRST_PAUSE_MS;
    },
  };
}
