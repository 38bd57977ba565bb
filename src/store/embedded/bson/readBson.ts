import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { failedToParse } from '../errors.js';

export type Doc = Record<string, unknown>;

/** A field name to look for in raw documents, with its bytes, so that other names need not be decoded. */
export type WantedField = { readonly name: string; readonly bytes: Buffer };

const wantedFields = new Map<string, WantedField>();

export function wantedField(name: string): WantedField {
  let field = wantedFields.get(name);
  if (!field) {
    field = { name, bytes: Buffer.from(name) };
    if (wantedFields.size < 5000) wantedFields.set(name, field);
  }
  return field;
}

/**
 * Reads the top-level fields `wanted` of the document at `start` and skips over the rest. Values are fresh copies
 * which keep their BSON number type (see `readValue`).
 */
export function pickFields(raw: Buffer, wanted: readonly WantedField[], start = 0): Doc {
  const doc: Doc = {};
  const end = start + raw.readInt32LE(start) - 1;
  let left = wanted.length;
  for (let at = start + 4; at < end && left > 0;) {
    const type = raw[at] ?? 0;
    const name = at + 1;
    let value = name;
    while (raw[value] !== 0) value++;
    const length = value++ - name;
    for (const field of wanted) {
      if (field.bytes.length === length && sameBytes(field.bytes, raw, name, length)) {
        doc[field.name] = readValue(raw, type, value);
        left--;
        break;
      }
    }
    at = valueEnd(raw, type, value);
  }
  return doc;
}

function sameBytes(bytes: Buffer, raw: Buffer, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[i] !== raw[at + i]) return false;
  return true;
}

/** Reads the whole document at `start`; own properties only, whatever the names. */
export function readDocument(raw: Buffer, start = 0): Doc {
  const doc: Doc = {};
  eachElement(raw, start, (name, type, at) => setOwn(doc, name, readValue(raw, type, at)));
  return doc;
}

/** Sets an own property also when the name is `__proto__`. */
export function setOwn(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    doc[name] = value;
  }
}

/** Calls `visit` for each element of the document (or array) at `start`: name, BSON type, where its value begins. */
export function eachElement(
  raw: Buffer,
  start: number,
  visit: (name: string, type: number, valueAt: number, elementAt: number) => void,
): void {
  const size = raw.readInt32LE(start);
  const end = start + size - 1;
  if (size < 5 || end >= raw.length || raw[end] !== 0)
    throw failedToParse('invalid BSON: wrong document size');
  for (let at = start + 4; at < end;) {
    const type = raw[at] ?? 0;
    let value = at + 1;
    while (raw[value] !== 0 && value < end) value++;
    const name = raw.toString('utf8', at + 1, value);
    const next = valueEnd(raw, type, ++value);
    if (next > end) throw failedToParse('invalid BSON: a value reaches past its document');
    visit(name, type, value, at);
    at = next;
  }
}

/** Where the value of `type` that begins at `at` ends. */
export function valueEnd(raw: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return at + 8;
    case 0x02:
    case 0x0d:
    case 0x0e:
      return at + 4 + length(raw, at);
    case 0x03:
    case 0x04:
    case 0x0f:
      return at + length(raw, at);
    case 0x05:
      return at + 5 + length(raw, at);
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      return at;
    case 0x07:
      return at + 12;
    case 0x08:
      return at + 1;
    case 0x0b:
      return raw.indexOf(0, raw.indexOf(0, at) + 1) + 1;
    case 0x0c:
      return at + 4 + length(raw, at) + 12;
    case 0x10:
      return at + 4;
    case 0x13:
      return at + 16;
    default:
      throw failedToParse(`invalid BSON: unknown type 0x${type.toString(16)}`);
  }
}

function length(raw: Buffer, at: number): number {
  const bytes = raw.readInt32LE(at);
  if (bytes < 0) throw failedToParse('invalid BSON: negative length');
  return bytes;
}

/**
 * The value of `type` at `at`. Numbers keep their BSON type on the way back: Int32 is a number, a Double is a number
 * unless that would be written as Int32 (then a `Double`), Int64 is a `Long`.
 */
export function readValue(raw: Buffer, type: number, at: number): unknown {
  switch (type) {
    case 0x01: {
      const value = raw.readDoubleLE(at);
      return Number.isInteger(value) && Math.abs(value) <= 0x80000000 ? new Double(value) : value;
    }
    case 0x02:
      return raw.toString('utf8', at + 4, at + 3 + raw.readInt32LE(at));
    case 0x03:
      return readDocument(raw, at);
    case 0x04: {
      const list: unknown[] = [];
      eachElement(raw, at, (_name, itemType, itemAt) => list.push(readValue(raw, itemType, itemAt)));
      return list;
    }
    case 0x07:
      return new ObjectId(Uint8Array.prototype.slice.call(raw, at, at + 12));
    case 0x08:
      return raw[at] === 1;
    case 0x09:
      return new Date(raw.readInt32LE(at + 4) * 0x1_0000_0000 + raw.readUInt32LE(at));
    case 0x0a:
      return null;
    case 0x10:
      return raw.readInt32LE(at);
    case 0x12:
      return new Long(raw.readInt32LE(at), raw.readInt32LE(at + 4));
    default:
      return readRareValue(raw, type, at);
  }
}

function readRareValue(raw: Buffer, type: number, at: number): unknown {
  const text = (from: number): string => raw.toString('utf8', from + 4, from + 3 + raw.readInt32LE(from));
  switch (type) {
    case 0x05: {
      const bytes = Buffer.from(raw.subarray(at + 5, at + 5 + raw.readInt32LE(at)));
      return new Binary(bytes, raw[at + 4] ?? 0);
    }
    case 0x06:
      return null; // BSON's deprecated 'undefined'
    case 0x0b: {
      const pattern = raw.indexOf(0, at);
      return new BSONRegExp(
        raw.toString('utf8', at, pattern),
        raw.toString('utf8', pattern + 1, raw.indexOf(0, pattern + 1)),
      );
    }
    case 0x0c: {
      const id = at + 4 + raw.readInt32LE(at);
      return new DBRef(text(at), new ObjectId(Uint8Array.prototype.slice.call(raw, id, id + 12)));
    }
    case 0x0d:
      return new Code(text(at));
    case 0x0e:
      return new BSONSymbol(text(at));
    case 0x0f:
      return new Code(text(at + 4), readDocument(raw, at + 8 + raw.readInt32LE(at + 4)));
    case 0x11:
      return new Timestamp({ t: raw.readUInt32LE(at + 4), i: raw.readUInt32LE(at) });
    case 0x13:
      return new Decimal128(Uint8Array.prototype.slice.call(raw, at, at + 16));
    case 0x7f:
      return new MaxKey();
    case 0xff:
      return new MinKey();
    default:
      throw failedToParse(`invalid BSON: unknown type 0x${type.toString(16)}`);
  }
}
