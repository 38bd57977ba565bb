/** Delivery: from a decoded update to the bot's answer, and from a message to the platform (design, promises 1–4). */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Chat, Respond, Show, Turn } from '../bot/turn.js';
import type { Accept, Channel, Incoming, Ref } from '../channels/channel.js';
import { sleep, type Clock } from '../clock.js';
import { createChatsStore } from '../store/chats.js';
import { createInboxStore } from '../store/inbox.js';
import { createLeasesStore } from '../store/leases.js';
import { createOutboxStore } from '../store/outbox.js';
import type { Alert, Context, DeliveryHooks } from './context.js';
import { createAlertBrake } from './createAlertBrake.js';
import { createInbox } from './inbox.js';
import { createLanes } from './createLanes.js';
import { createOutbox } from './outbox.js';
import { createBroadcasts, type Broadcasts } from './broadcast.js';
import { createWorker } from './createWorker.js';
import { DEFAULT_SETTINGS, type DeliverySettings } from './settings.js';

const PURGE_MS = 3_600_000;
/** How often what waits for its person is counted in the store; in between, this instance's own doing is reckoned. */
const RECOUNT_MS = 60_000;

export type DeliveryNeeds = {
  connection: Connection;
  channels: readonly Channel[];
  clock: Clock;
  random: () => number; // 0–1
  newId: () => string;
  respond: Respond;
  /** Only this process can use the store (the embedded one): nothing to share, leases of the dead are void. */
  exclusive: boolean;
  settings?: Partial<DeliverySettings>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  alert: Alert;
  hooks?: DeliveryHooks;
};

export type Delivery = {
  /** For `channel.listen`. Rejects with DomainError `store-away` when it is not sure in time that all is stored. */
  accept: Accept;
  /** Says something outside a turn; resolves when it is stored. A repeat of an id says nothing twice. */
  enqueue(shows: readonly Show[], batch?: string): Promise<void>;
  broadcasts: Broadcasts;
  /** Changes a chat outside a turn, such as a conversation that lapsed; `undefined` leaves it as it is. */
  changeChat(ref: Ref, change: (chat: Chat) => Omit<Turn, 'toast'> | undefined): Promise<boolean>;
  /** Chats with an unfinished conversation that nobody touched since `before` (to the hour). */
  restingChats(before: Date, limit: number): Promise<Chat[]>;
  /** Whether this instance is the one that does `name`, such as `poller:telegram`; claimed from the first asking on. */
  holds(name: string): boolean;
  start(): Promise<void>;
  /** Begins nothing more, finishes what runs (at most 10 s), gives its leases up. `accept` still stores. */
  stop(): Promise<void>;
  /** Resolves when nothing is due now; what waits for the clock is not due. */
  idle(): Promise<void>;
  /** The next moment at which something that waits for the clock is due. */
  nextDue(): Date | undefined;
  /** Counts since the start, and what is held now. */
  figures(): Readonly<Record<string, number>>;
};

