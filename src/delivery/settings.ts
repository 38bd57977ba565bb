/** The figures of delivery, each of which can be set otherwise (tests, the bench). Times in ms. */
export type DeliverySettings = {
  lanes: number;
  /** A lease that is not renewed for so long goes to another instance. */
  leaseMs: number;
  /** The webhook has 2 s; the store must have answered within this. */
  acceptMs: number;
  /** Updates that wait to be stored; more are refused at once. */
  maxAccepting: number;
  /** Updates held in memory; the rest stays in the store until there is room. */
  maxQueued: number;
  /** Chats that are worked at the same time. */
  workers: number;
  /** Tries of an update before it is set aside. */
  maxTries: number;
  firstRetryMs: number;
  longestRetryMs: number;
  /** Messages under way at the same time on a channel. */
  maxSending: number;
  /** Notices, and broadcasts, held in memory; the rest stays in the store until there is room. */
  maxHeld: number;
  /** A message that could not be delivered for so long is given up. */
  giveUpMs: number;
  /** A file that goes from one platform to another. */
  maxFileBytes: number;
  /** What other instances stored is looked for this often, and this often when there are none. */
  pollMs: number;
  sweepMs: number;
  /** Messages a minute from one account; more are not taken. */
  perAccountPerMinute: number;
  /** How long a stop waits for what runs. */
  stopMs: number;
};

export const DEFAULT_SETTINGS: DeliverySettings = {
  lanes: 32,
  leaseMs: 10_000,
  acceptMs: 1_500,
  maxAccepting: 10_000,
  maxQueued: 5_000,
  workers: 64,
  maxTries: 5,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  maxSending: 64,
  maxHeld: 4_000,
  giveUpMs: 86_400_000,
  maxFileBytes: 20 * 1_048_576,
  pollMs: 300,
  sweepMs: 5_000,
  perAccountPerMinute: 60,
  stopMs: 10_000,
};

/** Grows twofold from try to try up to the longest, with a random part so that many do not come back together. */
export function backoffMs(tries: number, settings: DeliverySettings, random: () => number): number {
  const whole = Math.min(settings.longestRetryMs, settings.firstRetryMs * 2 ** Math.min(tries, 20));
  return Math.ceil(whole * (0.75 + 0.25 * random()));
}
