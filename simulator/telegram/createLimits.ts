import type { Clock } from '../../src/clock.js';
import { tooMany } from './apiError.js';
import type { Chat } from './createWorld.js';

/** Sending limits; the defaults are Telegram's published ones (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). */
export type Limits = {
  /** Messages a second to all chats together, with a burst of one second's worth; 30. */
  overallPerSecond?: number;
  /** The same for calls with `allow_paid_broadcast`; 1000. */
  paidPerSecond?: number;
  /** Messages a second to one chat; 1. */
  perChatPerSecond?: number;
  /** How many may come at once to a rested chat; 5. */
  perChatBurst?: number;
  /** Messages within a minute to one group; 20. */
  perGroupPerMinute?: number;
};

type Bucket = { tokens: number; at: number };

/** The group limit is counted over this much, so that a sender paced to the minute is not caught by jitter. */
const GROUP_WINDOW_MS = 59_000;

/**
 * Counts sends and edits against the limits. `take` throws 429 with `retry_after` (whole seconds, at least 1)
 * when one is passed; a refused call is not counted against them.
 */
export function createLimits(clock: Clock, limits: Limits | 'off', onLimited: () => void) {
  const set = {
    overallPerSecond: 30,
    paidPerSecond: 1000,
    perChatPerSecond: 1,
    perChatBurst: 5,
    perGroupPerMinute: 20,
    ...(limits === 'off' ? {} : limits),
  };
  let enabled = limits !== 'off';
  const overall: Bucket = { tokens: set.overallPerSecond, at: 0 };
  const paid: Bucket = { tokens: set.paidPerSecond, at: 0 };
  const chats = new Map<number, Bucket>();
  const groups = new Map<number, number[]>();

  return {
    /** Changes limits while running; 'off' lets everything through. */
    set(next: Limits | 'off'): void {
      enabled = next !== 'off';
      if (next !== 'off') Object.assign(set, next);
    },

    take(chat: Chat, isPaid: boolean): void {
      if (!enabled) return;
      const now = clock.now().getTime();
      const whole = isPaid ? paid : overall;
      const wholeRate = isPaid ? set.paidPerSecond : set.overallPerSecond;
      const own = chats.get(chat.id) ?? { tokens: set.perChatBurst, at: now };
      if (chats.size > 50_000) forgetRested(chats, now, set.perChatBurst / set.perChatPerSecond);
      chats.set(chat.id, own);
      const recent = chat.type === 'private' ? [] : recentIn(groups, chat.id, now);
      const waitMs = Math.max(
        waitFor(whole, wholeRate, wholeRate, now),
        waitFor(own, set.perChatPerSecond, set.perChatBurst, now),
        recent.length >= set.perGroupPerMinute
          ? (recent[recent.length - set.perGroupPerMinute] ?? now) + GROUP_WINDOW_MS - now
          : 0,
      );
      if (waitMs > 0) {
        onLimited();
        throw tooMany(Math.max(1, Math.ceil(waitMs / 1000)));
      }
      whole.tokens--;
      own.tokens--;
      if (chat.type !== 'private') recent.push(now);
    },
  };
}

/** Refills a bucket and tells how long until it holds a token, in ms. */
function waitFor(bucket: Bucket, perSecond: number, burst: number, now: number): number {
  bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);
  bucket.at = now;
  return bucket.tokens >= 1 ? 0 : ((1 - bucket.tokens) / perSecond) * 1000;
}

function recentIn(groups: Map<number, number[]>, id: number, now: number): number[] {
  const recent = (groups.get(id) ?? []).filter((at) => at > now - GROUP_WINDOW_MS);
  groups.set(id, recent);
  return recent;
}

function forgetRested(chats: Map<number, Bucket>, now: number, restSeconds: number): void {
  for (const [id, bucket] of chats) if (bucket.at < now - restSeconds * 1000) chats.delete(id);
}
