import { indexNotFound, StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { encodeDocument } from '../bson/spliceFields.js';
import { isPlain, numeric } from '../bson/values.js';
import { existing, type Collection } from '../storage/catalogue.js';
import type { Index, IndexSpec } from '../storage/indexes.js';
import { documentRange, recordOfKey } from '../storage/keys.js';
import { enterRecord } from '../storage/records.js';
import { compileFilter } from '../query/compileFilter.js';
import { pathParts } from '../query/path.js';
import { firstReply } from './find.js';
import { refuseCollation } from './refuseOptions.js';
import { collectionName, documentsOf, isTrue, type Command, type Context } from './context.js';

type NewIndex = Omit<IndexSpec, 'id' | 'multikey' | 'cut'>;

/** `createIndexes`: all of them or none. Errors: 11000 when a document stands in the way, 85, 86, 67, 2. */
export const createIndexes: Command = (context, request) => {
  const { body, db } = request;
  const specs = documentsOf(body['indexes'], 'indexes').map(readSpec);
  const name = collectionName(request);
  const { storage, catalogue } = context;
  return storage.write(() => {
    const createdCollectionAutomatically = catalogue.find(db, name) === undefined;
    const collection = catalogue.ensure(db, name);
    const before = collection.indexes;
    const fresh = specs.filter((spec) => isNew(collection, spec));
    try {
      storage.atomically(() => {
        for (const spec of fresh) build(context, collection, catalogue.addIndex(collection, spec));
      });
    } catch (error) {
      collection.indexes = before;
      throw error;
    }
    return {
      numIndexesBefore: before.length,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically,
      ...(fresh.length === 0 ? { note: 'all indexes already exist' } : {}),
    };
  });
};

function build({ storage }: Context, collection: Collection, index: Index): void {
  let from = 0;
  for (;;) {
    const batch: Array<{ record: number; raw: Buffer }> = [];
    for (const { key, value } of storage.entries(documentRange(collection.id, from))) {
      if (batch.push({ record: recordOfKey(key), raw: value }) === 500) break;
    }
    for (const { record, raw } of batch) enterRecord(storage, collection, index, record, raw);
    const last = batch.at(-1);
    if (!last) return;
    from = last.record + 1;
  }
}

function readSpec(spec: Doc): NewIndex {
  const { key, name } = spec;
  if (!isPlain(key) || Object.keys(key).length === 0) throw cannotCreate('Index keys cannot be empty.');
  if (typeof name !== 'string' || name === '') throw cannotCreate('an index needs a name');
  refuseCollation(spec['collation']);
  for (const option of Object.keys(spec)) {
    if (!INDEX_OPTIONS.has(option) && isTrue(spec[option])) {
      throw cannotCreate(`the index option '${option}' is not supported by the embedded store`);
    }
  }
  const index: NewIndex = { name, key: Object.fromEntries(Object.entries(key).map(readField)) };
  if (isTrue(spec['unique'])) index.unique = true;
  if (isTrue(spec['sparse'])) index.sparse = true;
  const expire = spec['expireAfterSeconds'];
  if (expire !== undefined && expire !== null) index.expireAfterSeconds = expiry(index, expire);
  const partial = spec['partialFilterExpression'];
  if (partial !== undefined && partial !== null)
    index.partialFilterExpression = partialFilter(partial, index);
  return index;
}

const INDEX_OPTIONS = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'expireAfterSeconds',
  'partialFilterExpression',
  'background',
  'v',
  'ns',
  'collation',
]);

const cannotCreate = (message: string): StoreError => new StoreError(67, 'CannotCreateIndex', message);

function readField([path, direction]: [string, unknown]): [string, 1 | -1] {
  pathParts(path);
  if (typeof direction === 'string' || isPlain(direction)) {
    throw cannotCreate(`the index type of '${path}' is not supported by the embedded store`);
  }
  const number = Number(numeric(direction));
  if (path.includes('$') || number === 0 || Number.isNaN(number))
    throw cannotCreate(`bad index key: ${path}`);
  return [path, number > 0 ? 1 : -1];
}

function expiry(index: NewIndex, value: unknown): number {
  const seconds = Number(numeric(value));
  if (!(seconds >= 0 && seconds <= 0x7fffffff))
    throw cannotCreate('TTL index expireAfterSeconds is out of range');
  if (Object.keys(index.key).length > 1) throw cannotCreate('TTL indexes are single-field indexes');
  return seconds;
}

const IN_PARTIAL = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in']);

function partialFilter(value: unknown, index: NewIndex): Doc {
  if (!isPlain(value)) throw cannotCreate('partialFilterExpression must be a document');
  if (index.sparse === true) throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
  const filter = compileFilter(value);
  for (const { operator, operand } of filter.conditions) {
    if (!IN_PARTIAL.has(operator) || (operator === '$exists' && !isTrue(operand))) {
      throw cannotCreate(`unsupported expression in partial index: ${operator}`);
    }
  }
  if (!filter.simple) throw cannotCreate('unsupported expression in partial index');
  return value;
}

function isNew(collection: Collection, spec: NewIndex): boolean {
  const same = (a: unknown, b: unknown): boolean => encodeDocument({ a }).equals(encodeDocument({ a: b }));
  for (const { spec: known } of collection.indexes) {
    const sameKey = same(known.key, spec.key);
    if (known.name === '_id_' && sameKey) return false;
    const sameOptions =
      known.unique === spec.unique &&
      known.sparse === spec.sparse &&
      known.expireAfterSeconds === spec.expireAfterSeconds &&
      same(known.partialFilterExpression ?? null, spec.partialFilterExpression ?? null);
    if (known.name === spec.name) {
      if (sameKey && sameOptions) return false;
      if (sameKey) throw optionsConflict(spec.name);
      throw new StoreError(
        86,
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index: ${spec.name}`,
      );
    }
    if (sameKey && same(known.partialFilterExpression ?? null, spec.partialFilterExpression ?? null))
      throw optionsConflict(known.name);
  }
  return true;
}

const optionsConflict = (name: string): StoreError =>
  new StoreError(
    85,
    'IndexOptionsConflict',
    `Index already exists with a different name or options: ${name}`,
  );

export const listIndexes: Command = (context, request) => {
  const { db } = request;
  const collection = existing(context.catalogue, db, collectionName(request));
  const documents = collection.indexes.map(({ spec }) => {
    const { id: _id, multikey: _multikey, cut: _cut, ...shown } = spec;
    return encodeDocument({ v: 2, ...shown });
  });
  return firstReply(collection.namespace, { documents, done: true }, undefined);
};

export const dropIndexes: Command = (context, request) => {
  const { body, db } = request;
  const { storage, catalogue } = context;
  return storage.write(
    () => {
      const collection = existing(catalogue, db, collectionName(request));
      const nIndexesWas = collection.indexes.length;
      for (const index of chosen(collection, body['index'])) catalogue.dropIndex(collection, index);
      return { nIndexesWas };
    },
    { frees: true },
  );
};

function chosen(collection: Collection, wanted: unknown): Index[] {
  const others = collection.indexes.slice(1);
  if (wanted === '*') return others;
  return (Array.isArray(wanted) ? (wanted as unknown[]) : [wanted]).map((one) => {
    if (one === '_id_') throw new StoreError(72, 'InvalidOptions', 'cannot drop _id index');
    const index = others.find(({ spec }) =>
      typeof one === 'string'
        ? spec.name === one
        : encodeDocument({ key: spec.key }).equals(encodeDocument({ key: one })),
    );
    if (!index) throw indexNotFound(`index not found with name [${String(one)}]`);
    return index;
  });
}
