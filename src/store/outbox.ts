/** The outbox in the store: what is to be said, until it was delivered, and its id long after that. */
import { Schema, type Connection } from 'mongoose';
import type { Message, Ref } from '../channels/channel.js';
import { batchReads } from './batchReads.js';
import { insertFresh, type InsertOutcome } from './insertFresh.js';
import { nativeCollection } from './nativeCollection.js';
import { purgeExpired } from './purgeExpired.js';

/** A tombstone stays this long, so that a repeat of the cause says nothing twice. */
const KEEP_SENT_MS = 90 * 86_400_000;

/**
 * `timed` waits for its `dueAt`, `parked` until its person writes again; `dropped` was late, superseded, or for a chat
 * that cannot be reached.
 */
export type OutboxState = 'timed' | 'waiting' | 'parked' | 'sent' | 'dropped' | 'aside';
/** 0 a person's reply, 1 a notice, 2 a broadcast. */
export type Rank = 0 | 1 | 2;

export type OutboxDocument = {
  _id: string; // Show.id; parts of a long text are `id#2`, `id#3` …
  lane: number;
  state: OutboxState;
  rank: Rank;
  seq: number; // order within a chat
  chat: Ref;
  at: Date; // since when it is to be sent
  /** Dropped after delivery: what people are told is kept where it belongs only. */
  message?: Message;
  slot?: string;
  /** Then it is looked at, at the latest; only while `timed`, or `parked` with a `notAfter`. */
  dueAt?: Date;
  notAfter?: Date;
  batch?: string; // the broadcast it belongs to
  why?: string;
  expireAt?: Date;
};

const schema = new Schema<OutboxDocument>(
  {
    _id: { type: String, required: true },
    lane: { type: Number, required: true },
    state: { type: String, required: true, enum: ['timed', 'waiting', 'parked', 'sent', 'dropped', 'aside'] },
    rank: { type: Number, required: true },
    seq: { type: Number, required: true },
    chat: { type: String, required: true },
    at: { type: Date, required: true },
    message: { type: Schema.Types.Mixed },
    slot: String,
    dueAt: Date,
    notAfter: Date,
    batch: String,
    why: String,
    expireAt: Date,
  },
  { versionKey: false, minimize: false },
);
// Partial, so that a write touches only the index that matters then: most documents are tombstones.
schema.index({ lane: 1, rank: 1, seq: 1 }, { partialFilterExpression: { state: 'waiting' } });
// With the state in front, so that a count needs no more than this index.
schema.index({ state: 1, lane: 1, chat: 1, seq: 1 }, { partialFilterExpression: { state: 'parked' } });
schema.index({ expireAt: 1 }, { partialFilterExpression: { expireAt: { $exists: true } } });
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
schema.index({ batch: 1, state: 1 }, { partialFilterExpression: { batch: { $exists: true } } });

type SlotDocument = { _id: string; messageId: string; expireAt: Date };
const slotSchema = new Schema<SlotDocument>(
  { _id: { type: String, required: true }, messageId: { type: String, required: true }, expireAt: Date },
  { versionKey: false },
);
slotSchema.index({ expireAt: 1 });

/** A card may be redrawn as long as a question may be worked. */
const KEEP_SLOT_MS = 730 * 86_400_000;

export type OutboxStore = ReturnType<typeof createOutboxStore>;
export type Outcome = { id: string; state: 'sent' | 'dropped' | 'aside'; why?: string };

