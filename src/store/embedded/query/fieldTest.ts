import { BSONRegExp, Double, Int32, Long, ObjectId } from 'bson';
import { badValue } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { compareValues, equalValues, isPlain, numeric, Order, orderOf, regexParts } from '../bson/values.js';
import type { Filter } from './compileFilter.js';
import { typeTest } from './typeTest.js';

/** One operator on one path. */
export type Condition = { readonly path: string; readonly operator: string; readonly operand: unknown };

/** A test of what a path reaches; with `negated` the condition holds where the test holds nowhere. */
export type FieldTest = { readonly test: (value: unknown) => boolean; readonly negated: boolean };

type Leaf = (value: unknown) => boolean;
type Compile = (filter: unknown) => Filter;

const is = (test: Leaf): FieldTest => ({ test, negated: false });
const not = (test: Leaf): FieldTest => ({ test, negated: true });

/** Whether a value in a filter is a set of operators rather than a value to compare with. */
export function isOperatorObject(value: unknown): value is Doc {
  if (!isPlain(value)) return false;
  const first = Object.keys(value)[0];
  if (first?.startsWith('$') !== true || first === '$ref' || first === '$id') return false;
  for (const key of Object.keys(value)) if (!key.startsWith('$')) throw badValue(`unknown operator: ${key}`);
  return true;
}

/** Compiles one operator. `siblings` are the operators beside it (`$options`). */
export function fieldTest(operator: string, operand: unknown, siblings: Doc, compile: Compile): FieldTest {
  switch (operator) {
    case '$eq':
      return is(equality(operand));
    case '$ne':
      if (isRegex(operand)) throw badValue("Can't have regex as arg to $ne.");
      return not(equality(operand));
    case '$gt':
      return is(comparison(operand, (order) => order > 0));
    case '$gte':
      return is(comparison(operand, (order) => order >= 0));
    case '$lt':
      return is(comparison(operand, (order) => order < 0));
    case '$lte':
      return is(comparison(operand, (order) => order <= 0));
    case '$in':
      return is(membership(operator, operand));
    case '$nin':
      return not(membership(operator, operand));
    case '$exists':
      return { test: (value) => value !== undefined, negated: !truthy(operand) };
    case '$regex':
      return is(regexTest(operand, siblings['$options']));
    case '$not':
      return not(negation(operand, compile));
    case '$size': {
      const size = Number(numeric(operand));
      return is((value) => Array.isArray(value) && value.length === size);
    }
    case '$all':
      return is(all(operand, compile));
    case '$elemMatch':
      return is(elementMatch(operand, compile));
    case '$type':
      return is(elements(typeTest(operand)));
    case '$mod':
      return is(elements(modulo(operand)));
    default:
      throw badValue(`unknown operator: ${operator}`);
  }
}

/** Truth as MongoDB sees it in an operand. */
export function truthy(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  return orderOf(value) === Order.number ? Number(numeric(value)) !== 0 : true;
}

const isRegex = (value: unknown): value is RegExp | BSONRegExp =>
  value instanceof RegExp || value instanceof BSONRegExp;

/** Holds for the value itself or, of an array, for one of its elements. */
function elements(leaf: Leaf): Leaf {
  return (value) => leaf(value) || (Array.isArray(value) && value.some(leaf));
}

function equality(operand: unknown): Leaf {
  if (isRegex(operand)) return regexTest(operand, undefined);
  if (operand === null || operand === undefined) {
    return (value) => value === undefined || value === null || (Array.isArray(value) && value.includes(null));
  }
  if (typeof operand === 'string' || typeof operand === 'boolean') {
    return (value) => value === operand || (Array.isArray(value) && value.includes(operand));
  }
  if (operand instanceof ObjectId) {
    return elements((value) => value instanceof ObjectId && value.equals(operand));
  }
  return elements((value) => value !== undefined && equalValues(value, operand));
}

