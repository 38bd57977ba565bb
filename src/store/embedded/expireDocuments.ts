import { compileFilter } from './query/compileFilter.js';
import type { Context } from './commands/context.js';
import { removeMatching } from './commands/delete.js';

const SWEEP_MS = 60_000;

/** Removes, every minute, documents whose date in a TTL index is long enough ago. Gives what stops it. */
export function expireDocuments(
  context: Context,
  onWarning: (code: string, fields: object) => void,
): () => void {
  const timer = setInterval(() => {
    sweepExpired(context).catch((error: unknown) =>
      onWarning('STORE_EXPIRY_FAILED', { error: String(error) }),
    );
  }, SWEEP_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** One sweep over all TTL indexes; gives how many documents went. */
export async function sweepExpired(context: Context): Promise<number> {
  let removed = 0;
  for (const db of context.catalogue.databases()) {
    for (const collection of context.catalogue.collections(db)) {
      for (const { spec } of collection.indexes) {
        if (spec.expireAfterSeconds === undefined) continue;
        const [path = ''] = Object.keys(spec.key);
        const before = new Date(context.now().getTime() - spec.expireAfterSeconds * 1000);
        const partial = spec.partialFilterExpression;
        const expired = { [path]: { $lte: before } };
        const filter = compileFilter(partial ? { $and: [expired, partial] } : expired);
        removed += await context.storage.write(
          () => removeMatching(context, db, collection.name, filter, true),
          {
            frees: true,
          },
        );
      }
    }
  }
  return removed;
}
