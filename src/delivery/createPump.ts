/** Sends what may go on one channel: replies first, within the channel's limits overall (promise 4). */
import type { Channel } from '../channels/channel.js';
import type { OutboxDocument, Rank } from '../store/outbox.js';
import type { Context } from './context.js';
import { createFifo, type Fifo } from './createFifo.js';
import type { Line } from './createLines.js';
import type { Timers } from './createTimers.js';
import { createBucket } from './limits.js';
import { createBreakdown, type Delivered } from './createBreakdown.js';
import { createSlowdown } from './createSlowdown.js';

/** This part of a second's worth may go at once after a rest. */
const BURST_SECONDS = 0.1;
/** Waits are no shorter than this: several go at one awakening, and the burst makes up for it. */
const COALESCE_MS = 4;

/** Marking is cheaper for many at once: so many times as may be under way may wait for it, each of another chat. */
const UNMARKED_PER_SENDING = 4;

const RANKS: readonly Rank[] = [0, 1, 2];
const DRAINED: readonly Rank[] = [0];

export type Pump = {
  /** Puts the line where it belongs now: among those that are ready, or aside until it is. */
  arrange(line: Line): void;
  /** Only replies that may go now, from now on. */
  drain(): void;
  stop(): void;
  /** Something is under way or could go now. */
  busy(): boolean;
};

/**
 * `deliver` sends one message and deals with the outcome, `answered` is called when the platform took it; `late` takes those that nothing is sent of: past their
 * time, or for a chat that cannot be reached; `abandon` takes a line whose lane is not held any more.
 */
export function createPump(
  context: Context,
  channel: Channel,
  timers: Timers,
  deliver: (line: Line, document: OutboxDocument, answered: () => void) => Promise<Delivered>,
  late: (line: Line, now: number) => boolean,
  abandon: (line: Line) => void,
): Pump {
  const { clock, settings, lanes } = context;
  const ready: Readonly<Record<Rank, Fifo<Line>>> = { 0: createFifo(), 1: createFifo(), 2: createFifo() };
  const mostUnmarked = settings.maxSending * UNMARKED_PER_SENDING;
  const slowdown = createSlowdown();
  const breakdown = createBreakdown();
  const perSecond = (): number => channel.limits.perSecond * lanes.share() * slowdown.factor();
  const bucket = createBucket(perSecond, () => perSecond() * BURST_SECONDS);
  let underWay = 0;
  let unmarked = 0; // those under way, and those that the store does not know of yet
  let wakesAt = Infinity;
  let isDraining = false;
  let stopped = false;

  /** When the channel as a whole takes one more. */
  const mayGoAt = (): number => Math.max(bucket.readyAt(), slowdown.pausedUntil(), breakdown.pausedUntil());

  const arrange = (line: Line): void => {
    if (stopped || line.loading || line.sending !== undefined) return;
    const now = clock.now().getTime();
    while (late(line, now));
    const head = line.waiting[0];
    if (head === undefined) return;
    const readyAt = Math.max(line.pausedUntil, line.bucket.readyAt(), line.window?.readyAt() ?? 0);
    if (readyAt > now) return park(line, readyAt);
    if (line.queued !== undefined && line.queued <= head.rank) return;
    line.queued = head.rank;
    ready[head.rank].push(line);
    pump();
  };

  const park = (line: Line, until: number): void => {
    if (line.parkedUntil === until) return;
    line.parkedUntil = until;
    timers.at(until, () => {
      if (line.parkedUntil === until) line.parkedUntil = 0;
      arrange(line);
    });
  };

  const pump = (): void => {
    while (!stopped && underWay < (breakdown.isOver() ? settings.maxSending : 1) && unmarked < mostUnmarked) {
      const line = peek();
      if (line === undefined) return;
      const now = clock.now().getTime();
      const readyAt = mayGoAt();
      if (readyAt > now) return wake(Math.max(readyAt, now + COALESCE_MS));
      const { queued } = line;
      if (queued !== undefined) ready[queued].shift();
      delete line.queued;
      const document = line.waiting[0];
      if (!lanes.holds(line.lane)) {
        abandon(line);
        continue;
      }
      if (document === undefined || late(line, now)) {
        arrange(line);
        continue;
      }
      line.waiting.shift();
      for (const limit of [bucket, line.bucket, line.window]) limit?.take(now);
      send(line, document);
    }
  };

  /** The first line that is ready; lines that moved to a higher rank meanwhile left their shadow behind. */
  const peek = (): Line | undefined => {
    for (const rank of isDraining ? DRAINED : RANKS) {
      for (let line = ready[rank].peek(); line; line = ready[rank].peek()) {
        if (line.queued === rank) return line;
        ready[rank].shift();
      }
    }
    return undefined;
  };

  const wake = (at: number): void => {
    if (wakesAt <= at) return;
    wakesAt = at;
    timers.at(at, () => {
      wakesAt = Infinity;
      pump();
    });
  };

  const send = (line: Line, document: OutboxDocument): void => {
    underWay++;
    unmarked++;
    line.sending = document;
    let isUnderWay = true;
    const answered = (): void => {
      if (!isUnderWay) return;
      isUnderWay = false;
      underWay--;
      pump();
    };
    void deliver(line, document, answered).then((outcome) => {
      const now = clock.now().getTime();
      breakdown.heard(outcome, now, line.pausedUntil);
      if (outcome !== 'broken') slowdown.heard(outcome, now, line.pausedUntil);
      delete line.sending;
      unmarked--;
      if (isUnderWay) underWay--;
      isUnderWay = false;
      arrange(line);
      pump();
    });
  };

  return {
    arrange,
    drain: () => void (isDraining = true),
    stop: () => void (stopped = true),
    busy: () => unmarked > 0 || (peek() !== undefined && mayGoAt() <= clock.now().getTime()),
  };
}
