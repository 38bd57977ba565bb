import { createHash } from 'node:crypto';
import http from 'node:http';
import type { Clock } from '../../src/clock.js';
import type { Events } from './createEvents.js';
import type { Faults } from './createFaults.js';
import type { EventRecord, Record_ } from './createRecord.js';
import type { WireEvent } from './wire.js';

const DELAYS_MS = [30_000, 300_000, 900_000, 1_800_000, 3_600_000];

export type WebhookDelivery = ReturnType<typeof createWebhookDelivery>;

/**
 * Hands events to the webhook, signed, each on its own and in no promised order. A delivery that is not answered 200
 * within `timeoutMs` (real time) is repeated after 30 s, 5 and 15 and 30 minutes and an hour of the clock; then the
 * webhook is switched off.
 */
export function createWebhookDelivery(parts: {
  clock: Clock;
  app: { appId: string; oaSecretKey: string };
  record: Record_;
  faults: Faults;
  events: Events;
  timeoutMs: number;
  busy: { enter: () => void; leave: () => void };
}) {
  const { clock, record, faults, busy } = parts;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });
  const waits = new Set<() => void>();
  const missed: (() => void)[] = [];
  let url: string | undefined;
  let pending = 0;
  let heldBack: (() => void) | undefined;

  const releaseHeld = (): void => {
    const go = heldBack;
    heldBack = undefined;
    go?.();
  };

  const attempt = async (
    entry: EventRecord,
    body: string,
    signature: string,
    retry: number,
  ): Promise<void> => {
    if (url === undefined) return void missed.push(() => void attempt(entry, body, signature, retry));
    busy.enter();
    const to = url;
    const twice = retry === 0 && faults.strikes('duplicate');
    if (twice) record.counts.duplicates++;
    const headers = { 'x-zevent-signature': signature, num_retry: String(retry) };
    const [outcome] = await Promise.all([
      post(to, body, headers),
      twice ? post(to, body, headers) : undefined,
    ]);
    record.counts.attempts++;
    entry.attempts.push({ at: clock.now().getTime(), outcome });
    const lost = outcome === '200' && faults.strikes('dropAnswer');
    if (outcome === '200' && !lost) {
      record.counts.delivered++;
      entry.deliveredAt = clock.now().getTime();
      pending--;
    } else repeat(entry, body, signature, retry);
    releaseHeld();
    busy.leave();
  };

  const repeat = (entry: EventRecord, body: string, signature: string, retry: number): void => {
    const delay = DELAYS_MS[retry];
    if (delay === undefined) {
      record.counts.dropped++;
      entry.droppedAt = clock.now().getTime();
      pending--;
      url = undefined;
      return;
    }
    const cancel = clock.wakeAt(new Date(clock.now().getTime() + delay), () => {
      waits.delete(cancel);
      void attempt(entry, body, signature, retry + 1);
    });
    waits.add(cancel);
  };

  /** The status, or what went wrong. */
  const post = (to: string, body: string, headers: Record<string, string>): Promise<string> =>
    new Promise((resolve) => {
      const request = http.request(
        to,
        {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            ...headers,
          },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(String(response.statusCode)));
        },
      );
      request.setTimeout(parts.timeoutMs, () => request.destroy(new Error('timeout')));
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      request.end(body);
    });

  return {
    push(event: WireEvent): void {
      const body = JSON.stringify(event);
      const userId = event.follower?.id ?? event.sender?.id;
      const entry: EventRecord = {
        name: event.event_name,
        at: clock.now().getTime(),
        attempts: [],
        ...(userId === undefined ? {} : { userId }),
      };
      record.eventMade(entry);
      parts.events.emit('event', event);
      pending++;
      const go = (): void => void attempt(entry, body, sign(event, body, parts.app), 0);
      if (heldBack === undefined && faults.strikes('reorder')) heldBack = go;
      else go();
    },
    /** The console sends an unsigned `{}` to a new address and keeps it when that is answered 200. */
    async set(next: string | undefined): Promise<boolean> {
      if (next !== undefined && (await post(next, '{}', {})) !== '200') return false;
      url = next;
      for (const go of missed.splice(0)) go();
      return true;
    },
    /** Sends any bytes, with any headers, and tells the answer. */
    send: post,
    address: (): string | undefined => url,
    pending: (): number => pending,
    releaseHeld,
    close(): void {
      url = undefined;
      for (const cancel of waits) cancel();
      agent.destroy();
    },
  };
}

/** `mac=` + SHA-256 of app id, body, timestamp and the account's secret key. */
export function sign(
  event: { timestamp: string },
  body: string,
  app: { appId: string; oaSecretKey: string },
): string {
  return `mac=${createHash('sha256')
    .update(app.appId + body + event.timestamp + app.oaSecretKey)
    .digest('hex')}`;
}
