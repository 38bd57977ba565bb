/** The inbox in the store: every update that was acknowledged, until it was worked, and its id long after that. */
import { Schema, type Connection } from 'mongoose';
import type { Incoming } from '../channels/channel.js';
import { insertFresh, type InsertOutcome } from './insertFresh.js';
import { nativeCollection } from './nativeCollection.js';
import { purgeExpired } from './purgeExpired.js';

/** A tombstone stays this long: much longer than any platform delivers again (Telegram: 24 h). */
const KEEP_DONE_MS = 30 * 86_400_000;

export type InboxState = 'waiting' | 'done' | 'aside';

export type InboxDocument = {
  _id: string; // Incoming.id
  lane: number;
  state: InboxState;
  order: number;
  attempts: number;
  /** Dropped when done: what people write is kept where it belongs only. */
  incoming?: Incoming;
  why?: string;
  expireAt?: Date;
};

const schema = new Schema<InboxDocument>(
  {
    _id: { type: String, required: true },
    lane: { type: Number, required: true },
    state: { type: String, required: true, enum: ['waiting', 'done', 'aside'] },
    order: { type: Number, required: true },
    attempts: { type: Number, required: true },
    incoming: { type: Schema.Types.Mixed },
    why: String,
    expireAt: Date,
  },
  { versionKey: false, minimize: false },
);
// Partial, so that a write touches only the index that matters then: most documents are tombstones.
schema.index({ lane: 1, order: 1 }, { partialFilterExpression: { state: 'waiting' } });
schema.index({ expireAt: 1 }, { partialFilterExpression: { expireAt: { $exists: true } } });

export type InboxStore = ReturnType<typeof createInboxStore>;

/** The operations of the inbox. They go to the driver itself: the inbox is written several times for each update. */
export function createInboxStore(connection: Connection) {
  const { collection: inbox, createIndexes } = nativeCollection<InboxDocument>(
    connection,
    'Inbox',
    schema,
    'inbox',
  );

  return {
    ensureIndexes: createIndexes,

    /** Stores what is new; tells for each whether it is. */
    add: (documents: readonly InboxDocument[]): Promise<InsertOutcome[]> => insertFresh(inbox, documents),

    /** What waits in these lanes, in no order, at most `limit`. */
    waiting: (lanes: readonly number[], limit: number): Promise<InboxDocument[]> =>
      inbox
        .find({ lane: { $in: [...lanes] }, state: 'waiting' })
        .limit(limit)
        .toArray(),

    /** What waits in one lane from `order` on, in order. */
    page: (lane: number, order: number, limit: number): Promise<InboxDocument[]> =>
      inbox
        .find({ lane, state: 'waiting', order: { $gte: order } })
        .sort({ order: 1 })
        .limit(limit)
        .toArray(),

    /** These were worked: only the ids stay. */
    async done(ids: readonly string[], now: Date): Promise<void> {
      const expireAt = new Date(now.getTime() + KEEP_DONE_MS);
      await inbox.updateMany(
        { _id: { $in: [...ids] } },
        { $set: { state: 'done', expireAt }, $unset: { incoming: '' } },
      );
    },

    async failed(id: string): Promise<void> {
      await inbox.updateOne({ _id: id }, { $inc: { attempts: 1 } });
    },

    /** Given up: kept whole for a person to look at, as long as a tombstone. */
    async setAside(id: string, why: string, now: Date): Promise<void> {
      const expireAt = new Date(now.getTime() + KEEP_DONE_MS);
      await inbox.updateOne({ _id: id }, { $set: { state: 'aside', why, expireAt } });
    },

    /** Removes what is past its time; answers how many. */
    purge: (now: Date): Promise<number> => purgeExpired(inbox, now),
  };
}
