import { createHash } from 'node:crypto';
import type { Binary, ObjectId, Timestamp } from 'bson';
import type { Doc } from './readBson.js';
import { numeric, Order, orderOf, regexParts } from './values.js';

/** A component of a key longer than this is cut and ends in a hash: LMDB's keys hold 1,978 bytes at most. */
export const LONGEST_COMPONENT = 400;
const HASH_BYTES = 20;

/** The bytes of one value in a key; `cut` when the order beyond `LONGEST_COMPONENT` bytes is lost. */
export type KeyComponent = { bytes: Buffer; cut: boolean };

/**
 * Encodes a value so that the bytes sort as MongoDB sorts the values and no encoding is a prefix of another.
 * Equal numbers of different width give the same bytes. `descending` inverts the order.
 */
export function keyComponent(value: unknown, descending: boolean, longest = LONGEST_COMPONENT): KeyComponent {
  used = 0;
  writeValue(value);
  let bytes: Buffer;
  const cut = used > longest + HASH_BYTES;
  if (cut) {
    const hash = createHash('sha256').update(scratch.subarray(0, used)).digest();
    bytes = Buffer.allocUnsafe(longest + HASH_BYTES);
    scratch.copy(bytes, 0, 0, longest);
    hash.copy(bytes, longest, 0, HASH_BYTES);
  } else {
    bytes = Buffer.from(scratch.subarray(0, used));
  }
  if (descending) for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  return { bytes, cut };
}

/** The smallest bytes above everything that begins with `bytes`. */
export function successor(bytes: Buffer): Buffer {
  const next = Buffer.from(bytes);
  for (let i = next.length - 1; i >= 0; i--) {
    if (next[i] !== 0xff) {
      next[i] = (next[i] ?? 0) + 1;
      return next.subarray(0, i + 1);
    }
  }
  return Buffer.concat([bytes, Buffer.alloc(1, 0xff)]);
}

/** Lowest and highest bytes (the latter excluded) of all values of the type of `value`; NaN is left out. */
export function typeBounds(value: unknown): { low: Buffer; high: Buffer } {
  const order = orderOf(value);
  const low = order === Order.number ? Buffer.from([order, 0, 1]) : Buffer.from([order]);
  return { low, high: Buffer.from([order + 1]) };
}

let scratch = Buffer.allocUnsafe(4096);
let used = 0;

function room(bytes: number): void {
  if (used + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, used + bytes));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}

function writeValue(value: unknown, name?: string): void {
  const order = orderOf(value);
  room(40);
  scratch[used++] = order;
  if (name !== undefined) writeText(name);
  switch (order) {
    case Order.number:
      return writeNumber(numeric(value));
    case Order.string:
      return writeText(String(value));
    case Order.objectId:
      used += Buffer.from((value as ObjectId).id).copy(scratch, used); // orderOf says so
      return;
    case Order.date:
      return writeInt64(BigInt((value as Date).getTime())); // orderOf says so
    case Order.timestamp:
      return writeInt64((value as Timestamp).toBigInt()); // orderOf says so
    case Order.boolean:
      scratch[used++] = value === true ? 1 : 0;
      return;
    case Order.array:
      for (const item of value as unknown[]) writeValue(item); // orderOf says so
      return end();
    case Order.object:
      for (const [field, item] of Object.entries(value as Doc)) writeValue(item, field); // orderOf says so
      return end();
    case Order.binary:
      return writeBinary(value as Binary); // orderOf says so
    case Order.regex:
      for (const part of regexParts(value)) writeText(part);
      return;
    default:
  }
}

function end(): void {
  room(1);
  scratch[used++] = 0;
}

/** UTF-8 with 0 and 1 escaped, ended by 0. */
function writeText(text: string): void {
  room(text.length * 6 + 1);
  const start = used;
  used += scratch.write(text, used, 'utf8');
  let escapes = 0;
  for (let i = start; i < used; i++) if ((scratch[i] ?? 0) <= 1) escapes++;
  for (let from = used - 1, to = (used += escapes) - 1; from < to; from--) {
    const byte = scratch[from] ?? 0;
    if (byte > 1) {
      scratch[to--] = byte;
    } else {
      scratch[to--] = byte + 1;
      scratch[to--] = 1;
    }
  }
  scratch[used++] = 0;
}

/** The nearest double in sortable form, then how far the exact integer is from it. */
function writeNumber(value: number | bigint): void {
  const double = Number(value);
  const off = typeof value === 'bigint' ? Number(value - BigInt(double)) : 0;
  if (Number.isNaN(double)) {
    scratch.fill(0, used, used + 10);
    used += 10;
    return;
  }
  scratch.writeDoubleBE(double === 0 ? 0 : double, used);
  if (double < 0) for (let i = 0; i < 8; i++) scratch[used + i] = ~(scratch[used + i] ?? 0) & 0xff;
  else scratch[used] = (scratch[used] ?? 0) | 0x80;
  used = scratch.writeUInt16BE(0x8000 + off, used + 8);
}

function writeInt64(value: bigint): void {
  used = scratch.writeBigUInt64BE(BigInt.asUintN(64, value) ^ 0x8000_0000_0000_0000n, used);
}

function writeBinary(value: Binary): void {
  const bytes = Buffer.from(value.value());
  room(bytes.length + 5);
  used = scratch.writeUInt32BE(bytes.length, used);
  scratch[used++] = value.sub_type;
  used += bytes.copy(scratch, used);
}
