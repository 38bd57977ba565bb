/** The endpoints, by short names. */
export type Endpoint =
  | 'token'
  | 'cs'
  | 'template'
  | 'quota'
  | 'detail'
  | 'getlist'
  | 'uploadImage'
  | 'uploadFile'
  | 'zbs'
  | 'unknown';

/** One API call; times in milliseconds since 1970 on the simulator's clock. */
export type CallRecord = {
  at: number;
  endpoint: Endpoint;
  userId?: string;
  body: unknown;
  /** It took effect, even if its answer was then lost. */
  accepted: boolean;
  error?: number;
  fault?: string;
};

/** One event and every attempt to hand it to the bot. */
export type EventRecord = {
  name: string;
  userId?: string;
  at: number;
  attempts: { at: number; outcome: string }[];
  deliveredAt?: number;
  droppedAt?: number;
};

export type Counts = {
  calls: number;
  byEndpoint: Record<string, number>;
  errors: Record<string, number>;
  messagesSent: number;
  /** Plain messages sent from 48 hours to 7 days after the last interaction. */
  billed: number;
  templatesSent: number;
  refreshes: number;
  events: number;
  delivered: number;
  attempts: number;
  duplicates: number;
  dropped: number;
};

export type Record_ = ReturnType<typeof createRecord>;

/** The proof of what went over the wire. With `mode` 'counts' only the counters are kept. */
export function createRecord(mode: 'full' | 'counts') {
  const calls: CallRecord[] = [];
  const events: EventRecord[] = [];
  const counts = emptyCounts();
  return {
    counts,
    calls: (filter: { endpoint?: Endpoint; userId?: string } = {}): CallRecord[] =>
      calls.filter(
        (call) =>
          (filter.endpoint === undefined || call.endpoint === filter.endpoint) &&
          (filter.userId === undefined || call.userId === filter.userId),
      ),
    events: (): EventRecord[] => [...events],
    clear(): void {
      calls.length = 0;
      events.length = 0;
      Object.assign(counts, emptyCounts());
    },
    /** @internal */
    callBegins(call: CallRecord): void {
      counts.calls++;
      counts.byEndpoint[call.endpoint] = (counts.byEndpoint[call.endpoint] ?? 0) + 1;
      if (mode === 'full') calls.push(call);
    },
    /** @internal */
    callEnds(call: CallRecord): void {
      if (call.error !== undefined) counts.errors[call.error] = (counts.errors[call.error] ?? 0) + 1;
    },
    /** @internal */
    eventMade(event: EventRecord): void {
      counts.events++;
      if (mode === 'full') events.push(event);
    },
  };
}

function emptyCounts(): Counts {
  return {
    calls: 0,
    byEndpoint: {},
    errors: {},
    messagesSent: 0,
    billed: 0,
    templatesSent: 0,
    refreshes: 0,
    events: 0,
    delivered: 0,
    attempts: 0,
    duplicates: 0,
    dropped: 0,
  };
}
