import { badValue, StoreError } from '../errors.js';
import { keyComponent } from '../bson/keyBytes.js';
import type { Doc } from '../bson/readBson.js';
import { compareValues, isPlain } from '../bson/values.js';
import { compileExpression, type Expression } from './expressions.js';

/** Collects what an accumulator is given and computes its result. */
type Accumulator = { add(value: unknown): void; result(): unknown };

const isNumber = (value: unknown): value is number => typeof value === 'number';

const accumulators: Readonly<Record<string, () => Accumulator>> = {
  $sum: () => {
    let sum = 0;
    return { add: (value) => void (isNumber(value) && (sum += value)), result: () => exact(sum) };
  },
  $avg: () => {
    let sum = 0;
    let count = 0;
    return {
      add: (value) => {
        if (!isNumber(value)) return;
        sum += value;
        count++;
      },
      result: () => (count === 0 ? null : sum / count),
    };
  },
  $min: () => extreme((order) => order < 0),
  $max: () => extreme((order) => order > 0),
  $first: () => {
    let first: { value: unknown } | undefined;
    return { add: (value) => void (first ??= { value }), result: () => first?.value ?? null };
  },
  $last: () => {
    let last: unknown = null;
    return { add: (value) => void (last = value), result: () => last ?? null };
  },
  $push: () => {
    const list: unknown[] = [];
    return { add: (value) => void (value !== undefined && list.push(value)), result: () => list };
  },
  $addToSet: () => {
    const set = new Map<string, unknown>();
    return {
      add: (value) => void (value !== undefined && set.set(keyOf(value), value)),
      result: () => [...set.values()],
    };
  },
};

function exact(sum: number): number {
  if (Number.isInteger(sum) && !Number.isSafeInteger(sum))
    throw badValue('a sum beyond 2^53 is not supported');
  return sum;
}

function extreme(replaces: (order: number) => boolean): Accumulator {
  let best: unknown;
  return {
    add: (value) => {
      if (value === undefined || value === null) return;
      if (best === undefined || replaces(compareValues(value, best))) best = value;
    },
    result: () => best ?? null,
  };
}

const keyOf = (value: unknown): string => keyComponent(value, false).bytes.toString('latin1');

/** Compiles a `$group` stage. Values count as equal where MongoDB has them equal. */
export function compileGroup(spec: unknown): (docs: Iterable<Doc>) => Doc[] {
  if (!isPlain(spec) || !Object.hasOwn(spec, '_id')) {
    throw new StoreError(15955, 'Location15955', 'a group specification must include an _id');
  }
  const { _id: by, ...fields } = spec;
  const key = compileExpression(by);
  const columns = Object.entries(fields).map(([name, field]) => compileColumn(name, field));
  return (docs) => {
    const groups = new Map<string, { id: unknown; values: Accumulator[] }>();
    for (const doc of docs) {
      const id = key(doc) ?? null;
      const text = keyOf(id);
      let group = groups.get(text);
      if (!group) groups.set(text, (group = { id, values: columns.map(({ make }) => make()) }));
      for (const [i, { expression }] of columns.entries()) group.values[i]?.add(expression(doc));
    }
    return [...groups.values()].map(({ id, values }) => {
      const row: Doc = { _id: id };
      columns.forEach(({ name }, i) => (row[name] = values[i]?.result()));
      return row;
    });
  };
}

function compileColumn(
  name: string,
  field: unknown,
): { name: string; make: () => Accumulator; expression: Expression } {
  if (name.includes('.') || name.startsWith('$') || name === '__proto__')
    throw badValue(`the group field name '${name}' is not allowed`);
  const [operator, ...more] = isPlain(field) ? Object.keys(field) : [];
  if (!isPlain(field) || operator === undefined || more.length > 0) {
    throw new StoreError(40234, 'Location40234', `The field '${name}' must be an accumulator object`);
  }
  if (operator === '$count')
    return { name, make: accumulators['$sum'] ?? unknownAccumulator(operator), expression: () => 1 };
  const make = Object.hasOwn(accumulators, operator) ? accumulators[operator] : undefined;
  return { name, make: make ?? unknownAccumulator(operator), expression: compileExpression(field[operator]) };
}

function unknownAccumulator(operator: string): never {
  throw new StoreError(15952, 'Location15952', `unknown group operator '${operator}'`);
}
