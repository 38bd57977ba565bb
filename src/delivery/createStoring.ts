/** Stores what is to be said, each under its id once. */
import type { Show } from '../bot/turn.js';
import type { OutboxDocument } from '../store/outbox.js';
import type { Context } from './context.js';
import { createBatcher } from './createBatcher.js';
import type { Known } from './createKnown.js';
import { documentsOf } from './documentsOf.js';

const BATCH = 500;

export type Storing = {
  /** Resolves with what is new, kept from every sweep until it is released. Rejects when the store is away. */
  store: (shows: readonly Show[], batch?: string) => Promise<OutboxDocument[]>;
  release: (documents: readonly OutboxDocument[]) => void;
  busy(): boolean;
};

/** `repeated` hears of those that were stored before. */
export function createStoring(
  context: Context,
  known: Known,
  repeated: (documents: readonly OutboxDocument[]) => void,
): Storing {
  const reserved = new Set<string>(); // known, but nobody's to send yet

  const adding = createBatcher<OutboxDocument, boolean>(BATCH, async (documents) => {
    const outcomes = await context.stores.outbox.add(documents);
    return outcomes.map((outcome) => (typeof outcome === 'object' ? outcome.error : outcome === 'new'));
  });

  const reserve = (id: string): boolean => {
    if (known.has(id)) return false;
    reserved.add(id);
    known.add(id);
    return true;
  };

  const release = (documents: readonly OutboxDocument[]): void => {
    for (const { _id } of documents) if (reserved.delete(_id)) known.forget(_id);
  };

  return {
    async store(shows, batch) {
      if (shows.length === 0) return [];
      const documents = shows.flatMap((show) => documentsOf(show, context, batch));
      const isOurs = documents.map(({ _id }) => reserve(_id));
      const outcomes = await Promise.allSettled(documents.map((document) => adding.add(document)));
      const isNew = outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value);
      release(documents.filter((_, index) => isOurs[index] && !isNew[index]));
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      const fresh = documents.filter((_, index) => isNew[index]);
      if (failure) {
        release(fresh);
        throw failure.reason instanceof Error ? failure.reason : new Error(String(failure.reason));
      }
      if (fresh.length < documents.length) {
        context.count('saidBefore', documents.length - fresh.length);
        repeated(documents.filter((_, index) => !isNew[index]));
      }
      return fresh;
    },
    release,
    busy: () => adding.size() > 0,
  };
}
