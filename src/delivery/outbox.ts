/** The way out: what is to be said is stored under its id first, and delivered from there. */
import type { Show, Toast } from '../bot/turn.js';
import { splitRef, type Channel, type Ref } from '../channels/channel.js';
import type { ChatDocument } from '../store/chats.js';
import type { OutboxDocument, Rank } from '../store/outbox.js';
import { createBacklog, type Backlog } from './createBacklog.js';
import type { Context } from './context.js';
import { createKnown } from './createKnown.js';
import { createLines, type Line } from './createLines.js';
import { createParking } from './createParking.js';
import { createPump, type Pump } from './createPump.js';
import { createSender } from './createSender.js';
import { createTimers } from './createTimers.js';
import { createStoring } from './createStoring.js';
import { createToasts } from './createToasts.js';
import { insertInLine } from './insertInLine.js';

const RANKS: readonly Rank[] = [0, 1, 2];

export type Outbox = {
  /**
   * Stores what is new of it and answers that, to be handed over or released; what was known is looked for in the
   * store. Until then no sweep takes it.
   */
  store: (shows: readonly Show[]) => Promise<OutboxDocument[]>;
  /** Delivers what was stored, as far as its lanes are held. `chat` is known to be heard in. */
  hand(documents: readonly OutboxDocument[], chat?: ChatDocument): void;
  /** It is not handed over after all: a sweep may find it. */
  release: (documents: readonly OutboxDocument[]) => void;
  /** Stores and delivers, for what is said outside a turn. Resolves when it is stored; a repeat of an id says nothing twice. */
  enqueue(shows: readonly Show[], batch?: string): Promise<void>;
  /** Answers a press at once, as well as it can; not stored. */
  toast: (chat: Ref, toast: Pick<Toast, 'pressId'> & Partial<Toast>) => void;
  reachable(chat: Ref, reachable: boolean): void;
  isUnreachable(chat: Ref): boolean;
  /** The person did something: noted at once, for what is under way to them. */
  heard(chat: Ref): void;
  /** Something may wait for that. */
  hasParked(chat: Ref): boolean;
  /** It is said now, before what is said next. `document`: the chat, known to be heard in. Rejects when the store is away. */
  resume(chat: Ref, document: ChatDocument): Promise<void>;
  /** What waits for its person, by the store's last count. */
  parked: () => number;
  recount: () => Promise<void>;
  moved(from: Ref, to: Ref): Promise<void>;
  sweep(lanes: readonly number[]): Promise<void>;
  /** These lanes are newly held: whatever was known of them is not sure. */
  gained(lanes: readonly number[]): void;
  forget(lanes: readonly number[]): Promise<void>;
  /** Sends the replies that may go now and nothing more; resolves when all is marked. */
  stop(): Promise<void>;
  busy(): boolean;
  nextDue(): number | undefined;
  held(): number;
};

