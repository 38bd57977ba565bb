/** An account that somebody has to mend: one message is tried now and then, the others are spared the trying. */

/** How a delivery went, as far as it concerns others: the chat is limited, or the channel's account has to be mended. */
export type Delivered = 'ok' | 'limited' | 'broken';

export type Breakdown = {
  /** An outcome; `until` is when it is to be tried again. */
  heard(outcome: Delivered, now: number, until: number): void;
  pausedUntil(): number;
  /** Something went through since. */
  isOver(): boolean;
};

export function createBreakdown(): Breakdown {
  let isBroken = false;
  let paused = 0;
  return {
    heard(outcome, now, until) {
      if (outcome === 'broken') {
        isBroken = true;
        paused = Math.max(paused, until);
      } else if (now >= paused) isBroken = false; // not what was under way when it broke
    },
    pausedUntil: () => paused,
    isOver: () => !isBroken,
  };
}
