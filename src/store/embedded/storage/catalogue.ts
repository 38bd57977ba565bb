import { deserialize, serialize } from 'bson';
import { namespaceNotFound, StoreError } from '../errors.js';
import { buildIndex, type Index, type IndexSpec } from './indexes.js';
import {
  collectionKey,
  COLLECTIONS,
  countKey,
  documentRange,
  indexPrefix,
  NEXT_ID_KEY,
  recordOfKey,
} from './keys.js';
import type { Storage } from './openStorage.js';
import { successor } from '../bson/keyBytes.js';

/** What memory knows of a collection; the documents stay on disk. */
export type Collection = {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly namespace: string;
  /** The first one is that on `_id`. */
  indexes: Index[];
  count: number;
  nextRecord: number;
  /** Set by who changes `count`, or a flag of an index: saved with the running transaction. */
  countChanged: boolean;
  dropped: boolean;
};

/** Databases, collections and indexes. Changes only inside a storage transaction. */
export type Catalogue = {
  find(db: string, name: string): Collection | undefined;
  /** Makes the collection when it does not exist. */
  ensure(db: string, name: string): Collection;
  drop(collection: Collection): void;
  collections(db: string): Collection[];
  databases(): string[];
  addIndex(collection: Collection, spec: Omit<IndexSpec, 'id' | 'multikey' | 'cut'>): Index;
  dropIndex(collection: Collection, index: Index): void;
  /** Saves what changed in memory; runs before each commit. */
  save(): void;
  /** Reads everything anew: at the start, and after a transaction was undone. */
  load(): void;
};

type Saved = { db: string; name: string; indexes: IndexSpec[] };

/** The catalogue on `storage`; call `load` once. */
export function createCatalogue(storage: () => Storage): Catalogue {
  const byNamespace = new Map<string, Collection>();
  let nextId = 1;

  const describe = (collection: Collection): void => {
    const saved: Saved = {
      db: collection.db,
      name: collection.name,
      indexes: collection.indexes.map((index) => index.spec),
    };
    storage().put(collectionKey(collection.id), Buffer.from(serialize(saved)));
  };

  const takeId = (): number => {
    const id = nextId++;
    storage().put(NEXT_ID_KEY, numberBytes(nextId));
    return id;
  };

  const catalogue: Catalogue = {
    find: (db, name) => byNamespace.get(`${db}.${name}`),

    ensure(db, name) {
      const known = catalogue.find(db, name);
      if (known) return known;
      checkName(db, name);
      const collection = emptyCollection(takeId(), db, name);
      collection.indexes.push(buildIndex({ id: takeId(), name: '_id_', key: { _id: 1 }, unique: true }));
      byNamespace.set(collection.namespace, collection);
      describe(collection);
      return collection;
    },

    drop(collection) {
      for (const index of collection.indexes) clear(storage(), indexRange(index));
      clear(storage(), documentRange(collection.id));
      storage().remove(collectionKey(collection.id));
      storage().remove(countKey(collection.id));
      collection.dropped = true;
      byNamespace.delete(collection.namespace);
    },

    collections: (db) => [...byNamespace.values()].filter((collection) => collection.db === db),
    databases: () => [...new Set([...byNamespace.values()].map((collection) => collection.db))],

    addIndex(collection, spec) {
      const index = buildIndex({ ...spec, id: takeId() });
      collection.indexes = [...collection.indexes, index];
      describe(collection);
      return index;
    },

    dropIndex(collection, index) {
      collection.indexes = collection.indexes.filter((other) => other !== index);
      clear(storage(), indexRange(index));
      describe(collection);
    },

    save() {
      for (const collection of byNamespace.values()) {
        if (collection.countChanged) {
          collection.countChanged = false;
          storage().put(countKey(collection.id), numberBytes(collection.count));
        }
        if (collection.indexes.some((index) => index.changed)) {
          for (const index of collection.indexes) index.changed = false;
          describe(collection);
        }
      }
    },

    load() {
      byNamespace.clear();
      nextId = numberAt(storage().get(NEXT_ID_KEY)) || 1;
      for (const { key, value } of storage().entries(COLLECTIONS)) {
        // written by `describe`, promoted to plain values
        const saved = deserialize(value) as Saved;
        const collection = emptyCollection(key.readUInt32BE(1), saved.db, saved.name);
        collection.indexes = saved.indexes.map(buildIndex);
        byNamespace.set(collection.namespace, collection);
      }
      for (const collection of byNamespace.values()) {
        collection.count = numberAt(storage().get(countKey(collection.id)));
        collection.nextRecord = lastRecord(storage(), collection.id) + 1;
      }
    },
  };
  return catalogue;
}

/** The collection, or NamespaceNotFound (26). */
export function existing(catalogue: Catalogue, db: string, name: string): Collection {
  const collection = catalogue.find(db, name);
  if (!collection) throw namespaceNotFound(`ns not found ${db}.${name}`);
  return collection;
}

export function indexRange(index: Index): { low: Buffer; high: Buffer } {
  const low = indexPrefix(index.spec.id);
  return { low, high: successor(low) };
}

function checkName(db: string, name: string): void {
  const wrong = (what: string): StoreError => new StoreError(73, 'InvalidNamespace', what);
  if (db === '' || /[/\\. "$*<>:|?\0]/.test(db)) throw wrong(`Invalid database name: '${db}'`);
  if (name === '' || name.startsWith('system.') || /[$\0]/.test(name) || name.startsWith('.')) {
    throw wrong(`Invalid collection name: '${name}'`);
  }
}

function emptyCollection(id: number, db: string, name: string): Collection {
  const namespace = `${db}.${name}`;
  return {
    id,
    db,
    name,
    namespace,
    indexes: [],
    count: 0,
    nextRecord: 1,
    countChanged: false,
    dropped: false,
  };
}

function lastRecord(storage: Storage, collection: number): number {
  for (const key of storage.keys({ ...documentRange(collection), reverse: true })) return recordOfKey(key);
  return 0;
}

function clear(storage: Storage, range: { low: Buffer; high: Buffer }): void {
  for (;;) {
    const keys: Buffer[] = [];
    for (const key of storage.keys(range)) if (keys.push(key) === 1000) break;
    if (keys.length === 0) return;
    for (const key of keys) storage.remove(key);
  }
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

const numberAt = (bytes: Buffer | undefined): number => bytes?.readDoubleBE() ?? 0;
