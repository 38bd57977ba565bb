import { badValue, StoreError } from '../errors.js';
import { pickFields, readDocument, wantedField, type Doc, type WantedField } from '../bson/readBson.js';
import { encodeDocument, LARGEST_DOCUMENT, tooLarge } from '../bson/spliceFields.js';
import { isPlain } from '../bson/values.js';
import type { Reader } from '../commands/cursors.js';
import { collectionName, countOf, documentsOf, type Command, type Context } from '../commands/context.js';
import { countMatching } from '../commands/count.js';
import { firstReply, MOST_BATCH_BYTES } from '../commands/find.js';
import { refuseOptions } from '../commands/refuseOptions.js';
import { select, selectAll } from '../commands/select.js';
import { compileFilter } from '../query/compileFilter.js';
import { parseSort } from '../query/sort.js';
import { rootsOfExpression } from './expressions.js';
import { compilePipeline, type Lookup } from './stages.js';

/** `aggregate`: leading `$match`, `$sort`, `$skip` and `$limit` use the indexes, the rest works in memory. */
export const aggregate: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('aggregate', body);
  if (typeof body['aggregate'] !== 'string') throw badValue('aggregations on a database are not supported');
  const name = collectionName(request);
  const pipeline = documentsOf(body['pipeline'], 'pipeline');
  for (const stage of pipeline) refuseStage(stage);
  const lookup: Lookup = (from, filter) => readAll(context, db, from, filter);
  const rows = run(context, db, name, pipeline, lookup).map(encode);
  const namespace = `${db}.${name}`;
  const read = readerOf(rows);
  const { cursor } = body;
  const batchSize = isPlain(cursor) ? (countOf(cursor, 'batchSize') ?? 101) : 101;
  const batch = batchSize === 0 ? { documents: [], done: rows.length === 0 } : read(batchSize);
  return firstReply(namespace, batch, batch.done ? undefined : context.cursors.open(namespace, read));
};

function refuseStage(stage: Doc): void {
  if (Object.hasOwn(stage, '$changeStream')) {
    throw new StoreError(40573, 'Location40573', 'The $changeStream stage is only supported on replica sets');
  }
}

type Start = { filter: Doc; sort: unknown; skip: number; limit: number | undefined; rest: Doc[] };

/** Takes off the stages that a query can do. */
function queryStart(pipeline: readonly Doc[]): Start {
  const rest = [...pipeline];
  const take = (name: string): unknown => {
    const [stage] = rest;
    if (!stage || !Object.hasOwn(stage, name) || Object.keys(stage).length !== 1) return undefined;
    rest.shift();
    return stage[name];
  };
  const filters: unknown[] = [];
  for (let filter = take('$match'); filter !== undefined; filter = take('$match')) filters.push(filter);
  const sort = take('$sort');
  const skip = take('$skip');
  const limit = take('$limit');
  const [only] = filters;
  return {
    filter: filters.length === 1 && isPlain(only) ? only : filters.length === 0 ? {} : { $and: filters },
    sort,
    skip: countOf({ skip }, 'skip') ?? 0,
    limit: limit === undefined ? undefined : positive(limit),
    rest,
  };
}

function positive(limit: unknown): number {
  const value = countOf({ limit }, 'limit') ?? 0;
  if (value === 0) throw new StoreError(15958, 'Location15958', 'the limit must be positive');
  return value;
}

function run(context: Context, db: string, name: string, pipeline: readonly Doc[], lookup: Lookup): Doc[] {
  const start = queryStart(pipeline);
  const filter = compileFilter(start.filter);
  const rest = compilePipeline(start.rest, lookup);
  const collection = context.catalogue.find(db, name);
  if (!collection) return rest([]);
  const counted = countOnly(start);
  if (counted) {
    const all = countMatching(context, collection, filter);
    const n = Math.min(Math.max(0, all - start.skip), start.limit ?? Infinity);
    return n > 0 || counted.always ? [counted.row(n)] : [];
  }
  const wanted = fieldsOfGroup(start.rest[0]);
  const selected = select(context, collection, {
    filter,
    sort: parseSort(start.sort),
    skip: start.skip,
    limit: start.limit,
  });
  const { found } = selected.take(Infinity, Infinity);
  return rest(found.map(({ raw }) => (wanted ? pickFields(raw, wanted) : readDocument(raw))));
}

type Counted = { always: boolean; row: (n: number) => Doc };

/** `$count`, and the `$group` that drivers write for countDocuments, need no document. */
function countOnly({ rest }: Start): Counted | undefined {
  const [stage] = rest;
  if (rest.length !== 1 || !stage) return undefined;
  const { $count: field, $group: group } = stage;
  if (typeof field === 'string' && /^[^$.]+$/.test(field))
    return { always: false, row: (n) => ({ [field]: n }) };
  if (!isPlain(group)) return undefined;
  const [id, column, ...more] = Object.keys(group);
  if (id !== '_id' || column === undefined || more.length > 0 || typeof group['_id'] !== 'number')
    return undefined;
  const sum = group[column];
  if (!isPlain(sum) || sum['$sum'] !== 1 || Object.keys(sum).length !== 1) return undefined;
  return { always: false, row: (n) => ({ _id: group['_id'], [column]: n }) };
}

function fieldsOfGroup(stage: Doc | undefined): WantedField[] | undefined {
  const roots = stage && Object.hasOwn(stage, '$group') ? rootsOfExpression(stage['$group']) : undefined;
  return roots && [...roots].map(wantedField);
}

function readAll(context: Context, db: string, name: string, filter: Doc): Doc[] {
  const collection = context.catalogue.find(db, name);
  if (!collection) return [];
  const selection = { filter: compileFilter(filter), sort: [], skip: 0, limit: undefined };
  return selectAll(context, collection, selection).map(({ raw }) => readDocument(raw));
}

function encode(row: Doc): Buffer {
  const raw = encodeDocument(row);
  if (raw.length > LARGEST_DOCUMENT) throw tooLarge(raw.length);
  return raw;
}

function readerOf(rows: readonly Buffer[]): Reader {
  let next = 0;
  return (batchSize) => {
    const from = next;
    let bytes = 0;
    while (next < rows.length && next - from < (batchSize ?? Infinity) && bytes < MOST_BATCH_BYTES) {
      bytes += rows[next++]?.length ?? 0;
    }
    return { documents: rows.slice(from, next), done: next >= rows.length };
  };
}
