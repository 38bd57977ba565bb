import type { Clock } from '../../src/clock.js';
import type { Faults } from './createFaults.js';
import type { Record_ } from './createRecord.js';
import type { PendingUpdate, UpdateQueue } from './createUpdateQueue.js';
import { createPoster, type Outcome } from './postUpdate.js';

export type Webhook = { url: string; secretToken: string; maxConnections: number };
export type Redelivery = {
  /** Waits before the first, second … repetition; the last one stays. Telegram's: 0, 2, 4, 8 … 60 s. */
  delaysMs?: readonly number[];
  /** How long the bot may take to answer, in real milliseconds; 60000. */
  timeoutMs?: number;
};

type Lane = {
  key: string;
  items: PendingUpdate[];
  state: 'idle' | 'ready' | 'busy' | 'waiting';
  failures: number;
  /** Ends the wait for a repetition. */
  wake: () => void;
};

const DELAYS_MS = [0, 2000, 4000, 8000, 16_000, 32_000, 60_000];
const LONGEST_RETRY_AFTER_S = 3600;

export type WebhookDelivery = ReturnType<typeof createWebhookDelivery>;

/**
 * Hands updates to the webhook that is set: in order within a chat, chats in parallel up to its
 * `max_connections`. A failing update blocks those behind it in its chat and comes again after the delays or
 * the bot's Retry-After; it is dropped when it is too old.
 */
export function createWebhookDelivery(parts: {
  clock: Clock;
  queue: UpdateQueue;
  record: Record_;
  faults: Faults;
  redelivery: Redelivery;
  /** Runs the API call that a bot may give as its answer to the webhook. */
  onReply: (reply: string) => void;
}) {
  const { clock, queue, record, faults, redelivery } = parts;
  const delaysMs = redelivery.delaysMs ?? DELAYS_MS;
  const poster = createPoster(redelivery.timeoutMs ?? 60_000);
  const lanes = new Map<string, Lane>();
  const ready: Lane[] = [];
  let webhook: Webhook | undefined;
  let active = 0;
  let lastError: { at: number; message: string } | undefined;

  const makeReady = (lane: Lane): void => {
    lane.wake();
    lane.state = 'ready';
    ready.push(lane);
  };

  const enlist = (item: PendingUpdate): void => {
    const key = item.lane;
    const lane: Lane = lanes.get(key) ?? {
      key,
      items: [],
      state: 'idle',
      failures: 0,
      wake: () => undefined,
    };
    lanes.set(key, lane);
    lane.items.push(item);
    if (lane.state === 'idle') makeReady(lane);
  };

  const onPush = (item: PendingUpdate): void => {
    if (!webhook) return; // setting one gathers what waits
    enlist(item);
    pump();
  };

  const pump = (): void => {
    while (webhook && active < webhook.maxConnections) {
      const lane = ready.shift();
      if (!lane) return;
      const item = nextOf(lane);
      if (item) void deliver(lane, item, webhook);
      else rest(lane);
    }
  };

  /** The update to deliver now: what was confirmed elsewhere or is too old goes first. */
  const nextOf = (lane: Lane): PendingUpdate | undefined => {
    for (let item = lane.items[0]; item; item = lane.items[0]) {
      if (queue.pending.has(item) && !queue.isExpired(item)) break;
      queue.settle(item, 'dropped');
      lane.items.shift();
      lane.failures = 0;
    }
    const [first, second, ...others] = lane.items;
    if (first && second && faults.strikes('reorder')) lane.items = [second, first, ...others];
    return lane.items[0];
  };

  const rest = (lane: Lane): void => {
    lane.state = 'idle';
    if (lanes.get(lane.key) === lane) lanes.delete(lane.key);
  };

  const deliver = async (lane: Lane, item: PendingUpdate, to: Webhook): Promise<void> => {
    lane.state = 'busy';
    active++;
    const body = JSON.stringify(item.update);
    const twice = !item.copy && faults.strikes('duplicate');
    const together = twice && faults.coin();
    if (together) record.counts.duplicates++;
    const [outcome] = await Promise.all([
      poster.post(to, body),
      together ? poster.post(to, body) : undefined,
    ]);
    active--;
    record.attempted(item.record, clock.now().getTime(), outcome.description);
    const lost = outcome.ok && !item.copy && faults.strikes('dropAnswer');
    if (outcome.ok && !lost) succeed(lane, item, outcome, twice && !together);
    else fail(lane, lost ? { ...outcome, description: 'Connection reset by peer' } : outcome);
    pump();
  };

  const succeed = (lane: Lane, item: PendingUpdate, outcome: Outcome, again: boolean): void => {
    lane.failures = 0;
    const index = lane.items.indexOf(item);
    if (index >= 0) lane.items.splice(index, 1);
    if (again) lane.items.splice(faults.coin() ? 0 : 1, 0, queue.again(item));
    if (outcome.reply) parts.onReply(outcome.reply);
    queue.settle(item, 'delivered');
    if (lane.items.length > 0) makeReady(lane);
    else rest(lane);
  };

  const fail = (lane: Lane, outcome: Outcome): void => {
    const now = clock.now().getTime();
    lastError = { at: now, message: outcome.description };
    const delay = delaysMs[Math.min(lane.failures++, delaysMs.length - 1)] ?? 0;
    const asked = Math.min(outcome.retryAfter ?? 0, LONGEST_RETRY_AFTER_S) * 1000;
    lane.state = 'waiting';
    lane.wake = clock.wakeAt(new Date(now + Math.max(asked, delay)), () => {
      if (lane.state !== 'waiting') return;
      makeReady(lane);
      pump();
    });
  };

  queue.onPush.add(onPush);
  return {
    webhook: (): Webhook | undefined => webhook,
    lastError: () => lastError,
    /** Sets or (undefined) takes away the webhook; waiting updates are tried at once on a new one. */
    set(next: Webhook | undefined): void {
      webhook = next;
      lastError = undefined;
      const underWay = new Set<PendingUpdate>();
      for (const lane of lanes.values()) {
        lane.wake();
        if (lane.state !== 'busy') lanes.delete(lane.key);
        else for (const item of lane.items) underWay.add(item);
      }
      ready.length = 0;
      if (!webhook) return;
      for (const item of queue.pending) if (!underWay.has(item)) enlist(item);
      pump();
    },
    close(): void {
      webhook = undefined;
      queue.onPush.delete(onPush);
      for (const lane of lanes.values()) lane.wake();
      poster.close();
    },
  };
}
