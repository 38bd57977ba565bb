/** Announcements to very many: enqueued page by page, so that neither memory nor a restart is a matter (D4, D5). */
import { Schema, type Connection } from 'mongoose';
import type { Show } from '../bot/turn.js';
import { nativeCollection } from '../store/nativeCollection.js';
import type { OutboxStore } from '../store/outbox.js';

type BroadcastDocument = { _id: string; after?: string; enqueued: number; complete: boolean };

const schema = new Schema<BroadcastDocument>(
  {
    _id: { type: String, required: true },
    after: String,
    enqueued: { type: Number, required: true },
    complete: { type: Boolean, required: true },
  },
  { versionKey: false },
);

/** A page of shows; `next` is where the following page begins, absent at the end. */
export type BroadcastPage = { shows: Show[]; next?: string };

export type Progress = {
  complete: boolean;
  total: number;
  waiting: number;
  sent: number;
  dropped: number;
  aside: number;
};

export type Broadcasts = {
  /**
   * Enqueues all pages; resolves when the last is stored. After a crash the same call goes on where it was: the ids
   * of the shows make sure that nobody gets one twice.
   */
  run(id: string, page: (after: string | undefined) => Promise<BroadcastPage>): Promise<void>;
  /** How far it is; `dropped` were late or cannot be reached. `complete`: all pages are enqueued. */
  progress(id: string): Promise<Progress>;
};

export function createBroadcasts(
  connection: Connection,
  outbox: OutboxStore,
  enqueue: (shows: readonly Show[], batch: string) => Promise<void>,
): Broadcasts {
  const { collection: broadcasts } = nativeCollection<BroadcastDocument>(
    connection,
    'Broadcast',
    schema,
    'broadcasts',
  );

  return {
    async run(id, page) {
      const begun = await broadcasts.findOne({ _id: id });
      if (begun?.complete) return;
      let after = begun?.after;
      for (;;) {
        const { shows, next } = await page(after);
        await enqueue(shows, id);
        await broadcasts.updateOne(
          { _id: id },
          {
            $set: { complete: next === undefined, ...(next === undefined ? {} : { after: next }) },
            $inc: { enqueued: shows.length },
          },
          { upsert: true },
        );
        if (next === undefined) return;
        after = next;
      }
    },
    async progress(id) {
      const [document, counts] = await Promise.all([broadcasts.findOne({ _id: id }), outbox.countBatch(id)]);
      const { timed, waiting, parked, sent, dropped, aside } = counts;
      const open = timed + waiting + parked;
      const total = open + sent + dropped + aside;
      return { complete: document?.complete ?? false, total, waiting: open, sent, dropped, aside };
    },
  };
}
