import { badValue, StoreError } from '../errors.js';
import { wantedField, type Doc, type WantedField } from '../bson/readBson.js';
import { compareValues, isPlain, numeric } from '../bson/values.js';
import { EMPTY_ARRAY } from '../storage/indexes.js';
import { own, pathParts, rootOf } from './path.js';

export type SortField = { readonly path: string; readonly descending: boolean };

/** Rows that a sort without an index may hold. */
export const MOST_SORTED_ROWS = 250_000;

/** Reads `{ field: 1, other: -1 }`. */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined || sort === null) return [];
  if (!isPlain(sort)) throw badValue('a sort must be a document');
  return Object.entries(sort).map(([path, direction]) => {
    if (isPlain(direction)) throw badValue('$meta sort is not supported');
    const number = Number(numeric(direction));
    if (number !== 1 && number !== -1)
      throw badValue('$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (path !== '$natural') pathParts(path);
    return { path, descending: number === -1 };
  });
}

export const sortRoots = (sort: readonly SortField[]): WantedField[] =>
  [...new Set(sort.map(({ path }) => rootOf(path)))].map(wantedField);

/** The values a document is sorted by: of an array the least element, or the greatest when descending. */
export function sortValues(sort: readonly SortField[], doc: Doc): unknown[] {
  return sort.map(({ path, descending }) => {
    const values = reached(doc, pathParts(path), 0);
    let best = values[0];
    for (const value of values)
      if (compareForSort(value, best) < 0 !== descending && value !== best) best = value;
    return best;
  });
}

export function compareRows(
  sort: readonly SortField[],
  a: readonly unknown[],
  b: readonly unknown[],
): number {
  for (const [i, { descending }] of sort.entries()) {
    const order = compareForSort(a[i], b[i]);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** Sorts while rows come in; keeps only the first `most` where that is known. */
export function createSorter<T>(
  sort: readonly SortField[],
  most: number | undefined,
  limit = MOST_SORTED_ROWS,
): { add(keys: readonly unknown[], row: T): void; rows(): T[] } {
  let held: Array<{ keys: readonly unknown[]; row: T; at: number }> = [];
  let count = 0;
  const settle = (): void => {
    held.sort((a, b) => compareRows(sort, a.keys, b.keys) || a.at - b.at);
    if (most !== undefined) held = held.slice(0, most);
  };
  return {
    add(keys, row) {
      held.push({ keys, row, at: count++ });
      if (most !== undefined && held.length > most * 2 + 1000) settle();
      if (held.length <= limit) return;
      throw new StoreError(
        292,
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Sort exceeded memory limit of ${limit} rows`,
      );
    },
    rows() {
      settle();
      return held.map(({ row }) => row);
    },
  };
}

function compareForSort(a: unknown, b: unknown): number {
  if (a === EMPTY_ARRAY || b === EMPTY_ARRAY) return Number(b === EMPTY_ARRAY) - Number(a === EMPTY_ARRAY);
  return compareValues(a, b);
}

function reached(value: unknown, parts: readonly string[], at: number): unknown[] {
  const part = parts[at];
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (part === undefined) return list.length > 0 ? list : [EMPTY_ARRAY];
    const values = list.flatMap((item) => (isPlain(item) ? reached(item, parts, at) : []));
    if (/^\d+$/.test(part) && Number(part) < list.length)
      values.push(...reached(list[Number(part)], parts, at + 1));
    return values.length > 0 ? values : [undefined];
  }
  if (part === undefined) return [value];
  return isPlain(value) ? reached(own(value, part), parts, at + 1) : [undefined];
}
