import { Binary, Decimal128, Double, Int32, Long } from 'bson';
import { Context, evalExpr } from 'mingo/core';
import * as mingo from 'mingo/operators/expression';
import type { Options } from 'mingo/types';
import { badValue, StoreError } from '../errors.js';
import { setOwn, type Doc } from '../bson/readBson.js';
import { compareValues, isPlain } from '../bson/values.js';

/** Computes a value from a document whose numbers are plain (`plainValue`); undefined when there is none. */
export type Expression = (doc: Doc) => unknown;

/**
 * Compiles an aggregation expression. Evaluated by mingo, with the operators that it has right; comparisons are the
 * store's own. Errors: 168 for an operator that is not among them, 2 for what mingo refuses.
 */
export function compileExpression(expression: unknown): Expression {
  checkExpression(expression);
  if (typeof expression === 'string' && /^\$[A-Za-z_]\w*$/.test(expression)) {
    const field = expression.slice(1);
    return (doc) => (Object.hasOwn(doc, field) ? doc[field] : undefined);
  }
  if (typeof expression !== 'object' || expression === null) {
    if (typeof expression !== 'string' || !expression.startsWith('$')) return () => expression;
  }
  const plain = plainValue(expression);
  return (doc) => {
    try {
      return evalExpr(doc, plain, options);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw badValue(error instanceof Error ? error.message : String(error));
    }
  };
}

/** The top-level fields an expression looks at; undefined when it may want the whole document. */
export function rootsOfExpression(expression: unknown): Set<string> | undefined {
  const roots = new Set<string>();
  return collectRoots(expression, roots) ? roots : undefined;
}

function collectRoots(expression: unknown, roots: Set<string>): boolean {
  if (typeof expression === 'string') {
    if (expression.startsWith('$$')) return !/^\$\$(ROOT|CURRENT)/.test(expression);
    if (expression.startsWith('$')) roots.add(expression.slice(1).split('.')[0] ?? '');
    return true;
  }
  if (Array.isArray(expression)) return expression.every((part) => collectRoots(part, roots));
  return isPlain(expression) ? Object.values(expression).every((part) => collectRoots(part, roots)) : true;
}

/** A value with plain numbers, as expressions need it. What would be computed wrongly is refused. */
export function plainValue(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Double || value instanceof Int32) return value.valueOf();
  if (value instanceof Long) {
    const number = value.toNumber();
    if (Number.isSafeInteger(number)) return number;
    throw badValue('the embedded store does not compute with integers beyond 2^53');
  }
  if (value instanceof Binary || value instanceof Decimal128) {
    throw badValue('the embedded store does not compute with Binary and Decimal128 values');
  }
  return isPlain(value) ? plainDocument(value) : value;
}

export function plainDocument(doc: Doc): Doc {
  const plain: Doc = {};
  for (const [name, value] of Object.entries(doc)) setOwn(plain, name, plainValue(value));
  return plain;
}

/** Truth as expressions have it. */
export const isTruthy = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0;

type Operator = (doc: unknown, operands: unknown, options: Options) => unknown;

const operands =
  (name: string, count: number, compute: (...values: unknown[]) => unknown): Operator =>
  (doc, list, options) => {
    const parts: unknown[] = Array.isArray(list) ? list : [list];
    if (parts.length !== count) {
      throw new StoreError(
        16020,
        'Location16020',
        `Expression ${name} takes exactly ${count} arguments. ${parts.length} were passed in.`,
      );
    }
    return compute(...parts.map((part) => evalExpr(doc, part, options)));
  };

/** In expressions what is missing stands before null and is not equal to it. */
function compareComputed(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareValues(a, b);
}

const OWN: Readonly<Record<string, Operator>> = {
  $eq: operands('$eq', 2, (a, b) => compareComputed(a, b) === 0),
  $ne: operands('$ne', 2, (a, b) => compareComputed(a, b) !== 0),
  $gt: operands('$gt', 2, (a, b) => compareComputed(a, b) > 0),
  $gte: operands('$gte', 2, (a, b) => compareComputed(a, b) >= 0),
  $lt: operands('$lt', 2, (a, b) => compareComputed(a, b) < 0),
  $lte: operands('$lte', 2, (a, b) => compareComputed(a, b) <= 0),
  $cmp: operands('$cmp', 2, (a, b) => Math.sign(compareComputed(a, b))),
  $in: operands('$in', 2, (value, list) => {
    if (!Array.isArray(list))
      throw new StoreError(40081, 'Location40081', '$in requires an array as a second argument');
    return list.some((item: unknown) => compareComputed(item, value) === 0);
  }),
  $size: operands('$size', 1, (list) => {
    if (!Array.isArray(list))
      throw new StoreError(17124, 'Location17124', 'The argument to $size must be an array');
    return list.length;
  }),
};

const FROM_MINGO = [
  '$abs',
  '$add',
  '$and',
  '$arrayElemAt',
  '$ceil',
  '$concat',
  '$concatArrays',
  '$cond',
  '$dateToString',
  '$dateTrunc',
  '$dayOfMonth',
  '$dayOfWeek',
  '$divide',
  '$filter',
  '$floor',
  '$hour',
  '$ifNull',
  '$isArray',
  '$literal',
  '$map',
  '$minute',
  '$mod',
  '$month',
  '$multiply',
  '$not',
  '$or',
  '$round',
  '$second',
  '$strLenCP',
  '$substrCP',
  '$subtract',
  '$switch',
  '$toLower',
  '$toUpper',
  '$year',
] as const;

const taken = mingo as unknown as Record<string, Operator>; // mingo types its operators one by one
const operators = { ...Object.fromEntries(FROM_MINGO.map((name) => [name, taken[name]])), ...OWN };
// own operators have the signature of mingo's; the other options have defaults that mingo's types do not show
const options = { context: Context.init({ expression: operators as never }) } as Options;

function checkExpression(expression: unknown): void {
  if (Array.isArray(expression)) return expression.forEach(checkExpression);
  if (!isPlain(expression)) return;
  for (const [name, value] of Object.entries(expression)) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype')
      throw badValue(`the name '${name}' is not allowed`);
    if (name === '$literal') continue;
    if (name.startsWith('$') && operators[name] === undefined) {
      throw new StoreError(168, 'InvalidPipelineOperator', `Unrecognized expression '${name}'`);
    }
    checkExpression(value);
  }
}
