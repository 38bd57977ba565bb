import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { badValue } from '../errors.js';
import type { Doc } from './readBson.js';

/** MongoDB's order of types; numbers of any width are one type. An empty array in a key stands before null. */
export const Order = {
  minKey: 0x05,
  emptyArray: 0x08,
  null: 0x10,
  number: 0x18,
  string: 0x20,
  object: 0x28,
  array: 0x30,
  binary: 0x38,
  objectId: 0x40,
  boolean: 0x48,
  date: 0x50,
  timestamp: 0x58,
  regex: 0x60,
  maxKey: 0xf0,
} as const;
export type Order = (typeof Order)[keyof typeof Order];

/** The place of a value's type in that order; missing counts as null. Types the store cannot order are refused. */
export function orderOf(value: unknown): Order {
  switch (typeof value) {
    case 'string':
      return Order.string;
    case 'number':
    case 'bigint':
      return Order.number;
    case 'boolean':
      return Order.boolean;
    case 'undefined':
      return Order.null;
    case 'object':
      return orderOfObject(value);
    default:
      throw badValue(`a ${typeof value} cannot be ordered`);
  }
}

function orderOfObject(value: object | null): Order {
  if (value === null) return Order.null;
  if (Array.isArray(value)) return Order.array;
  if (value instanceof ObjectId) return Order.objectId;
  if (value instanceof Date) return Order.date;
  if (value instanceof Timestamp) return Order.timestamp;
  if (value instanceof Long || value instanceof Double || value instanceof Int32) return Order.number;
  if (value instanceof Binary) return Order.binary;
  if (value instanceof BSONRegExp || value instanceof RegExp) return Order.regex;
  if (value instanceof BSONSymbol) return Order.string;
  if (value instanceof MinKey) return Order.minKey;
  if (value instanceof MaxKey) return Order.maxKey;
  if (value instanceof Decimal128) throw badValue('the embedded store does not compare Decimal128 values');
  if (value instanceof Code || value instanceof DBRef) {
    throw badValue('the embedded store does not compare code and DBRef values');
  }
  return Order.object;
}

/** A document or sub-document, neither array nor one of BSON's own types. */
export function isPlain(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp) &&
    !('_bsontype' in value && Object.getPrototypeOf(value) !== Object.prototype)
  );
}

/** A number of any BSON width as a number, or as a bigint where a number would not be exact. */
export function numeric(value: unknown): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value instanceof Long) {
    const near = value.toNumber();
    return Number.isSafeInteger(near) ? near : value.toBigInt();
  }
  if (value instanceof Double || value instanceof Int32) return value.valueOf();
  throw badValue('not a number');
}

/** Compares two values in MongoDB's order: negative, zero or positive. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const order = orderOf(a);
  const other = orderOf(b);
  if (order !== other) return order - other;
  switch (order) {
    case Order.number:
      return compareNumbers(numeric(a), numeric(b));
    case Order.string:
      return compareStrings(String(a), String(b));
    case Order.date:
      return Number(a) - Number(b);
    case Order.boolean:
      return Number(a) - Number(b);
    case Order.array:
      return compareLists(a as unknown[], b as unknown[]); // orderOf says so
    case Order.object:
      return compareObjects(a as Doc, b as Doc); // orderOf says so
    case Order.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id); // orderOf says so
    case Order.binary:
      return compareBinaries(a as Binary, b as Binary); // orderOf says so
    case Order.timestamp:
      return (a as Timestamp).compare(b as Timestamp); // orderOf says so
    case Order.regex:
      return compareStrings(String(regexParts(a)), String(regexParts(b)));
    default:
      return 0;
  }
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a <= b) return 0; // equal, also 2n and 2
  return Number(!Number.isNaN(a)) - Number(!Number.isNaN(b)); // NaN stands before all numbers
}

// UTF-16 order and UTF-8 order differ only where surrogates take part.
const SURROGATE = /[\ud800-\udfff]/;
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const result = compareValues(a[i], b[i]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

function compareObjects(a: Doc, b: Doc): number {
  const names = Object.keys(a);
  const others = Object.keys(b);
  for (let i = 0; i < names.length && i < others.length; i++) {
    const name = names[i] ?? '';
    const other = others[i] ?? '';
    const result =
      orderOf(a[name]) - orderOf(b[other]) || compareStrings(name, other) || compareValues(a[name], b[other]);
    if (result !== 0) return result;
  }
  return names.length - others.length;
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

/** Pattern and flags of a regular expression of either kind. */
export function regexParts(value: unknown): [pattern: string, flags: string] {
  if (value instanceof BSONRegExp) return [value.pattern, value.options];
  if (value instanceof RegExp) return [value.source, value.flags];
  throw badValue('not a regular expression');
}

/** Equality as MongoDB has it: numbers by value, objects with their order of fields. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Decimal128 && b instanceof Decimal128) return a.toString() === b.toString();
  if (a instanceof Decimal128 || b instanceof Decimal128) return false;
  if (isUnordered(a) || isUnordered(b)) return JSON.stringify(a) === JSON.stringify(b);
  return compareValues(a, b) === 0;
}

const isUnordered = (value: unknown): boolean => value instanceof Code || value instanceof DBRef;
