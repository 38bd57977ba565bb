import { BSONRegExp, Decimal128, Double, Long, Timestamp, Binary, ObjectId } from 'bson';
import { badValue } from '../errors.js';
import { isPlain, numeric } from '../bson/values.js';

type Leaf = (value: unknown) => boolean;

const isNumber: Leaf = (value) =>
  isDouble(value) || isInt(value) || value instanceof Long || value instanceof Decimal128;
// Read from BSON, an Int32 is a whole number in its range; every other number is a double (readValue).
const isInt: Leaf = (value) =>
  Number.isInteger(value) && !Object.is(value, -0) && Math.abs(Number(value)) <= 0x80000000;
const isDouble: Leaf = (value) => value instanceof Double || (typeof value === 'number' && !isInt(value));

const TYPES: Readonly<Record<string, readonly [code: number, test: Leaf]>> = {
  double: [1, isDouble],
  string: [2, (value) => typeof value === 'string'],
  object: [3, isPlain],
  array: [4, Array.isArray],
  binData: [5, (value) => value instanceof Binary],
  objectId: [7, (value) => value instanceof ObjectId],
  bool: [8, (value) => typeof value === 'boolean'],
  date: [9, (value) => value instanceof Date],
  null: [10, (value) => value === null],
  regex: [11, (value) => value instanceof BSONRegExp],
  int: [16, isInt],
  timestamp: [17, (value) => value instanceof Timestamp],
  long: [18, (value) => value instanceof Long],
  decimal: [19, (value) => value instanceof Decimal128],
  number: [-2, isNumber],
};

/** The test of `$type`: a name, a number, or a list of them. */
export function typeTest(operand: unknown): Leaf {
  const tests = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((type) => {
    const entry =
      typeof type === 'string'
        ? Object.hasOwn(TYPES, type)
          ? TYPES[type]
          : undefined
        : Object.values(TYPES).find(([code]) => code === Number(numeric(type)));
    if (!entry) throw badValue(`Unknown type name alias: ${String(type)}`);
    return entry[1];
  });
  return (value) => tests.some((test) => test(value));
}
