/** Removes documents that are past their time. */
import type { Collection, Filter } from 'mongodb';

/** In one command; small, so that others get their turn. */
const BATCH = 1_000;

/**
 * Deletes what has an `expireAt` up to `now`; answers how many. Done by ourselves rather than by a TTL index, which
 * goes by the server's clock and not by ours (promise 6).
 */
export async function purgeExpired<Document extends { _id: string; expireAt?: Date }>(
  collection: Collection<Document>,
  now: Date,
): Promise<number> {
  // The driver cannot tell that `expireAt` and `_id` are among the fields of a generic document.
  const expired = { expireAt: { $lte: now } } as unknown as Filter<Document>;
  for (let purged = 0; ;) {
    const found = await collection.find(expired).project<{ _id: string }>({ _id: 1 }).limit(BATCH).toArray();
    if (found.length === 0) return purged;
    const these = { _id: { $in: found.map(({ _id }) => _id) } } as unknown as Filter<Document>;
    purged += (await collection.deleteMany(these)).deletedCount;
    if (found.length < BATCH) return purged;
  }
}
