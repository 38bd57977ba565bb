import { seededRandom } from '../telegram/seededRandom.js';
import type { Endpoint } from './createRecord.js';

/**
 * What can go wrong with a call: an error code in HTTP 200 (a number), a server's or proxy's error page, an answer
 * that never comes, a connection that breaks before or after the call took effect.
 */
export type FaultKind = number | '500' | '502' | 'timeout' | 'reset' | 'accepted-then-reset';
type Where = { endpoint?: Endpoint; userId?: string };
export type NextFault = Where & { then: FaultKind; times?: number };
export type FaultRate = Where & { kind: FaultKind; fraction: number; seed?: number };
/** Faults of webhook delivery, each a fraction of the events (0–1). */
export type DeliveryFaults = {
  duplicate?: number;
  /** The event waits until another one was delivered. */
  reorder?: number;
  /** The bot's answer is lost, so the event comes again. */
  dropAnswer?: number;
  seed?: number;
};

export type Faults = ReturnType<typeof createFaults>;

/** The switches for what goes wrong; all off at first. Seeded, so that a run can be repeated. */
export function createFaults() {
  const scripted: (NextFault & { left: number })[] = [];
  const rates = new Set<FaultRate & { random: () => number }>();
  let delivery = { duplicate: 0, reorder: 0, dropAnswer: 0 };
  let random = seededRandom(1);

  return {
    /** The next `times` (1) matching calls fail. Without an endpoint: any. */
    next: (fault: NextFault): void => void scripted.push({ ...fault, left: fault.times ?? 1 }),
    /** That fraction of matching calls fails until the returned function is called. */
    rate(fault: FaultRate): () => void {
      const rule = { ...fault, random: seededRandom(fault.seed ?? 1) };
      rates.add(rule);
      return () => void rates.delete(rule);
    },
    deliver({ duplicate = 0, reorder = 0, dropAnswer = 0, seed = 1 }: DeliveryFaults): void {
      delivery = { duplicate, reorder, dropAnswer };
      random = seededRandom(seed);
    },
    clear(): void {
      scripted.length = 0;
      rates.clear();
      delivery = { duplicate: 0, reorder: 0, dropAnswer: 0 };
    },
    /** @internal The fault for this call, used up by asking. */
    pick(endpoint: Endpoint, userId: string | undefined): FaultKind | undefined {
      const index = scripted.findIndex((rule) => matches(rule, endpoint, userId));
      const rule = scripted[index];
      if (rule) {
        if (--rule.left <= 0) scripted.splice(index, 1);
        return rule.then;
      }
      for (const rate of rates)
        if (matches(rate, endpoint, userId) && rate.random() < rate.fraction) return rate.kind;
      return undefined;
    },
    /** @internal Whether this kind of delivery fault strikes now. */
    strikes: (kind: keyof typeof delivery): boolean => delivery[kind] > 0 && random() < delivery[kind],
  };
}

function matches(rule: Where, endpoint: Endpoint, userId: string | undefined): boolean {
  return (rule.endpoint ?? endpoint) === endpoint && (rule.userId ?? userId) === userId;
}
