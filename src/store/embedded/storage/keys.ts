/** Bytes of a record id in a key: documents of a collection are numbered in the order they came. */
export const RECORD_ID_BYTES = 6;

const COLLECTION = 0x02;
const COUNT = 0x03;
const DOCUMENT = 0x10;
const INDEX = 0x20;

/** Where the number for the next collection or index is kept. */
export const NEXT_ID_KEY = Buffer.from([0x01]);
export const COLLECTIONS = { low: Buffer.from([COLLECTION]), high: Buffer.from([COLLECTION + 1]) };

export const collectionKey = (id: number): Buffer => numbered(COLLECTION, id);
export const countKey = (id: number): Buffer => numbered(COUNT, id);

/** Prefix of all entries of an index. */
export const indexPrefix = (id: number): Buffer => numbered(INDEX, id);

export function documentKey(collection: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(5 + RECORD_ID_BYTES);
  key[0] = DOCUMENT;
  key.writeUInt32BE(collection, 1);
  key.writeUIntBE(record, 5, RECORD_ID_BYTES);
  return key;
}

/** All documents of a collection from record `from` on. */
export function documentRange(collection: number, from = 0): { low: Buffer; high: Buffer } {
  return { low: documentKey(collection, from), high: numbered(DOCUMENT, collection + 1) };
}

/** The record id at the end of a key. */
export const recordOfKey = (key: Buffer): number =>
  key.readUIntBE(key.length - RECORD_ID_BYTES, RECORD_ID_BYTES);

export function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_ID_BYTES);
  bytes.writeUIntBE(record, 0, RECORD_ID_BYTES);
  return bytes;
}

function numbered(kind: number, id: number): Buffer {
  const key = Buffer.allocUnsafe(5);
  key[0] = kind;
  key.writeUInt32BE(id, 1);
  return key;
}
