import { serialize } from 'bson';
import { StoreError } from '../errors.js';
import { eachElement, valueEnd as elementEnd, type Doc } from './readBson.js';

/** The largest document, as in MongoDB. */
export const LARGEST_DOCUMENT = 16 * 1024 * 1024;

const encode = (doc: Doc): Buffer => Buffer.from(serialize(doc, { ignoreUndefined: true }));

/**
 * A copy of a document with the top-level fields `fields` set to new values (undefined: taken out); all else is
 * copied as it is. Gives the names whose bytes really changed.
 */
export function spliceFields(raw: Buffer, fields: Doc): { raw: Buffer; changed: Set<string> } {
  const changed = new Set<string>();
  const fresh = elementsOf(encode(fields));
  const parts: Buffer[] = [];
  let copied = 4;
  eachElement(raw, 0, (name, type, valueAt, elementAt) => {
    if (!Object.hasOwn(fields, name)) return;
    const end = elementEnd(raw, type, valueAt);
    const now = fresh.get(name);
    fresh.delete(name);
    if (now?.equals(raw.subarray(elementAt, end))) return;
    parts.push(raw.subarray(copied, elementAt));
    if (now) parts.push(now);
    copied = end;
    changed.add(name);
  });
  parts.push(raw.subarray(copied, raw.length - 1));
  for (const [name, bytes] of fresh) {
    parts.push(bytes);
    changed.add(name);
  }
  if (changed.size === 0) return { raw, changed };
  const after = document(parts);
  if (after.length > LARGEST_DOCUMENT) throw tooLarge(after.length);
  return { raw: after, changed };
}

/** A document from its encoded elements. */
export function document(elements: readonly Buffer[]): Buffer {
  const size = elements.reduce((sum, part) => sum + part.length, 5);
  const raw = Buffer.allocUnsafe(size);
  raw.writeInt32LE(size, 0);
  let at = 4;
  for (const part of elements) at += part.copy(raw, at);
  raw[at] = 0;
  return raw;
}

export function tooLarge(size: number): StoreError {
  return new StoreError(
    10334,
    'BSONObjectTooLarge',
    `BSONObj size: ${size} is larger than ${LARGEST_DOCUMENT}`,
  );
}

/** The encoded top-level elements of a document by name. */
export function elementsOf(raw: Buffer): Map<string, Buffer> {
  const elements = new Map<string, Buffer>();
  eachElement(raw, 0, (name, type, valueAt, elementAt) => {
    elements.set(name, raw.subarray(elementAt, elementEnd(raw, type, valueAt)));
  });
  return elements;
}

/** One encoded element with a document or a list in it. */
export function rawElement(type: 0x03 | 0x04, name: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(name), Buffer.alloc(1), value]);
}

export { encode as encodeDocument };
