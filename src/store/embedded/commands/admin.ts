import { Long } from 'bson';
import { StoreError } from '../errors.js';
import { encodeDocument, LARGEST_DOCUMENT } from '../bson/spliceFields.js';
import { compileFilter } from '../query/compileFilter.js';
import { existing } from '../storage/catalogue.js';
import { firstReply } from './find.js';
import { collectionName, isTrue, type Command } from './context.js';
import { refuseCollation } from './refuseOptions.js';

// Wire versions of MongoDB 4.2 to 8.0, which is what the current drivers ask for.
const MIN_WIRE_VERSION = 0;
const MAX_WIRE_VERSION = 25;
const LARGEST_MESSAGE = 48_000_000;
const MOST_WRITES = 100_000;

/** What a driver asks first. A standalone server without sessions: no retries and no transactions. */
export const hello: Command = (context, { name }, connection) => ({
  ...(name === 'hello' ? { isWritablePrimary: true } : { ismaster: true, helloOk: true }),
  maxBsonObjectSize: LARGEST_DOCUMENT,
  maxMessageSizeBytes: LARGEST_MESSAGE,
  maxWriteBatchSize: MOST_WRITES,
  localTime: context.now(),
  connectionId: connection,
  minWireVersion: MIN_WIRE_VERSION,
  maxWireVersion: MAX_WIRE_VERSION,
  readOnly: false,
});

export const ping: Command = () => ({});

export const buildInfo: Command = () => ({
  version: '8.0.0',
  versionArray: [8, 0, 0, 0],
  gitVersion: 'embedded',
  modules: [],
  bits: 64,
  maxBsonObjectSize: LARGEST_DOCUMENT,
  storageEngines: ['lmdb'],
});

const CREATE_OPTIONS = new Set([
  'create',
  '$db',
  'comment',
  'writeConcern',
  'autoIndexId',
  'idIndex',
  'maxTimeMS',
]);

export const create: Command = (context, request) => {
  const { body, db } = request;
  const name = collectionName(request);
  refuseCollation(body['collation']);
  for (const [option, value] of Object.entries(body)) {
    if (option === 'collation' || CREATE_OPTIONS.has(option) || !isTrue(value)) continue;
    throw new StoreError(
      72,
      'InvalidOptions',
      `the option '${option}' of create is not supported by the embedded store`,
    );
  }
  return context.storage.write(() => {
    if (context.catalogue.find(db, name)) {
      throw new StoreError(48, 'NamespaceExists', `Collection ${db}.${name} already exists.`);
    }
    context.catalogue.ensure(db, name);
    return {};
  });
};

export const drop: Command = (context, request) => {
  const name = collectionName(request);
  return context.storage.write(
    () => {
      const collection = context.catalogue.find(request.db, name);
      if (!collection) return { ns: `${request.db}.${name}` }; // dropping what is not there is no error since 7.0
      context.catalogue.drop(collection);
      return { ns: collection.namespace, nIndexesWas: collection.indexes.length };
    },
    { frees: true },
  );
};

export const dropDatabase: Command = (context, { db }) =>
  context.storage.write(
    () => {
      for (const collection of context.catalogue.collections(db)) context.catalogue.drop(collection);
      return { dropped: db };
    },
    { frees: true },
  );

export const listCollections: Command = (context, { body, db }) => {
  const filter = compileFilter(body['filter'] ?? {});
  const documents = context.catalogue
    .collections(db)
    .map(({ name }) => ({
      name,
      type: 'collection',
      options: {},
      info: { readOnly: false },
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
    }))
    .filter((entry) => filter.test(entry))
    .map(encodeDocument);
  return firstReply(`${db}.$cmd.listCollections`, { documents, done: true }, undefined);
};

export const listDatabases: Command = (context, { body }) => {
  const filter = compileFilter(body['filter'] ?? {});
  const databases = context.catalogue
    .databases()
    .map((name) => ({ name, sizeOnDisk: 0, empty: false }))
    .filter((entry) => filter.test(entry));
  return { databases, totalSize: Long.fromNumber(context.storage.mappedBytes()) };
};

/** What `db.stats()` and health pages ask for. */
export const dbStats: Command = (context, { db }) => {
  const collections = context.catalogue.collections(db);
  return {
    db,
    collections: collections.length,
    objects: collections.reduce((sum, { count }) => sum + count, 0),
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
    totalSize: Long.fromNumber(context.storage.mappedBytes()),
  };
};

export const collStats: Command = (context, request) => {
  const collection = existing(context.catalogue, request.db, collectionName(request));
  return { ns: collection.namespace, count: collection.count, nindexes: collection.indexes.length };
};
