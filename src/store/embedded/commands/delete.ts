import { StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { compileFilter, type Filter } from '../query/compileFilter.js';
import { removeRecord } from '../storage/records.js';
import { collectionName, documentsOf, integerOf, type Command, type Context } from './context.js';
import { refuseCollation, refuseHint, refuseOptions } from './refuseOptions.js';
import { selectAll, selectFirst } from './select.js';
import { writeError } from './writeErrors.js';

/** `delete`: all statements in one commit. */
export const remove: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('delete', body);
  const name = collectionName(request);
  const ordered = body['ordered'] !== false;
  const statements = documentsOf(body['deletes'], 'deletes').map(compiled);
  return context.storage.write(
    () => {
      const errors: Doc[] = [];
      let n = 0;
      for (const [i, statement] of statements.entries()) {
        try {
          if (statement instanceof StoreError) throw statement;
          n += removeMatching(context, db, name, statement.filter, statement.many);
        } catch (error) {
          errors.push(writeError(i, error));
          if (ordered) break;
        }
      }
      return errors.length > 0 ? { n, writeErrors: errors } : { n };
    },
    { frees: true },
  );
};

/** Removes what a filter matches, or the first of it; gives how many. Only inside a write. */
export function removeMatching(
  context: Context,
  db: string,
  name: string,
  filter: Filter,
  many: boolean,
): number {
  const collection = context.catalogue.find(db, name);
  if (!collection) return 0;
  const one = many ? undefined : selectFirst(context, collection, filter, []);
  const found = many
    ? selectAll(context, collection, { filter, sort: [], skip: 0, limit: undefined })
    : one
      ? [one]
      : [];
  for (const { record, raw } of found) removeRecord(context.storage, collection, record, raw);
  return found.length;
}

function compiled(statement: Doc): { filter: Filter; many: boolean } | StoreError {
  try {
    refuseCollation(statement['collation']);
    refuseHint(statement);
    const limit = integerOf(statement, 'limit');
    if (limit !== 0 && limit !== 1)
      throw new StoreError(9, 'FailedToParse', 'The limit field in delete objects must be 0 or 1');
    return { filter: compileFilter(statement['q']), many: limit === 0 };
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
