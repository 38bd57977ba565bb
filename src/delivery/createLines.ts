/** A line for each chat that something is said to: what waits, and when the next may go. */
import type { Channel, Ref } from '../channels/channel.js';
import type { ChatMarks } from '../store/chats.js';
import type { OutboxDocument, Rank } from '../store/outbox.js';
import type { Context } from './context.js';
import { laneOf } from './laneOf.js';
import { createBucket, createWindow, type Bucket } from './limits.js';
import { isStoreAway } from './isStoreAway.js';
import type { Timers } from './createTimers.js';

/** Lines kept in memory; beyond that, those that rest are let go (their limits have recovered by then). */
const MANY_LINES = 5_000;
const MINUTE_MS = 60_000;
const RELOAD_MS = 1_000;

export type Line = {
  ref: Ref;
  lane: number;
  channel: Channel;
  waiting: OutboxDocument[]; // by rank, then by seq
  sending?: OutboxDocument;
  /** Its marks are being read. */
  loading: boolean;
  unreachable?: string;
  movedTo?: Ref;
  bucket: Bucket;
  /** For groups. */
  window?: Bucket;
  pausedUntil: number;
  tries: number; // in a row that came to nothing
  queued?: Rank; // where it stands in the pump
  parkedUntil: number;
  usedAt: number;
  /** How often the person was heard, to notice that they were while something was under way. */
  heard: number;
  /** Messages in slots: what is in them and how new it is. */
  slots: Map<string, { messageId?: string; seq: number }>;
};

export type Lines = {
  /** The line of a chat; `marks` when they are known, else they are read first. */
  of(ref: Ref, channel: Channel, marks?: ChatMarks): Line;
  known(ref: Ref): Line | undefined;
  laneOf(ref: Ref): number;
  forget(line: Line): void;
  /** Answers what waited there. */
  forgetLanes(lanes: ReadonlySet<number>): OutboxDocument[];
  loading(): boolean;
};

/** `loaded` is called when the marks of a line are known. */
export function createLines(context: Context, timers: Timers, loaded: (line: Line) => void): Lines {
  const { clock, settings, stores, log } = context;
  const lines = new Map<Ref, Line>();
  let toLoad: Line[] = [];
  let loads = 0;

  const load = async (some: readonly Line[]): Promise<void> => {
    loads++;
    try {
      const marks = new Map(
        (await stores.chats.marks(some.map(({ ref }) => ref))).map((mark) => [mark._id, mark]),
      );
      for (const line of some) {
        applyMarks(line, marks.get(line.ref));
        line.loading = false;
        loaded(line);
      }
    } catch (error) {
      if (!isStoreAway(error)) log.error({ err: error }, 'marks-not-read');
      timers.at(clock.now().getTime() + RELOAD_MS, () => void load(some));
    } finally {
      loads--;
    }
  };

  const loadSoon = (line: Line): void => {
    if (toLoad.push(line) > 1) return;
    setImmediate(() => {
      const some = toLoad;
      toLoad = [];
      void load(some);
    });
  };

  const make = (ref: Ref, channel: Channel): Line => {
    const { perChatPerSecond, chatBurst, perGroupPerMinute } = channel.limits;
    const isGroup = channel.kindOf(ref) === 'group';
    return {
      ref,
      lane: laneOf(ref, settings.lanes),
      channel,
      waiting: [],
      loading: false,
      bucket: createBucket(
        () => perChatPerSecond,
        () => chatBurst,
      ),
      ...(isGroup ? { window: createWindow(perGroupPerMinute, MINUTE_MS) } : {}),
      pausedUntil: 0,
      tries: 0,
      parkedUntil: 0,
      usedAt: 0,
      heard: 0,
      slots: new Map(),
    };
  };

  const prune = (): void => {
    const longAgo = clock.now().getTime() - MINUTE_MS;
    for (const [ref, line] of lines) {
      const rests = line.waiting.length === 0 && line.sending === undefined && !line.loading;
      if (rests && line.usedAt < longAgo && line.pausedUntil < longAgo) lines.delete(ref);
    }
  };

  return {
    of(ref, channel, marks) {
      let line = lines.get(ref);
      if (line === undefined) {
        if (lines.size > 0 && lines.size % MANY_LINES === 0) prune();
        line = make(ref, channel);
        lines.set(ref, line);
        if (marks) applyMarks(line, marks);
        else {
          line.loading = true;
          loadSoon(line);
        }
      }
      line.usedAt = clock.now().getTime();
      return line;
    },
    known: (ref) => lines.get(ref),
    laneOf: (ref) => laneOf(ref, settings.lanes),
    forget: (line) => {
      if (lines.get(line.ref) === line) lines.delete(line.ref);
    },
    forgetLanes(lost) {
      const dropped: OutboxDocument[] = [];
      for (const [ref, line] of lines) {
        if (!lost.has(line.lane)) continue;
        dropped.push(...line.waiting.splice(0));
        lines.delete(ref);
      }
      return dropped;
    },
    loading: () => loads > 0 || toLoad.length > 0,
  };
}

function applyMarks(line: Line, marks: ChatMarks | undefined): void {
  if (marks?.unreachable !== undefined) line.unreachable = marks.unreachable;
  if (marks?.movedTo !== undefined) line.movedTo = marks.movedTo;
}
