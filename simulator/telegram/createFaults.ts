import { seededRandom } from './seededRandom.js';

/**
 * What can go wrong with a call: refusals (429, 403, 500, 502 with a proxy's HTML page), an answer that never
 * comes ('timeout') or comes late ('slow'), a connection that breaks before ('reset') or after the call took
 * effect ('accepted-then-reset').
 */
export type FaultKind = '429' | '403' | '500' | '502' | 'timeout' | 'slow' | 'reset' | 'accepted-then-reset';

export type Fault = {
  kind: FaultKind;
  /** Seconds, for 429; 1. */
  retryAfter: number;
  /** Milliseconds of the simulator's clock, for 'slow'; 1000. */
  delayMs: number;
  /** For 403; “bot was blocked by the user”. */
  description: string;
};
type Details = { retryAfter?: number; delayMs?: number; description?: string };
type Where = { method?: string; chat?: number };

export type NextFault = Where & Details & { then: FaultKind; times?: number };
export type FaultRate = Where & Details & { kind: FaultKind; fraction: number; seed?: number };
/** Faults of webhook delivery, each a fraction of the updates (0–1). */
export type DeliveryFaults = {
  /** Delivered twice: half of them at the same moment, half once more after the first was acknowledged. */
  duplicate?: number;
  /** The update behind overtakes, within a chat. */
  reorder?: number;
  /** The bot's answer is lost, so the update comes again. */
  dropAnswer?: number;
  seed?: number;
};

export type Faults = ReturnType<typeof createFaults>;

/** The switches for what goes wrong; all off at first. Seeded, so that a run can be repeated. */
export function createFaults() {
  const scripted: (NextFault & { left: number })[] = [];
  const rates = new Set<FaultRate & { random: () => number }>();
  let delivery: Required<Omit<DeliveryFaults, 'seed'>> = { duplicate: 0, reorder: 0, dropAnswer: 0 };
  let deliveryRandom = seededRandom(1);

  return {
    /** The next `times` (1) matching calls fail. Without a method: any call but getUpdates. */
    next(fault: NextFault): void {
      scripted.push({ ...fault, left: fault.times ?? 1 });
    },
    /** That fraction of matching calls fails until the returned function is called. Without a method: every call that addresses a chat. */
    rate(fault: FaultRate): () => void {
      const rule = { ...fault, random: seededRandom(fault.seed ?? 1) };
      rates.add(rule);
      return () => void rates.delete(rule);
    },
    /** Sets all faults of webhook delivery; what is not named is off. */
    deliver({ duplicate = 0, reorder = 0, dropAnswer = 0, seed = 1 }: DeliveryFaults): void {
      delivery = { duplicate, reorder, dropAnswer };
      deliveryRandom = seededRandom(seed);
    },
    /** Switches everything off. */
    clear(): void {
      scripted.length = 0;
      rates.clear();
      delivery = { duplicate: 0, reorder: 0, dropAnswer: 0 };
    },

    /** @internal The fault for this call, used up by asking. */
    pick(method: string, chatId: number | undefined): Fault | undefined {
      const index = scripted.findIndex((rule) =>
        matches(rule, method, chatId, () => method !== 'getUpdates'),
      );
      const rule = scripted[index];
      if (rule) {
        if (--rule.left <= 0) scripted.splice(index, 1);
        return fault(rule.then, rule);
      }
      for (const rate of rates) {
        const hit = matches(rate, method, chatId, () => chatId !== undefined);
        if (hit && rate.random() < rate.fraction) return fault(rate.kind, rate);
      }
      return undefined;
    },
    /** @internal Whether this kind of delivery fault strikes now. */
    strikes(kind: keyof typeof delivery): boolean {
      return delivery[kind] > 0 && deliveryRandom() < delivery[kind];
    },
    /** @internal An even choice. */
    coin: (): boolean => deliveryRandom() < 0.5,
  };
}

function matches(rule: Where, method: string, chatId: number | undefined, otherwise: () => boolean): boolean {
  if (rule.chat !== undefined && rule.chat !== chatId) return false;
  return rule.method === undefined ? otherwise() : rule.method.toLowerCase() === method.toLowerCase();
}

function fault(kind: FaultKind, details: Details): Fault {
  return {
    kind,
    retryAfter: details.retryAfter ?? 1,
    delayMs: details.delayMs ?? 1000,
    description: details.description ?? 'Forbidden: bot was blocked by the user',
  };
}
