/** One insert for many documents of which some may be there already. */
import type { Collection, OptionalUnlessRequiredId } from 'mongodb';

export type InsertOutcome = 'new' | 'known' | { error: Error };

const DUPLICATE_KEY = 11_000;

/**
 * Inserts all in one command; tells for each whether it is new, known by its `_id`, or failed. Rejects when the
 * command as a whole failed.
 */
export async function insertFresh<Document extends { _id: string }>(
  collection: Collection<Document>,
  documents: readonly Document[],
): Promise<InsertOutcome[]> {
  const outcomes: InsertOutcome[] = documents.map(() => 'new');
  if (documents.length === 0) return outcomes;
  try {
    // Every document brings its `_id`, which the driver's type cannot see in a generic one.
    await collection.insertMany(documents as unknown as OptionalUnlessRequiredId<Document>[], {
      ordered: false,
    });
  } catch (error) {
    const failures = writeErrorsOf(error);
    if (failures === undefined) throw error;
    for (const { index, code } of failures)
      outcomes[index] = code === DUPLICATE_KEY ? 'known' : { error: asError(error) };
  }
  return outcomes;
}

/**
 * The errors of single writes in a bulk write that was carried out otherwise; `undefined` when the command as a
 * whole failed or its durability is not sure (a write concern error), so that it must be tried again.
 */
export function writeErrorsOf(error: unknown): { index: number; code: number }[] | undefined {
  if (!(error instanceof Error) || error.name !== 'MongoBulkWriteError') return undefined;
  // The class is exported by each copy of the driver; the name and the shape are what they share.
  const { writeErrors, result } = error as Error & {
    writeErrors?: { index: number; code: number }[] | { index: number; code: number };
    result?: { getWriteConcernError?(): unknown };
  };
  if (result?.getWriteConcernError?.() !== undefined) return undefined;
  const list = Array.isArray(writeErrors) ? writeErrors : writeErrors === undefined ? [] : [writeErrors];
  return list.length === 0 ? undefined : list.map(({ index, code }) => ({ index, code }));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
