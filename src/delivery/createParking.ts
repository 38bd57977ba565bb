/** What cannot be said before the person writes again: kept in the store, out of everybody's way (platform windows, quotas). */
import type { Ref } from '../channels/channel.js';
import type { OutboxDocument } from '../store/outbox.js';
import type { Context } from './context.js';
import { createRetrier } from './createRetrier.js';

const BATCH = 500;

export type Parking = {
  /** Whether something may be parked for this chat: known in memory for lanes that were learnt. */
  has(chat: Ref, lane: number): boolean;
  /** Resolves when it is stored as parked. */
  park(document: OutboxDocument): Promise<void>;
  /** The person was heard: what was parked for them waits again, in order, as a reply to them. */
  release(chat: Ref, lane: number): Promise<OutboxDocument[]>;
  /** Drops what is parked for the slot of this newer message. */
  supersede(newer: OutboxDocument & { slot: string }): Promise<void>;
  /** Reads which chats of these lanes have something parked, unless that is known. */
  learn(lanes: readonly number[]): Promise<void>;
  forget(lanes: ReadonlySet<number>): void;
  moved(from: Ref, to: Ref, toLane: number): void;
  /** Counts in the store, for all instances. */
  recount: () => Promise<void>;
  /** As counted last, with what this instance did since. */
  size: () => number;
};

export function createParking(context: Context): Parking {
  const { stores, clock, count } = context;
  const chats = new Map<Ref, number>(); // with its lane
  const learnt = new Set<number>();
  const underWay = new Map<Ref, Promise<unknown>>();
  let size = 0;

  const parks = createRetrier<OutboxDocument>(context, BATCH, async (documents) => {
    await stores.outbox.park(documents);
    size += documents.length;
  });

  return {
    has: (chat, lane) => chats.has(chat) || !learnt.has(lane),
    async park(document) {
      const { chat, lane } = document;
      chats.set(chat, lane);
      const stored = parks.add(document).finally(() => underWay.delete(chat));
      underWay.set(chat, stored);
      await stored;
    },
    async release(chat, lane) {
      await underWay.get(chat);
      const documents = await stores.outbox.unpark(lane, chat, clock.now());
      chats.delete(chat);
      size = Math.max(0, size - documents.length);
      if (documents.length > 0) count('unparked', documents.length);
      return documents;
    },
    async supersede({ lane, chat, slot, seq }) {
      const dropped = await stores.outbox.dropParked(lane, chat, slot, seq, clock.now());
      size = Math.max(0, size - dropped);
      if (dropped > 0) count('dropped:superseded', dropped);
    },
    async learn(lanes) {
      const unknown = lanes.filter((lane) => !learnt.has(lane));
      if (unknown.length === 0) return;
      for (const { chat, lane } of await stores.outbox.parkedChats(unknown)) chats.set(chat, lane);
      for (const lane of unknown) learnt.add(lane);
    },
    forget(lanes) {
      for (const lane of lanes) learnt.delete(lane);
      for (const [chat, lane] of chats) if (lanes.has(lane)) chats.delete(chat);
    },
    moved(from, to, toLane) {
      if (chats.delete(from)) chats.set(to, toLane);
    },
    async recount() {
      size = await stores.outbox.countParked();
    },
    size: () => size,
  };
}
