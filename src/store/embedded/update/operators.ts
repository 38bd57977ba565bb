import { Double, Long, Timestamp } from 'bson';
import { badValue, failedToParse, typeMismatch } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { compareValues, isPlain, numeric, Order, orderOf } from '../bson/values.js';
import { pathParts } from '../query/path.js';
import { truthy } from '../query/fieldTest.js';
import { addToSet, pop, pull, pullAll, push } from './arrayOperators.js';
import { copy } from './copy.js';
import { setAt, unsetAt, valueAt } from './target.js';

/** Applies one operator at one place of a document. */
export type Operator = (doc: Doc, place: readonly string[]) => void;

export type Compile = (operand: unknown, context: { now: () => Date; path: string }) => Operator;

const set: Compile = (operand) => (doc, place) => setAt(doc, place, copy(operand));

/** The update operators of the store; others are refused by name. */
export const operators: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ['$set', set],
  ['$setOnInsert', set],
  ['$unset', () => unsetAt],
  [
    '$inc',
    arithmetic(
      '$inc',
      (a, b) => a + b,
      (a, b) => a + b,
      0,
    ),
  ],
  [
    '$mul',
    arithmetic(
      '$mul',
      (a, b) => a * b,
      (a, b) => a * b,
      undefined,
    ),
  ],
  ['$min', bound((order) => order < 0)],
  ['$max', bound((order) => order > 0)],
  ['$currentDate', currentDate],
  ['$rename', rename],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pull', pull],
  ['$pullAll', pullAll],
  ['$pop', pop],
]);

function bound(replaces: (order: number) => boolean): Compile {
  return (operand) => (doc, place) => {
    const value = valueAt(doc, place);
    if (value === undefined || replaces(compareValues(operand, value))) setAt(doc, place, copy(operand));
  };
}

function arithmetic(
  name: string,
  numbers: (a: number, b: number) => number,
  integers: (a: bigint, b: bigint) => bigint,
  initial: number | undefined,
): Compile {
  return (operand, { path }) => {
    if (!isNumber(operand))
      throw typeMismatch(
        `Cannot ${name === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}}`,
      );
    return (doc, place) => {
      const value = valueAt(doc, place);
      if (value === undefined)
        return setAt(doc, place, initial === undefined ? numberLike(operand, 0) : operand);
      if (!isNumber(value))
        throw typeMismatch(`Cannot apply ${name} to a value of non-numeric type at '${path}'`);
      if (isDouble(value) || isDouble(operand)) {
        return setAt(doc, place, double(numbers(Number(numeric(value)), Number(numeric(operand)))));
      }
      const exact = integers(BigInt(numeric(value)), BigInt(numeric(operand)));
      if (BigInt.asIntN(64, exact) !== exact)
        throw badValue(`Failed to apply ${name}: integer overflow at '${path}'`);
      const long = value instanceof Long || operand instanceof Long || BigInt.asIntN(32, exact) !== exact;
      setAt(doc, place, long ? Long.fromBigInt(exact) : Number(exact));
    };
  };
}

const isNumber = (value: unknown): boolean => orderOf(value) === Order.number;
const isDouble = (value: unknown): boolean =>
  value instanceof Double ||
  (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) > 0x80000000));
const double = (value: number): unknown => (Number.isInteger(value) ? new Double(value) : value);
const numberLike = (like: unknown, value: number): unknown =>
  like instanceof Long ? Long.fromNumber(value) : isDouble(like) ? new Double(value) : value;

function currentDate(operand: unknown, { now }: { now: () => Date }): Operator {
  const type = isPlain(operand) ? operand['$type'] : operand;
  if (type === 'timestamp') {
    return (doc, place) => setAt(doc, place, new Timestamp({ t: Math.floor(now().getTime() / 1000), i: 1 }));
  }
  if (type !== 'date' && type !== true && !truthy(type)) throw badValue('$currentDate needs true or a $type');
  return (doc, place) => setAt(doc, place, now());
}

function rename(operand: unknown, { path }: { path: string }): Operator {
  if (typeof operand !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${path}`);
  const parts = pathParts(operand);
  if ([...parts, ...pathParts(path)].some((part) => part.startsWith('$'))) {
    throw badValue('$rename does not take positional paths');
  }
  if (operand === path) throw failedToParse(`The source and target field for $rename must differ: ${path}`);
  return (doc, place) => {
    const value = valueAt(doc, place);
    if (value === undefined) return;
    unsetAt(doc, place);
    setAt(doc, parts, value);
  };
}