/** `marked` hears of a chat that turned out not to be reachable. */
export function createOutbox(context: Context, marked: (chat: Ref) => void): Outbox {
  const { clock, settings, stores, lanes, log } = context;
  const timers = createTimers(clock);
  const known = createKnown();
  const heldOf: Record<Rank, number> = { 0: 0, 1: 0, 2: 0 };
  let nextTimed: number | undefined;
  let moving = 0;
  let stopped = false;

  const lines = createLines(context, timers, (line) => pumpOf(line).arrange(line));
  const parking = createParking(context);
  const sender = createSender(context, { again, settled, moveOn, marked, parked }, parking);
  const pumps = new Map<string, Pump>(
    [...context.channels.values()].map((channel) => [
      channel.name,
      createPump(context, channel, timers, sender.deliver, sender.late, abandon),
    ]),
  );
  const backlogs: Readonly<Record<Rank, Backlog<OutboxDocument>>> = {
    0: backlog(0),
    1: backlog(1),
    2: backlog(2),
  };

  const storing = createStoring(context, known, (documents) => {
    // A repeat of something that may wait still, from a run that did not get to its end.
    const unknown = documents.filter(({ _id, lane }) => !known.has(_id) && lanes.holds(lane));
    if (unknown.length > 0)
      setImmediate(() => void sweep([...new Set(unknown.map(({ lane }) => lane))]).catch(sayStoreAway));
  });
  const toasts = createToasts(context, channelOf);

  function backlog(rank: Rank): Backlog<OutboxDocument> {
    return createBacklog<OutboxDocument>({
      // A person's reply is always held: there are no more of them than updates that were worked.
      room: () => (rank === 0 ? Infinity : settings.maxHeld - heldOf[rank]),
      mine: (lane) => !stopped && lanes.holds(lane),
      all: (some, limit) => stores.outbox.waiting(some, rank, limit),
      page: (lane, from, limit) => stores.outbox.page(lane, rank, from, limit),
      place: (document) => document.seq,
      push,
      known,
    });
  }

  function pumpOf(line: Line): Pump {
    const pump = pumps.get(line.channel.name);
    if (pump === undefined) throw new Error(`No channel ${line.channel.name}`);
    return pump;
  }

  function push(document: OutboxDocument, chat?: ChatDocument): void {
    if (known.has(document._id)) return;
    const channel = channelOf(document.chat);
    if (channel === undefined) return; // of a channel that is switched off: it waits
    known.add(document._id);
    heldOf[document.rank]++;
    const line = lines.of(document.chat, channel, chat?._id === document.chat ? chat : undefined);
    const superseded = insertInLine(line, document);
    if (superseded) sender.drop(superseded, 'superseded');
    pumpOf(line).arrange(line);
  }

  /** Delivery of this one is over, whatever came of it. */
  function settled(document: OutboxDocument): void {
    known.leave(document._id);
    heldOf[document.rank]--;
    const { rank } = document;
    if (!stopped && backlogs[rank].isBehind() && heldOf[rank] < settings.maxHeld / 2)
      backlogs[rank].fill().catch(sayStoreAway);
  }

  function parked(document: OutboxDocument): void {
    settled(document);
    if (document.notAfter) noteTimed(new Date(document.notAfter.getTime() + 1));
  }

  /** Not to be delivered by us: the next look into the store may bring it again, to whoever holds its lane. */
  function letGo(document: OutboxDocument): void {
    known.forget(document._id);
    heldOf[document.rank]--;
  }

  function again(line: Line, document: OutboxDocument): void {
    if (lines.known(line.ref) !== line) return letGo(document); // its lane was lost meanwhile
    const superseded = insertInLine(line, document);
    if (superseded) sender.drop(superseded, 'superseded');
  }

  /** The lane is not held any more. */
  function abandon(line: Line): void {
    lines.forget(line);
    for (const document of line.waiting.splice(0)) letGo(document);
  }

  /** What waits for a chat that has another id now goes there. */
  function moveOn(line: Line, to: Ref, documents: readonly OutboxDocument[]): void {
    const lane = lines.laneOf(to);
    lines.forget(line);
    parking.moved(line.ref, to, lane);
    moving++;
    stores.outbox
      .move(line.ref, line.lane, to, lane)
      .then(() => true, sayStoreAway)
      .then((isMoved) => {
        moving--;
        for (const document of documents) letGo(document); // what could not be moved is found by a sweep
        if (isMoved === true) hand(documents.map((document) => ({ ...document, chat: to, lane })));
      })
      .catch(sayStoreAway);
  }

  function channelOf(ref: Ref): Channel | undefined {
    return context.channels.get(splitRef(ref).channel);
  }

  function hand(documents: readonly OutboxDocument[], chat?: ChatDocument): void {
    storing.release(documents);
    for (const document of documents) {
      if (document.state === 'timed') noteTimed(document.dueAt);
      else if (!stopped && lanes.holds(document.lane)) {
        if (document.rank === 0 && !backlogs[0].isBehind()) push(document, chat);
        else backlogs[document.rank].take(document);
      }
    }
  }

  function noteTimed(at: Date | undefined): void {
    if (at === undefined || (nextTimed !== undefined && nextTimed <= at.getTime())) return;
    nextTimed = at.getTime();
    timers.at(nextTimed, () => {
      nextTimed = undefined;
      if (!stopped) sweep(lanes.held()).then(parking.recount).catch(sayStoreAway);
    });
  }

  const sweep = async (some: readonly number[]): Promise<void> => {
    noteTimed(await stores.outbox.releaseTimed(clock.now()));
    await parking.learn(some);
    for (const rank of RANKS) await backlogs[rank].sweep(some);
  };

  function sayStoreAway(error: unknown): void {
    log.warn({ error: error instanceof Error ? error.name : typeof error }, 'outbox-not-read');
  }

  return {
    store: storing.store,
    hand,
    release: storing.release,
    async enqueue(shows, batch) {
      hand(await storing.store(shows, batch));
    },
    toast: toasts.send,
    reachable(chat, reachable) {
      const line = lines.known(chat);
      if (line === undefined) return;
      if (reachable) delete line.unreachable;
      else line.unreachable = 'left';
      pumpOf(line).arrange(line);
    },
    isUnreachable: (chat) => lines.known(chat)?.unreachable !== undefined,
    heard(chat) {
      const line = lines.known(chat);
      if (line) line.heard++;
    },
    hasParked: (chat) => parking.has(chat, lines.laneOf(chat)),
    async resume(chat, document) {
      // As a look into the store, so that a sweep at the same time does not bring the same once more.
      await known.look(async () => hand(await parking.release(chat, lines.laneOf(chat)), document));
    },
    parked: parking.size,
    recount: parking.recount,
    async moved(from, to) {
      parking.moved(from, to, lines.laneOf(to));
      const line = lines.known(from);
      if (line && line.sending === undefined) moveOn(line, to, line.waiting.splice(0));
      else if (line) line.movedTo = to;
      await sweep(lanes.held());
    },
    sweep,
    gained: (some) => parking.forget(new Set(some)),
    async forget(some) {
      const lost = new Set(some);
      parking.forget(lost);
      for (const rank of RANKS) backlogs[rank].forget(lost);
      for (const document of lines.forgetLanes(lost)) letGo(document);
      await sender.underWay(lost);
    },
    async stop() {
      for (const pump of pumps.values()) pump.drain();
      while (lines.loading() || [...pumps.values()].some((pump) => pump.busy()))
        await new Promise(setImmediate);
      stopped = true;
      timers.clear();
      for (const pump of pumps.values()) pump.stop();
      await sender.stopped();
    },
    busy: () =>
      moving > 0 ||
      storing.busy() ||
      toasts.busy() ||
      sender.busy() ||
      lines.loading() ||
      (!stopped && [...pumps.values()].some((pump) => pump.busy())),
    nextDue: () => timers.next(),
    held: () => known.size(),
  };
}