/** The operations of the outbox and of the slots (messages that are edited in place). */
export function createOutboxStore(connection: Connection) {
  const { collection: outbox, createIndexes } = nativeCollection<OutboxDocument>(
    connection,
    'Outbox',
    schema,
    'outbox',
  );
  const { collection: slots, createIndexes: createSlotIndexes } = nativeCollection<SlotDocument>(
    connection,
    'Slot',
    slotSchema,
    'slots',
  );

  const slotOf = batchReads<string, string>(async (ids) => {
    const found = await slots.find({ _id: { $in: ids } }).toArray();
    return new Map(found.map(({ _id, messageId }) => [_id, messageId]));
  });

  return {
    async ensureIndexes(): Promise<void> {
      await createIndexes();
      await createSlotIndexes();
    },

    /** Stores what is new; tells for each whether it is. */
    add: (documents: readonly OutboxDocument[]): Promise<InsertOutcome[]> => insertFresh(outbox, documents),

    /** What waits in these lanes with this rank, in no order, at most `limit`. */
    waiting: async (lanes: readonly number[], rank: Rank, limit: number): Promise<OutboxDocument[]> =>
      (
        await outbox
          .find({ lane: { $in: [...lanes] }, state: 'waiting', rank })
          .limit(limit)
          .toArray()
      ).map(revive),

    /** What waits in one lane with this rank from `seq` on, in order. */
    page: async (lane: number, rank: Rank, seq: number, limit: number): Promise<OutboxDocument[]> =>
      (
        await outbox
          .find({ lane, state: 'waiting', rank, seq: { $gte: seq } })
          .sort({ seq: 1 })
          .limit(limit)
          .toArray()
      ).map(revive),

    /** What is still to be sent, in the order of saying, at most `limit`; for looking on. */
    unsent: async (limit: number): Promise<OutboxDocument[]> =>
      outbox
        .find({ state: { $in: ['waiting', 'timed', 'parked'] } })
        .sort({ seq: 1 })
        .limit(limit)
        .toArray(),

    /** Lets those go whose time has come, whosever lane it is; answers the next such time, if any. */
    async releaseTimed(now: Date): Promise<Date | undefined> {
      await outbox.updateMany(
        { dueAt: { $lte: now } },
        { $set: { state: 'waiting', at: now }, $unset: { dueAt: '' } },
      );
      const [next] = await outbox
        .find({ dueAt: { $gt: now } })
        .sort({ dueAt: 1 })
        .limit(1)
        .toArray();
      return next?.dueAt;
    },

    /** These wait for their person from now on; with a `notAfter`, they are looked at once more right after it. */
    async park(documents: readonly OutboxDocument[]): Promise<void> {
      const byEnd = new Map<number | undefined, string[]>();
      for (const { _id, notAfter } of documents) {
        const end = notAfter?.getTime();
        byEnd.set(end, [...(byEnd.get(end) ?? []), _id]);
      }
      for (const [end, ids] of byEnd)
        await outbox.updateMany(
          { _id: { $in: ids }, state: 'waiting' },
          { $set: { state: 'parked', ...(end === undefined ? {} : { dueAt: new Date(end + 1) }) } },
        );
    },

    /** What is parked for a chat waits again, before everything else that is said there; answers it in order. */
    async unpark(lane: number, chat: Ref, now: Date): Promise<OutboxDocument[]> {
      const which = { state: 'parked' as const, lane, chat };
      const found = await outbox.find(which).sort({ seq: 1 }).toArray();
      if (found.length === 0) return [];
      const waits = { state: 'waiting' as const, rank: 0 as const, at: now };
      await outbox.updateMany(which, { $set: waits, $unset: { dueAt: '' } });
      return found.map(({ dueAt: _past, ...document }) => revive({ ...document, ...waits }));
    },

    /** Drops what is parked for a slot and older than `seq`; answers how many. */
    async dropParked(lane: number, chat: Ref, slot: string, seq: number, now: Date): Promise<number> {
      const { modifiedCount } = await outbox.updateMany(
        { state: 'parked', lane, chat, slot, seq: { $lt: seq } },
        {
          $set: { state: 'dropped', why: 'superseded', expireAt: new Date(now.getTime() + KEEP_SENT_MS) },
          $unset: { message: '', dueAt: '' },
        },
      );
      return modifiedCount;
    },

    /** The chats of these lanes that something is parked for; some more than once. */
    parkedChats: (lanes: readonly number[]): Promise<Pick<OutboxDocument, 'chat' | 'lane'>[]> =>
      outbox
        .find({ state: 'parked', lane: { $in: [...lanes] } })
        .project<Pick<OutboxDocument, 'chat' | 'lane'>>({ _id: 0, chat: 1, lane: 1 })
        .toArray(),

    countParked: (): Promise<number> => outbox.countDocuments({ state: 'parked' }),

    /** These were dealt with: only the ids stay (what was set aside stays whole for a person to look at). */
    async settle(outcomes: readonly Outcome[], now: Date): Promise<void> {
      const expireAt = new Date(now.getTime() + KEEP_SENT_MS);
      for (const group of groupAlike(outcomes)) {
        const [{ state, why }] = group;
        await outbox.updateMany(
          { _id: { $in: group.map(({ id }) => id) } },
          {
            $set: { state, expireAt, ...(why === undefined ? {} : { why }) },
            ...(state === 'aside' ? {} : { $unset: { message: '' as const } }),
          },
        );
      }
    },

    /** What waits for `from` goes to `to`; the messages of `from` cannot be edited there. */
    async move(from: Ref, fromLane: number, to: Ref, toLane: number): Promise<void> {
      const open = [
        { lane: fromLane, state: 'waiting' as const },
        { lane: fromLane, state: 'parked' as const },
        { dueAt: { $exists: true }, state: 'timed' as const },
      ];
      for (const which of open)
        await outbox.updateMany({ ...which, chat: from }, { $set: { chat: to, lane: toLane } });
      await slots.deleteMany({ _id: { $gte: `${from} `, $lt: `${from}!` } });
    },

    /** The message that stands in a slot of a chat. */
    slot: (chat: Ref, slot: string): Promise<string | undefined> => slotOf(slotId(chat, slot)),

    async rememberSlots(
      filled: readonly { chat: Ref; slot: string; messageId: string }[],
      now: Date,
    ): Promise<void> {
      const expireAt = new Date(now.getTime() + KEEP_SLOT_MS);
      await slots.bulkWrite(
        filled.map(({ chat, slot, messageId }) => ({
          updateOne: {
            filter: { _id: slotId(chat, slot) },
            update: { $set: { messageId, expireAt } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
    },

    /** How many of a broadcast are in which state. */
    async countBatch(batch: string): Promise<Record<OutboxState, number>> {
      const states: OutboxState[] = ['timed', 'waiting', 'parked', 'sent', 'dropped', 'aside'];
      const counts = await Promise.all(states.map((state) => outbox.countDocuments({ batch, state })));
      const [timed = 0, waiting = 0, parked = 0, sent = 0, dropped = 0, aside = 0] = counts;
      return { timed, waiting, parked, sent, dropped, aside };
    },

    /** Removes what is past its time; answers how many. */
    purge: async (now: Date): Promise<number> =>
      (await purgeExpired(outbox, now)) + (await purgeExpired(slots, now)),
  };
}

/** A space cannot occur in a reference, so that all slots of a chat lie between `ref ` and `ref!`. */
function slotId(chat: Ref, slot: string): string {
  return `${chat} ${slot}`;
}

/** A file's bytes come back from the store as BSON's own kind of binary. */
function revive(document: OutboxDocument): OutboxDocument {
  const attachment = document.message?.attachment;
  if (document.message && attachment?.kind === 'file' && !(attachment.bytes instanceof Uint8Array)) {
    const { buffer, position } = attachment.bytes as unknown as { buffer: Uint8Array; position: number };
    document.message.attachment = { ...attachment, bytes: buffer.subarray(0, position) };
  }
  return document;
}

function groupAlike(outcomes: readonly Outcome[]): [Outcome, ...Outcome[]][] {
  const groups = new Map<string, [Outcome, ...Outcome[]]>();
  for (const outcome of outcomes) {
    const key = `${outcome.state} ${outcome.why ?? ''}`;
    const group = groups.get(key);
    if (group) group.push(outcome);
    else groups.set(key, [outcome]);
  }
  return [...groups.values()];
}
