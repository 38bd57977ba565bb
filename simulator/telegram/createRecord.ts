import type { CallParams } from './wire.js';

/** One API call; times in milliseconds since 1970 on the simulator's clock. */
export type CallRecord = {
  at: number;
  endedAt?: number;
  method: string;
  chatId?: number;
  params: CallParams['values'];
  /** It took effect, even if its answer was then lost. */
  accepted: boolean;
  result?: unknown;
  error?: { code: number; description: string };
  /** The fault that was switched on for this call, if any. */
  fault?: string;
};

/** One update and every attempt to hand it to the bot. */
export type UpdateRecord = {
  updateId: number;
  kind: string;
  chatId?: number;
  at: number;
  attempts: { at: number; outcome: string }[];
  deliveredAt?: number;
  droppedAt?: number;
};

export type Counts = {
  calls: number;
  /** Calls by method, and refusals by error code. */
  byMethod: Record<string, number>;
  errors: Record<string, number>;
  /** 429 answers because a limit was passed (not those switched on as faults). */
  limited: number;
  faults: Record<string, number>;
  /** Messages the bot sent that came into a chat. */
  messagesSent: number;
  updates: number;
  delivered: number;
  attempts: number;
  duplicates: number;
  dropped: number;
};

export type Record_ = ReturnType<typeof createRecord>;

/**
 * The proof of what went over the wire. With `mode` 'counts' only the counters are kept, so that a long run
 * stays within its memory.
 */
export function createRecord(mode: 'full' | 'counts') {
  const calls: CallRecord[] = [];
  const updates: UpdateRecord[] = [];
  const counts: Counts = emptyCounts();

  return {
    counts,
    /** API calls in the order they came, of one method or to one chat if asked. */
    calls: (filter: { method?: string; chatId?: number } = {}): CallRecord[] =>
      calls.filter(
        (call) =>
          (filter.method === undefined || call.method === filter.method) &&
          (filter.chatId === undefined || call.chatId === filter.chatId),
      ),
    /** Updates in the order they were made. */
    updates: (): UpdateRecord[] => [...updates],
    /** The sends (not edits) to a chat that took effect. */
    sentTo: (chatId: number): CallRecord[] =>
      calls.filter((call) => call.chatId === chatId && call.accepted && isSend(call.method)),
    clear(): void {
      calls.length = 0;
      updates.length = 0;
      Object.assign(counts, emptyCounts());
    },

    /** @internal The simulator notes a call that begins. */
    callBegins(call: CallRecord): void {
      counts.calls++;
      counts.byMethod[call.method] = (counts.byMethod[call.method] ?? 0) + 1;
      if (mode === 'full') calls.push(call);
    },
    /** @internal … and how it ended. */
    callEnds(call: CallRecord): void {
      if (call.accepted && isSend(call.method)) counts.messagesSent++;
      if (call.error) counts.errors[call.error.code] = (counts.errors[call.error.code] ?? 0) + 1;
      if (call.fault) counts.faults[call.fault] = (counts.faults[call.fault] ?? 0) + 1;
    },
    /** @internal The simulator made an update. */
    updateMade(update: UpdateRecord): void {
      counts.updates++;
      if (mode === 'full') updates.push(update);
    },
    /** @internal An attempt to deliver it ended. */
    attempted(update: UpdateRecord, at: number, outcome: string): void {
      counts.attempts++;
      if (mode === 'full') update.attempts.push({ at, outcome });
    },
  };
}

function isSend(method: string): boolean {
  return /^(send(?!ChatAction)|copyMessage|forwardMessage)/.test(method);
}

function emptyCounts(): Counts {
  return {
    calls: 0,
    byMethod: {},
    errors: {},
    limited: 0,
    faults: {},
    messagesSent: 0,
    updates: 0,
    delivered: 0,
    attempts: 0,
    duplicates: 0,
    dropped: 0,
  };
}
