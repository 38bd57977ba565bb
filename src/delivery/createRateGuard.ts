/** Counts what an account sends, so that one account cannot keep everybody else waiting (issue: messages a minute). */
import type { Incoming, Ref } from '../channels/channel.js';

const WINDOW_MS = 60_000;
const MANY_ACCOUNTS = 20_000;

/** What becomes of an update: taken, or dropped – the first time within a minute with an answer. */
export type RateVerdict = 'take' | 'answer' | 'drop';

/**
 * More than `perMinute` in a minute that begins with the first of them is too much. Counted in memory by each
 * instance: the limit protects the instance, it is no rule of the programme.
 */
export function createRateGuard(perMinute: number): (incoming: Incoming, now: Date) => RateVerdict {
  const accounts = new Map<Ref, { since: number; count: number }>();
  return (incoming, now) => {
    if (incoming.from === undefined || incoming.event.kind === 'member') return 'take';
    const at = now.getTime();
    if (accounts.size > MANY_ACCOUNTS) forgetOld(accounts, at);
    const seen = accounts.get(incoming.from.ref);
    if (seen === undefined || at - seen.since >= WINDOW_MS) {
      accounts.set(incoming.from.ref, { since: at, count: 1 });
      return 'take';
    }
    seen.count++;
    if (seen.count <= perMinute) return 'take';
    return seen.count === perMinute + 1 ? 'answer' : 'drop';
  };
}

function forgetOld(accounts: Map<Ref, { since: number }>, now: number): void {
  for (const [ref, { since }] of accounts) if (now - since >= WINDOW_MS) accounts.delete(ref);
}
