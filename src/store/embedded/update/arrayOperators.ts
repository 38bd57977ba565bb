import { badValue, typeMismatch } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { compareValues, equalValues, isPlain, numeric } from '../bson/values.js';
import { compileFilter } from '../query/compileFilter.js';
import { isOperatorObject } from '../query/fieldTest.js';
import { compareRows, parseSort, sortValues } from '../query/sort.js';
import { copy } from './copy.js';
import type { Operator } from './operators.js';
import { setAt, valueAt } from './target.js';

const MODIFIERS = new Set(['$each', '$slice', '$sort', '$position']);

/** `$push` with `$each`, `$position`, `$sort` and `$slice`. */
export function push(operand: unknown): Operator {
  const modifiers = modifiersOf(operand, '$push');
  if (!modifiers)
    return (doc, place) => setAt(doc, place, [...(listAt(doc, place, '$push') ?? []), ...fresh([operand])]);
  const items = eachOf(modifiers, '$push');
  const position = integer(modifiers['$position'], '$position');
  const slice = integer(modifiers['$slice'], '$slice');
  const order = modifiers['$sort'] === undefined ? undefined : elementOrder(modifiers['$sort']);
  return (doc, place) => {
    let list = listAt(doc, place, '$push') ?? [];
    if (position === undefined) list = [...list, ...fresh(items)];
    else list = [...list.slice(0, position), ...fresh(items), ...list.slice(position)];
    if (order) list.sort(order);
    if (slice !== undefined) list = slice >= 0 ? list.slice(0, slice) : list.slice(slice);
    setAt(doc, place, list);
  };
}

export function addToSet(operand: unknown): Operator {
  const modifiers = modifiersOf(operand, '$addToSet');
  const items = modifiers ? eachOf(modifiers, '$addToSet') : [operand];
  return (doc, place) => {
    const list = listAt(doc, place, '$addToSet') ?? [];
    const added: unknown[] = [];
    for (const item of items) {
      if (![...list, ...added].some((other) => equalValues(other, item))) added.push(item);
    }
    if (added.length > 0 || valueAt(doc, place) === undefined) setAt(doc, place, [...list, ...fresh(added)]);
  };
}

export function pull(operand: unknown): Operator {
  const matches = elementTest(operand);
  return (doc, place) => keep(doc, place, '$pull', (item) => !matches(item));
}

export function pullAll(operand: unknown): Operator {
  if (!Array.isArray(operand)) throw badValue('$pullAll requires an array argument');
  const items: unknown[] = operand;
  return (doc, place) =>
    keep(doc, place, '$pullAll', (item) => !items.some((other) => equalValues(other, item)));
}

export function pop(operand: unknown): Operator {
  const end = Number(numeric(operand));
  if (end !== 1 && end !== -1) throw badValue('$pop expects 1 or -1');
  return (doc, place) => {
    const list = listAt(doc, place, '$pop');
    if (list && list.length > 0) setAt(doc, place, end === 1 ? list.slice(0, -1) : list.slice(1));
  };
}

function elementTest(operand: unknown): (item: unknown) => boolean {
  if (isOperatorObject(operand)) {
    const { test } = compileFilter({ item: operand });
    return (item) =>
      Array.isArray(item) ? item.some((inner) => test({ item: inner as unknown })) : test({ item });
  }
  if (isPlain(operand)) {
    const { test } = compileFilter(operand);
    return (item) => isPlain(item) && test(item);
  }
  const { test } = compileFilter({ item: operand });
  return (item) => (!Array.isArray(item) ? test({ item }) : equalValues(item, operand));
}

function keep(doc: Doc, place: readonly string[], name: string, wanted: (item: unknown) => boolean): void {
  const list = listAt(doc, place, name);
  if (!list) return;
  const left = list.filter(wanted);
  if (left.length < list.length) setAt(doc, place, left);
}

/** Copies, because the same operand may go into several documents. */
const fresh = (items: readonly unknown[]): unknown[] => items.map(copy);

function listAt(doc: Doc, place: readonly string[], name: string): unknown[] | undefined {
  const value = valueAt(doc, place);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    if (name === '$pop') throw typeMismatch('Path contains an element of non-array type');
    throw badValue(`Cannot apply ${name} to a non-array value`);
  }
  return value as unknown[];
}

function modifiersOf(operand: unknown, name: string): Doc | undefined {
  if (!isPlain(operand) || !Object.keys(operand).some((key) => key.startsWith('$'))) return undefined;
  for (const key of Object.keys(operand)) {
    if (!MODIFIERS.has(key) || (name === '$addToSet' && key !== '$each')) {
      throw badValue(`Unrecognized clause in ${name}: ${key}`);
    }
  }
  return operand;
}

function eachOf(modifiers: Doc, name: string): unknown[] {
  const items = modifiers['$each'];
  if (!Array.isArray(items)) throw badValue(`The argument to $each in ${name} must be an array`);
  return items;
}

function integer(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(numeric(value));
  if (!Number.isInteger(number)) throw badValue(`The value for ${name} must be an integer value`);
  return number;
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  if (!isPlain(sort)) {
    const direction = Number(numeric(sort));
    if (direction !== 1 && direction !== -1) throw badValue('The $sort element value must be either 1 or -1');
    return (a, b) => compareValues(a, b) * direction;
  }
  const fields = parseSort(sort);
  const keys = (item: unknown): unknown[] => sortValues(fields, isPlain(item) ? item : {});
  return (a, b) => compareRows(fields, keys(a), keys(b));
}
