/** Works the inbox: each chat's updates one after the other, chats beside one another (promise 3). */
import type { Respond } from '../bot/turn.js';
import type { Incoming, Ref } from '../channels/channel.js';
import type { InboxDocument } from '../store/inbox.js';
import type { Context } from './context.js';
import { createBacklog } from './createBacklog.js';
import { createKnown } from './createKnown.js';
import { createFifo, type Fifo } from './createFifo.js';
import { createTimers } from './createTimers.js';
import { createTurns, type Turns } from './createTurns.js';
import { isStoreAway } from './isStoreAway.js';
import { backoffMs } from './settings.js';
import type { Outbox } from './outbox.js';

type Entry = { id: string; order: number; incoming: Incoming; tries: number };
type Queue = {
  ref: Ref;
  lane: number;
  entries: Entry[];
  state: 'empty' | 'ready' | 'running' | 'resting';
  delays: number;
};

export type Worker = {
  /** A stored update, to be worked if its lane is held. */
  take(document: InboxDocument): void;
  /** Looks in the store for what waits in these lanes. */
  sweep(lanes: readonly number[]): Promise<void>;
  /** Drops what is queued in these lanes; resolves when nothing runs in them. */
  forget(lanes: readonly number[]): Promise<void>;
  /** Begins nothing more; resolves when nothing runs. */
  stop(): Promise<void>;
  turns: Turns;
  busy(): boolean;
  nextDue(): number | undefined;
  queued(): number;
};

export function createWorker(context: Context, respond: Respond, outbox: Outbox): Worker {
  const { clock, settings, stores, lanes, log, count } = context;
  const queues = new Map<Ref, Queue>();
  const known = createKnown();
  const ready: Fifo<Queue> = createFifo();
  const timers = createTimers(clock);
  const running = new Map<Queue, Promise<void>>();
  const turns = createTurns(context, respond, outbox, known);
  let stopped = false;

  const push = (document: InboxDocument): void => {
    const { _id: id, incoming, order, lane, attempts } = document;
    if (known.has(id) || incoming === undefined) return;
    known.add(id);
    const queue = queues.get(incoming.chat) ?? {
      ref: incoming.chat,
      lane,
      entries: [],
      state: 'empty',
      delays: 0,
    };
    queues.set(incoming.chat, queue);
    insertInOrder(queue, { id, order, incoming, tries: attempts });
    if (queue.state === 'empty') makeReady(queue);
  };

  const backlog = createBacklog<InboxDocument>({
    room: () => settings.maxQueued - known.size(),
    mine: (lane) => !stopped && lanes.holds(lane),
    all: (some, limit) => stores.inbox.waiting(some, limit),
    page: (lane, from, limit) => stores.inbox.page(lane, from, limit),
    place: (document) => document.order,
    push,
    known,
  });

  const makeReady = (queue: Queue): void => {
    queue.state = 'ready';
    ready.push(queue);
    pump();
  };

  const pump = (): void => {
    while (!stopped && running.size < settings.workers) {
      const queue = ready.shift();
      if (queue === undefined) return;
      if (queues.get(queue.ref) !== queue) continue; // forgotten meanwhile
      queue.state = 'running';
      const done = workOn(queue).finally(() => {
        running.delete(queue);
        pump();
      });
      running.set(queue, done);
    }
  };

  const workOn = async (queue: Queue): Promise<void> => {
    const entry = queue.entries[0];
    if (entry === undefined) return;
    if (!lanes.holds(queue.lane)) return drop(queue); // found again when the lane is held again
    const delay = await attempt(entry, queue);
    if (queues.get(queue.ref) !== queue) return void (delay !== undefined && known.forget(entry.id));
    if (delay !== undefined) return rest(queue, delay);
    queue.entries.shift();
    queue.delays = 0;
    if (queue.entries.length > 0) makeReady(queue);
    else queues.delete(queue.ref);
    if (known.size() < settings.maxQueued / 2 && !stopped) backlog.fill().catch(sayStoreAway);
  };

  /** `undefined`: the update is dealt with. Else how long to wait before it is tried again, in ms. */
  const attempt = async (entry: Entry, queue: Queue): Promise<number | undefined> => {
    try {
      if (!(await turns.take(entry.incoming)))
        return queue.delays++ < 3 ? 0 : backoffMs(queue.delays, settings, context.random);
      return undefined;
    } catch (error) {
      if (isStoreAway(error)) return backoffMs(queue.delays++, settings, context.random);
      return failed(entry, error).catch(() => backoffMs(queue.delays++, settings, context.random));
    }
  };

  const failed = async (entry: Entry, error: unknown): Promise<number | undefined> => {
    entry.tries++;
    count('failed');
    log.error(
      { update: entry.id, kind: entry.incoming.event.kind, try: entry.tries, err: error },
      'update-failed',
    );
    if (entry.tries < settings.maxTries) {
      await stores.inbox.failed(entry.id);
      return backoffMs(entry.tries - 1, settings, context.random);
    }
    const why = error instanceof Error ? error.name : typeof error;
    const apology = await context.hooks.apologise?.(entry.incoming);
    if (apology) await outbox.enqueue([apology]);
    await stores.inbox.setAside(entry.id, why, clock.now());
    known.leave(entry.id);
    count('setAside');
    context.alert('update-set-aside', { why, kind: entry.incoming.event.kind }, entry.id);
    return undefined;
  };

  const rest = (queue: Queue, delayMs: number): void => {
    if (delayMs === 0) return makeReady(queue);
    queue.state = 'resting';
    timers.at(clock.now().getTime() + delayMs, () => {
      if (queues.get(queue.ref) === queue && queue.state === 'resting') makeReady(queue);
    });
  };

  const drop = (queue: Queue): void => {
    if (queues.get(queue.ref) === queue) queues.delete(queue.ref);
    // What runs stays known until it is done.
    for (const { id } of running.has(queue) ? queue.entries.slice(1) : queue.entries) known.forget(id);
  };

  const sayStoreAway = (error: unknown): void => {
    log.warn({ error: error instanceof Error ? error.name : typeof error }, 'inbox-not-read');
  };

  return {
    take: (document) => {
      if (!stopped && lanes.holds(document.lane)) backlog.take(document);
    },
    sweep: (some) => backlog.sweep(some),
    async forget(some) {
      const lost = new Set(some);
      backlog.forget(lost);
      turns.forget(lost);
      const left = [...running].filter(([queue]) => lost.has(queue.lane)).map(([, done]) => done);
      for (const queue of [...queues.values()]) if (lost.has(queue.lane)) drop(queue);
      await Promise.all(left);
    },
    async stop() {
      stopped = true;
      timers.clear();
      await Promise.all(running.values());
      await turns.settled();
    },
    turns,
    busy: () => running.size > 0 || (!stopped && ready.size() > 0) || turns.busy(),
    nextDue: () => timers.next(),
    queued: () => known.size(),
  };
}

/** By the platform's order; what came later goes behind what came earlier. The first is not overtaken while it runs. */
function insertInOrder(queue: Queue, entry: Entry): void {
  const first = queue.state === 'running' || queue.state === 'resting' ? 1 : 0;
  let at = queue.entries.length;
  while (at > first && (queue.entries[at - 1]?.order ?? 0) > entry.order) at--;
  queue.entries.splice(at, 0, entry);
}
