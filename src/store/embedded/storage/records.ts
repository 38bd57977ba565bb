import { duplicateKey } from '../errors.js';
import { pickFields, wantedField, type Doc, type WantedField } from '../bson/readBson.js';
import type { Collection } from './catalogue.js';
import { indexKeys, keyValueOf, type Index } from './indexes.js';
import { documentKey, recordBytes } from './keys.js';
import type { Storage } from './openStorage.js';

const NOTHING = Buffer.alloc(0);

/**
 * Adds a document to its collection and all indexes; gives its record id. Error 11000 before anything is written when
 * a unique index holds the key already.
 */
export function insertRecord(storage: Storage, collection: Collection, raw: Buffer): number {
  const doc = pickFields(raw, rootsOf(collection.indexes));
  const record = collection.nextRecord;
  const keys = collection.indexes.map((index) => keysFor(storage, collection, index, doc, record));
  collection.nextRecord++;
  collection.count++;
  collection.countChanged = true;
  storage.put(documentKey(collection.id, record), raw);
  collection.indexes.forEach((index, i) => keys[i]?.forEach((key) => putEntry(storage, index, key, record)));
  return record;
}

/** Puts `after` in the place of `before`; only indexes on the top-level fields `changed` are looked at. */
export function replaceRecord(
  storage: Storage,
  collection: Collection,
  record: number,
  before: Buffer,
  after: Buffer,
  changed: ReadonlySet<string> | 'all',
): void {
  const indexes = collection.indexes.filter(
    (index) => changed === 'all' || index.roots.some(({ name }) => changed.has(name)),
  );
  if (indexes.length > 0) {
    const roots = rootsOf(indexes);
    const old = pickFields(before, roots);
    const now = pickFields(after, roots);
    const moves = indexes.map((index) => {
      const left = indexKeys(index, old);
      const taken = indexKeys(index, now);
      const added = taken.filter((key) => !left.some((other) => other.equals(key)));
      for (const key of added) refuseTaken(storage, collection, index, now, key, record);
      return { index, added, removed: left.filter((key) => !taken.some((other) => other.equals(key))) };
    });
    for (const { index, removed, added } of moves) {
      for (const key of removed) removeEntry(storage, index, key, record);
      for (const key of added) putEntry(storage, index, key, record);
    }
  }
  storage.put(documentKey(collection.id, record), after);
}

/** Takes a document out of its collection and all indexes. */
export function removeRecord(storage: Storage, collection: Collection, record: number, raw: Buffer): void {
  const doc = pickFields(raw, rootsOf(collection.indexes));
  for (const index of collection.indexes) {
    for (const key of indexKeys(index, doc)) removeEntry(storage, index, key, record);
  }
  storage.remove(documentKey(collection.id, record));
  collection.count--;
  collection.countChanged = true;
}

/** Enters a document that exists already into a new index; 11000 when the key is taken. */
export function enterRecord(
  storage: Storage,
  collection: Collection,
  index: Index,
  record: number,
  raw: Buffer,
): void {
  const doc = pickFields(raw, index.roots);
  for (const key of keysFor(storage, collection, index, doc, record)) putEntry(storage, index, key, record);
}

function keysFor(storage: Storage, collection: Collection, index: Index, doc: Doc, record: number): Buffer[] {
  const keys = indexKeys(index, doc);
  if (index.unique) for (const key of keys) refuseTaken(storage, collection, index, doc, key, record);
  return keys;
}

function refuseTaken(
  storage: Storage,
  collection: Collection,
  index: Index,
  doc: Doc,
  key: Buffer,
  record: number,
): void {
  if (!index.unique) return;
  const holder = storage.peek(key);
  if (holder === undefined || recordOfBytes(holder) === record) return;
  throw duplicateKey(collection.namespace, index.spec.name, index.spec.key, keyValueOf(index, doc));
}

const recordOfBytes = (bytes: Buffer): number => bytes.readUIntBE(0, 6);

function putEntry(storage: Storage, index: Index, key: Buffer, record: number): void {
  const id = recordBytes(record);
  if (index.unique) storage.put(key, id);
  else storage.put(Buffer.concat([key, id]), NOTHING);
}

function removeEntry(storage: Storage, index: Index, key: Buffer, record: number): void {
  storage.remove(index.unique ? key : Buffer.concat([key, recordBytes(record)]));
}

const rootsCache = new WeakMap<readonly Index[], readonly WantedField[]>();

function rootsOf(indexes: readonly Index[]): readonly WantedField[] {
  const known = rootsCache.get(indexes);
  if (known) return known;
  const names = new Set(indexes.flatMap((index) => index.roots.map(({ name }) => name)));
  const roots = [...names].map(wantedField);
  rootsCache.set(indexes, roots);
  return roots;
}