export function createDelivery(needs: DeliveryNeeds): Delivery {
  const { connection, clock, hooks = {}, log } = needs;
  const settings = { ...DEFAULT_SETTINGS, ...needs.settings };
  const leases = createLeasesStore(connection);
  const stores = {
    inbox: createInboxStore(connection),
    outbox: createOutboxStore(connection),
    chats: createChatsStore(connection),
  };
  const counts: Record<string, number> = {};
  const mayAlert = createAlertBrake(clock);
  let endLoops: (() => void)[] = [];
  let stopped = true;
  let telling = 0;
  let sweeping: Promise<void> | undefined;

  const sayStoreAway = (error: unknown): void => {
    log.warn({ error: error instanceof Error ? error.name : typeof error }, 'sweep-failed');
  };

  const lanes = createLanes({
    leases,
    clock,
    owner: needs.newId(),
    settings,
    exclusive: needs.exclusive,
    log,
    gained(some) {
      outbox.gained(some);
      void sweepLanes(some).catch(sayStoreAway);
    },
    lost: async (some) => void (await Promise.all([worker.forget(some), outbox.forget(some)])),
  });

  const context: Context = {
    clock,
    random: needs.random,
    settings,
    stores,
    channels: new Map(needs.channels.map((channel) => [channel.name, channel])),
    lanes,
    log,
    hooks,
    alert(code, fields, cause) {
      if (!mayAlert(code)) return context.count('alertsHeldBack');
      needs
        .alert(code, fields, cause)
        .catch((error: unknown) => log.error({ err: error, code }, 'alert-failed'));
    },
    count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by),
    fault: (point) => hooks.fault?.(point),
    nextSeq: createSequence(clock),
  };
  const outbox = createOutbox(context, (chat) => worker.turns.uncache(chat));
  const worker = createWorker(context, needs.respond, outbox);
  const inbox = createInbox(context, {
    // Another instance may have stored what comes before it in the chat: then the store says what is next.
    taken: (document) => (needs.exclusive ? worker.take(document) : lookSoon(document.lane)),
    repeated: (lane) => {
      lookSoon(lane);
    },
    tooMany(incoming) {
      telling++;
      sayTooMany(incoming)
        .catch(sayStoreAway)
        .finally(() => telling--);
    },
  });

  const sayTooMany = async (incoming: Incoming): Promise<void> => {
    const show = await hooks.overRate?.(incoming);
    if (show) await outbox.enqueue([show]);
  };

  const lookSoon = createLookSoon(
    (some) => worker.sweep(some.filter((lane) => lanes.holds(lane) && !stopped)),
    sayStoreAway,
  );

  const sweepLanes = async (some: readonly number[]): Promise<void> => {
    if (some.length === 0) return;
    await worker.sweep(some);
    await outbox.sweep(some);
  };

  const sweep = (): Promise<void> => {
    sweeping ??= sweepLanes(lanes.held()).finally(() => (sweeping = undefined));
    return sweeping;
  };

  /** Runs again and again, each time so long after the time before; answers what ends it. */
  const every = (ms: () => number, run: () => Promise<unknown>): (() => void) => {
    let cancel: () => void = () => undefined;
    const next = (): void => {
      if (stopped) return;
      cancel = clock.wakeAt(
        new Date(clock.now().getTime() + ms()),
        () => void run().catch(sayStoreAway).finally(next),
      );
    };
    next();
    return () => cancel();
  };

  const purge = async (): Promise<void> => {
    const now = clock.now();
    context.count('purged', (await stores.inbox.purge(now)) + (await stores.outbox.purge(now)));
  };

  const busy = (): boolean => telling > 0 || inbox.busy() || worker.busy() || outbox.busy();

  return {
    accept: (updates) => inbox.accept(updates),
    enqueue: (shows, batch) => outbox.enqueue(shows, batch),
    broadcasts: createBroadcasts(connection, stores.outbox, (shows, batch) => outbox.enqueue(shows, batch)),
    changeChat: (ref, change) => worker.turns.change(ref, change),
    restingChats: (before, limit) => stores.chats.resting(before, limit),
    holds: (name) => lanes.holdsName(name),
    async start() {
      await Promise.all([stores.inbox, stores.outbox, stores.chats].map((store) => store.ensureIndexes()));
      stopped = false;
      await outbox.recount();
      await lanes.start();
      endLoops = [
        every(() => (lanes.several() ? settings.pollMs : settings.sweepMs), sweep),
        every(() => PURGE_MS, purge),
        every(() => RECOUNT_MS, outbox.recount),
      ];
    },
    async stop() {
      stopped = true;
      for (const end of endLoops) end();
      const finished = (async () => {
        await worker.stop();
        await outbox.stop(); // after the worker, so that the answers of what it finished go out
        await lanes.stop();
      })();
      const enough = new AbortController();
      await Promise.race([finished, sleep(clock, settings.stopMs, enough.signal)]);
      enough.abort();
    },
    async idle() {
      do {
        await lanes.settled();
        await sweep();
        while (busy()) await new Promise((resolve) => setTimeout(resolve, 1)); // real I/O, whatever the clock says
        await sweep();
      } while (busy());
    },
    nextDue() {
      const dues = [worker.nextDue(), outbox.nextDue()].flatMap((due) => due ?? []);
      return dues.length === 0 ? undefined : new Date(Math.min(...dues));
    },
    figures: () => ({
      ...counts,
      queued: worker.queued(),
      held: outbox.held(),
      parked: outbox.parked(),
      lanes: lanes.held().length,
    }),
  };
}

/** Looks into lanes one after another: those named while a look is under way are all looked into by the next. */
function createLookSoon(look: (lanes: readonly number[]) => Promise<void>, failed: (error: unknown) => void) {
  let wanted = new Set<number>();
  let isLooking = false;
  const run = async (): Promise<void> => {
    isLooking = true;
    while (wanted.size > 0) {
      const some = [...wanted];
      wanted = new Set();
      await look(some).catch(failed);
    }
    isLooking = false;
  };
  return (lane: number): void => {
    wanted.add(lane);
    if (!isLooking) void run();
  };
}

/** Grows with time and never repeats within a process; fits a double until long after 2100. */
function createSequence(clock: Clock): () => number {
  let last = 0;
  return () => (last = Math.max(last + 1, clock.now().getTime() * 1_000));
}
