/** The documents of chats: who is in the middle of what, what was handled last, whether the bot can be heard there. */
import { Schema, type Connection } from 'mongoose';
import type { Ref } from '../channels/channel.js';
import type { Chat } from '../bot/turn.js';
import { writeErrorsOf } from './insertFresh.js';
import { nativeCollection } from './nativeCollection.js';

const DUPLICATE_KEY = 11_000;
const HOUR_MS = 3_600_000;

export type ChatDocument = {
  _id: Ref;
  lane: number;
  version: number;
  chat: Chat;
  /** Ids of the updates that were handled last: such an update is not answered again. */
  handled: string[];
  /** Begin of the hour in which the oldest unfinished conversation was touched last. */
  restingSince?: Date;
  /** Why nothing is sent there. */
  unreachable?: string;
  movedTo?: Ref;
};

export type ChatMarks = Pick<ChatDocument, '_id' | 'unreachable' | 'movedTo'> & {
  chat?: { kind: Chat['kind'] };
};

const schema = new Schema<ChatDocument>(
  {
    _id: { type: String, required: true },
    lane: { type: Number, required: true },
    version: { type: Number, required: true },
    chat: { type: Schema.Types.Mixed, required: true },
    handled: { type: [String], required: true },
    restingSince: Date,
    unreachable: String,
    movedTo: String,
  },
  { versionKey: false, minimize: false },
);
schema.index({ restingSince: 1 }, { partialFilterExpression: { restingSince: { $exists: true } } });

export type ChatsStore = ReturnType<typeof createChatsStore>;
export type ChatSave = { document: ChatDocument; clearUnreachable: boolean };

/** The operations on chats. A save is a compare-and-set on the version. */
export function createChatsStore(connection: Connection) {
  const { collection: chats, createIndexes } = nativeCollection<ChatDocument>(
    connection,
    'Chat',
    schema,
    'chats',
  );

  return {
    ensureIndexes: createIndexes,

    /** These chats, as far as they are known, in no order. */
    load: (refs: readonly Ref[]): Promise<ChatDocument[]> =>
      refs.length === 1 && refs[0] !== undefined
        ? chats.find({ _id: refs[0] }).toArray()
        : chats.find({ _id: { $in: [...refs] } }).toArray(),

    /** Whether and where these chats can be reached. */
    marks: (refs: readonly Ref[]): Promise<ChatMarks[]> =>
      chats
        .find({ _id: { $in: [...refs] } })
        .project<ChatMarks>({ unreachable: 1, movedTo: 1, 'chat.kind': 1 })
        .toArray(),

    /**
     * Saves each document that still has the version before its own; tells for each whether it was saved. The write
     * is an upsert: where the version is another one, it runs into the unique `_id` and says so for that one alone.
     */
    async save(saves: readonly ChatSave[]): Promise<boolean[]> {
      const saved = saves.map(() => true);
      try {
        await chats.bulkWrite(saves.map(writeOf), { ordered: false });
      } catch (error) {
        const failures = writeErrorsOf(error);
        if (failures === undefined || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
        for (const { index } of failures) saved[index] = false;
      }
      return saved;
    },

    /** Marks a chat as not to be reached, whether it is known or not. Leaves its version alone. */
    async markUnreachable(ref: Ref, lane: number, kind: Chat['kind'], why: string): Promise<void> {
      await chats.updateOne(
        { _id: ref },
        {
          $set: { unreachable: why },
          $setOnInsert: { lane, version: 0, chat: { ref, kind, flows: {} }, handled: [] },
        },
        { upsert: true },
      );
    },

    async markReachable(ref: Ref): Promise<void> {
      await chats.updateOne({ _id: ref }, { $unset: { unreachable: '' } });
    },

    /** Everything known of `from` becomes known of `to`; `from` points to it from now on. A repeat changes nothing. */
    async move(from: Ref, fromLane: number, to: Ref, toLane: number): Promise<void> {
      const old = await chats.findOne({ _id: from });
      await chats.updateOne(
        { _id: to },
        {
          $setOnInsert: {
            lane: toLane,
            version: 0,
            chat: { ...(old?.chat ?? { kind: 'group', flows: {} }), ref: to },
            handled: old?.handled ?? [],
          },
        },
        { upsert: true },
      );
      await chats.updateOne(
        { _id: from },
        {
          $set: { movedTo: to },
          $unset: { restingSince: '' },
          $setOnInsert: {
            lane: fromLane,
            version: 0,
            chat: { ref: from, kind: 'group', flows: {} },
            handled: [],
          },
        },
        { upsert: true },
      );
    },

    /** Chats with a conversation that nobody touched since `before`, the longest first. */
    async resting(before: Date, limit: number): Promise<Chat[]> {
      const found = await chats
        .find({ restingSince: { $lt: before } })
        .sort({ restingSince: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ chat }) => chat);
    },
  };
}

function writeOf({ document, clearUnreachable }: ChatSave) {
  const { _id, lane, version, chat, handled } = document;
  const restingSince = restingSinceOf(chat);
  const unset = {
    ...(restingSince ? {} : { restingSince: '' as const }),
    ...(clearUnreachable ? { unreachable: '' as const } : {}),
  };
  return {
    updateOne: {
      filter: { _id, version: version - 1 },
      update: {
        $set: { version, chat, handled, ...(restingSince ? { restingSince } : {}) },
        ...(Object.keys(unset).length === 0 ? {} : { $unset: unset }),
        $setOnInsert: { lane },
      },
      upsert: true,
    },
  };
}

/** To the hour, so that the index is not written at every message. */
function restingSinceOf(chat: Chat): Date | undefined {
  const touched = Object.values(chat.flows).map(({ touchedAt }) => touchedAt.getTime());
  return touched.length === 0 ? undefined : new Date(Math.floor(Math.min(...touched) / HOUR_MS) * HOUR_MS);
}
