import { failedToParse, StoreError } from '../errors.js';
import { pickFields, wantedField, type Doc } from '../bson/readBson.js';
import { compileFilter, type Filter } from '../query/compileFilter.js';
import { matching } from '../query/scan.js';
import { parseSort, type SortField } from '../query/sort.js';
import { insertRecord, replaceRecord } from '../storage/records.js';
import { applyUpdate, upsertDocument } from '../update/applyUpdate.js';
import { compileUpdate, type Update } from '../update/compileUpdate.js';
import { collectionName, documentsOf, isTrue, type Command, type Context } from './context.js';
import { refuseCollation, refuseHint, refuseOptions } from './refuseOptions.js';
import { selectAll, selectFirst } from './select.js';
import { writeError } from './writeErrors.js';

type Statement = {
  filter: Filter;
  update: Update;
  sort: readonly SortField[];
  many: boolean;
  upsert: boolean;
};

/** `update`: all statements in one commit. */
export const update: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('update', body);
  const name = collectionName(request);
  const ordered = body['ordered'] !== false;
  const statements = documentsOf(body['updates'], 'updates').map((statement) => compiled(context, statement));
  return context.storage.write(() => {
    const result = { n: 0, nModified: 0 };
    const upserted: Doc[] = [];
    const errors: Doc[] = [];
    for (const [index, statement] of statements.entries()) {
      try {
        if (statement instanceof StoreError) throw statement;
        const done = runStatement(context, db, name, statement);
        result.n += done.n;
        result.nModified += done.modified;
        if (done.upsertedId) upserted.push({ index, _id: done.upsertedId.id });
      } catch (error) {
        errors.push(writeError(index, error));
        if (ordered) break;
      }
    }
    return {
      ...result,
      ...(upserted.length > 0 ? { upserted } : {}),
      ...(errors.length > 0 ? { writeErrors: errors } : {}),
    };
  });
};

function compiled(context: Context, statement: Doc): Statement | StoreError {
  try {
    refuseCollation(statement['collation']);
    refuseHint(statement);
    const change = compileUpdate(statement['u'], statement['arrayFilters'], context.now);
    const many = isTrue(statement['multi']);
    if (many && change.kind === 'replace')
      throw failedToParse('multi update is not supported for replacement-style update');
    if (many && statement['sort'] !== undefined) throw failedToParse('Cannot specify sort with multi=true');
    return {
      filter: compileFilter(statement['q']),
      update: change,
      sort: parseSort(statement['sort']),
      many,
      upsert: isTrue(statement['upsert']),
    };
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

type Done = { n: number; modified: number; upsertedId?: { id: unknown } };

function runStatement(context: Context, db: string, name: string, statement: Statement): Done {
  const { filter, sort, many, upsert } = statement;
  const { storage, catalogue } = context;
  const collection = upsert ? catalogue.ensure(db, name) : catalogue.find(db, name);
  if (!collection) return { n: 0, modified: 0 };
  const one = many ? undefined : selectFirst(context, collection, filter, sort);
  const found = many
    ? selectAll(context, collection, { filter, sort: [], skip: 0, limit: undefined })
    : one
      ? [one]
      : [];
  if (found.length === 0 && upsert) {
    const raw = upsertDocument(statement.update, filter);
    insertRecord(storage, collection, raw);
    return { n: 1, modified: 0, upsertedId: { id: idOf(raw) } };
  }
  let modified = 0;
  for (const { record } of found) {
    const raw = matching(storage, collection, filter, record);
    if (!raw) continue;
    const after = applyUpdate(raw, statement.update, filter);
    if (after.raw === raw) continue;
    replaceRecord(storage, collection, record, raw, after.raw, after.changed);
    modified++;
  }
  return { n: found.length, modified };
}

export const idOf = (raw: Buffer): unknown => pickFields(raw, [wantedField('_id')])['_id'];
