import { mongo } from 'mongoose';

const DUPLICATE_KEY = 11_000;

/**
 * Whether a write failed because a unique key is taken; then how many documents of an ordered bulk went in before
 * (0 for a single write). undefined for every other error.
 */
export function isDuplicateKey(error: unknown): number | undefined {
  if (error instanceof mongo.MongoBulkWriteError && error.code === DUPLICATE_KEY) return error.insertedCount;
  if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return 0;
  return undefined;
}