function comparison(operand: unknown, holds: (order: number) => boolean): Leaf {
  if (isRegex(operand)) throw badValue("Can't have RegEx as arg to predicate over field");
  const type = orderOf(operand);
  if (type === Order.minKey || type === Order.maxKey) throw badValue('MinKey and MaxKey are not supported');
  return elements(
    (value) =>
      (value !== undefined || type === Order.null) &&
      orderOf(value) === type &&
      (type !== Order.number || Number.isNaN(operand) === Number.isNaN(value)) &&
      holds(compareValues(value, operand)),
  );
}

/** A text that equal values of the commonest types share; undefined for the rest. */
function lookup(value: unknown): string | undefined {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number') return `n${value === 0 ? 0 : value}`;
  if (value instanceof ObjectId) return `o${value.toHexString()}`;
  if (value instanceof Long || value instanceof Double || value instanceof Int32) return `n${numeric(value)}`;
  return undefined;
}

function membership(operator: string, operand: unknown): Leaf {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  const known = new Set<string>();
  const rest: Leaf[] = [];
  for (const item of operand as unknown[]) {
    if (isOperatorObject(item)) throw badValue(`cannot nest $ under ${operator}`);
    const key = lookup(item);
    if (key === undefined) rest.push(equality(item));
    else known.add(key);
  }
  const isKnown: Leaf = (value) => {
    const key = lookup(value);
    return key !== undefined && known.has(key);
  };
  const inKnown = elements(isKnown);
  return rest.length === 0 ? inKnown : (value) => inKnown(value) || rest.some((leaf) => leaf(value));
}

function regexTest(operand: unknown, options: unknown): Leaf {
  const [pattern, flags] = typeof operand === 'string' ? [operand, ''] : regexParts(operand);
  const wanted = typeof options === 'string' ? options : flags.replaceAll(/[gudv]/g, '');
  if (!/^[ims]*$/.test(wanted))
    throw badValue(`the regular expression options '${wanted}' are not supported`);
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, wanted);
  } catch {
    throw badValue('Regular expression is invalid');
  }
  return elements((value) =>
    typeof value === 'string' ? regex.test(value) : isRegex(value) && regexParts(value)[0] === pattern,
  );
}

function negation(operand: unknown, compile: Compile): Leaf {
  if (isRegex(operand)) return regexTest(operand, undefined);
  if (!isOperatorObject(operand)) throw badValue('$not needs a regex or a document');
  return allOf(operand, compile);
}

/** All operators of a set hold for what stands at one path. */
function allOf(operators: Doc, compile: Compile): Leaf {
  const tests = Object.entries(operators)
    .filter(([operator]) => operator !== '$options')
    .map(([operator, operand]) => fieldTest(operator, operand, operators, compile));
  return (value) => tests.every(({ test, negated }) => test(value) !== negated);
}

function all(operand: unknown, compile: Compile): Leaf {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  const leaves = (operand as unknown[]).map((item) =>
    isPlain(item) && Object.hasOwn(item, '$elemMatch')
      ? elementMatch(item['$elemMatch'], compile)
      : equality(item),
  );
  return (value) => leaves.length > 0 && value !== undefined && leaves.every((leaf) => leaf(value));
}

function elementMatch(operand: unknown, compile: Compile): Leaf {
  if (!isPlain(operand)) throw badValue('$elemMatch needs an Object');
  const first = Object.keys(operand)[0];
  const logical = first === '$and' || first === '$or' || first === '$nor';
  let leaf: Leaf;
  if (first?.startsWith('$') === true && !logical) {
    leaf = allOf(operand, compile);
  } else {
    const filter = compile(operand);
    leaf = (item) => isPlain(item) && filter.test(item);
  }
  return (value) => Array.isArray(value) && value.some(leaf);
}

function modulo(operand: unknown): Leaf {
  if (!Array.isArray(operand) || operand.length !== 2) throw badValue('malformed mod, needs two numbers');
  const [divisor, remainder] = (operand as unknown[]).map((part) => Math.trunc(Number(numeric(part))));
  if (divisor === undefined || divisor === 0) throw badValue('divisor cannot be 0');
  return (value) =>
    value !== undefined &&
    orderOf(value) === Order.number &&
    Math.trunc(Number(numeric(value))) % divisor === remainder;
}
