import { Long } from 'bson';
import { badValue, StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { compileFilter } from '../query/compileFilter.js';
import { compileProjection, type Projection } from '../query/project.js';
import { parseSort } from '../query/sort.js';
import { RawList } from '../wire/messages.js';
import { collectionName, countOf, integerOf, isTrue, type Command } from './context.js';
import { refuseOptions } from './refuseOptions.js';
import { select, type Selected } from './select.js';
import type { Batch, Reader } from './cursors.js';

const FIRST_BATCH = 101;
/** Bytes of documents in one reply; a single larger document still goes out. */
export const MOST_BATCH_BYTES = 16_000_000;

/** `find`: the first batch at once, the rest by `getMore`. */
export const find: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('find', body);
  const name = collectionName(request);
  const namespace = `${db}.${name}`;
  const filter = compileFilter(body['filter'] ?? {});
  const sort = parseSort(body['sort']);
  const projection = compileProjection(body['projection']);
  const rawLimit = integerOf(body, 'limit') ?? 0;
  const limit = Math.abs(rawLimit);
  const single = isTrue(body['singleBatch']) || rawLimit < 0;
  const collection = context.catalogue.find(db, name);
  if (!collection) return firstReply(namespace, { documents: [], done: true }, undefined);
  const selected = select(context, collection, {
    filter,
    sort,
    skip: countOf(body, 'skip') ?? 0,
    limit: limit === 0 ? undefined : limit,
  });
  const read = readerOf(selected, projection);
  const batchSize = countOf(body, 'batchSize') ?? FIRST_BATCH;
  const batch = batchSize === 0 ? { documents: [], done: false } : read(batchSize);
  const id = batch.done || single ? undefined : context.cursors.open(namespace, read);
  return firstReply(namespace, batch, id);
};

function readerOf(selected: Selected, projection: Projection | undefined): Reader {
  return (batchSize) => {
    const { found, done } = selected.take(batchSize ?? Infinity, MOST_BATCH_BYTES);
    return { documents: found.map(({ raw }) => (projection ? projection(raw) : raw)), done };
  };
}

/** A reply that opens a cursor, or holds the whole result. */
export function firstReply(namespace: string, batch: Batch, id: Long | undefined): Doc {
  return { cursor: { firstBatch: new RawList(batch.documents), id: id ?? Long.ZERO, ns: namespace } };
}

export const getMore: Command = (context, { body, db }) => {
  const id = body['getMore'];
  if (!(id instanceof Long)) throw new StoreError(14, 'TypeMismatch', 'getMore needs a cursor id');
  const name = body['collection'];
  if (typeof name !== 'string') throw badValue('getMore needs a collection');
  const namespace = `${db}.${name}`;
  const batchSize = countOf(body, 'batchSize');
  const batch = context.cursors.next(id, namespace, batchSize === 0 ? undefined : batchSize);
  return {
    cursor: { nextBatch: new RawList(batch.documents), id: batch.done ? Long.ZERO : id, ns: namespace },
  };
};

export const killCursors: Command = (context, { body }) => {
  const ids = Array.isArray(body['cursors'])
    ? (body['cursors'] as unknown[]).filter((id) => id instanceof Long)
    : [];
  const killed = ids.filter((id) => context.cursors.kill(id));
  const missing = ids.filter((id) => !killed.includes(id));
  return { cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] };
};
