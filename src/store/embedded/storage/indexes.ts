import { badValue, StoreError } from '../errors.js';
import { keyComponent, LONGEST_COMPONENT } from '../bson/keyBytes.js';
import { wantedField, type Doc, type WantedField } from '../bson/readBson.js';
import { isPlain, Order } from '../bson/values.js';
import { compileFilter, type Filter } from '../query/compileFilter.js';
import { own, pathParts, rootOf } from '../query/path.js';
import { indexPrefix } from './keys.js';

/** An index as it is saved. `multikey` and `cut` tell that an array or a value too long for a key was ever in it. */
export type IndexSpec = {
  id: number;
  name: string;
  key: Record<string, 1 | -1>;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Doc;
  expireAfterSeconds?: number;
  multikey?: boolean;
  cut?: boolean;
};

export type IndexField = {
  readonly path: string;
  readonly parts: readonly string[];
  readonly descending: boolean;
};

export type Index = {
  readonly spec: IndexSpec;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly partial: Filter | undefined;
  /** Top-level fields that decide what stands in the index. */
  readonly roots: readonly WantedField[];
  readonly prefix: Buffer;
  /** Bytes a component may have before it is cut. */
  readonly longest: number;
  /** A flag of `spec` changed and is not saved yet. */
  changed: boolean;
};

/** Prepares an index for use. Errors: BadValue for a filter that cannot be one. */
export function buildIndex(spec: IndexSpec): Index {
  const fields = Object.entries(spec.key).map(([path, direction]) => ({
    path,
    parts: pathParts(path),
    descending: direction === -1,
  }));
  const partial = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression);
  if (partial && !partial.fields) throw badValue('$expr is not supported in a partialFilterExpression');
  const roots = new Set([
    ...fields.map(({ path }) => rootOf(path)),
    ...(partial?.fields ?? []).map(({ name }) => name),
  ]);
  return {
    spec,
    fields,
    unique: spec.unique === true,
    partial,
    roots: [...roots].map(wantedField),
    prefix: indexPrefix(spec.id),
    longest: Math.min(LONGEST_COMPONENT, Math.floor(1700 / fields.length) - 20),
    changed: false,
  };
}

/** Stands for an array without elements, which sorts before null. */
export const EMPTY_ARRAY = Symbol('empty array');

/**
 * The keys (without record id) under which a document stands in an index; none when the index leaves it out. Notes in
 * `index.spec` when an array or a value that had to be cut is among them.
 */
export function indexKeys(index: Index, doc: Doc): Buffer[] {
  if (index.partial && !index.partial.test(doc)) return [];
  const lists = index.fields.map((field) => indexedValues(doc, field.parts, 0));
  if (index.spec.sparse === true && lists.every(({ values }) => values.every((value) => value === undefined)))
    return [];
  noteArrays(index, lists);
  let keys: Buffer[][] = [[index.prefix]];
  lists.forEach(({ values }, i) => {
    const components = values.map((value) => component(index, i, value));
    const [only] = components;
    if (components.length === 1 && only) for (const key of keys) key.push(only);
    else keys = keys.flatMap((key) => components.map((bytes) => [...key, bytes]));
  });
  const [single] = keys;
  if (keys.length === 1 && single) return [Buffer.concat(single)];
  const distinct = new Map(keys.map((parts) => [Buffer.concat(parts).toString('latin1'), parts]));
  return [...distinct.values()].map((parts) => Buffer.concat(parts));
}

/** The bytes of one field's value in an index. */
export function component(index: Index, field: number, value: unknown): Buffer {
  const descending = index.fields[field]?.descending === true;
  if (value === EMPTY_ARRAY) return Buffer.from([descending ? ~Order.emptyArray & 0xff : Order.emptyArray]);
  const { bytes, cut } = keyComponent(value, descending, index.longest);
  if (cut && index.spec.cut !== true) {
    index.spec.cut = true;
    index.changed = true;
  }
  return bytes;
}

type Indexed = { values: unknown[]; array: boolean };

function noteArrays(index: Index, lists: readonly Indexed[]): void {
  const roots = new Set<string | undefined>();
  lists.forEach((list, i) => {
    if (list.array) roots.add(index.fields[i]?.parts[0]);
  });
  if (roots.size === 0) return;
  if (roots.size > 1) {
    throw new StoreError(
      171,
      'CannotIndexParallelArrays',
      `cannot index parallel arrays [${[...roots].join('] [')}]`,
    );
  }
  if (index.unique && lists.filter((list) => list.array).length > 1) {
    throw badValue('the embedded store has no unique index on several fields inside one array');
  }
  if (index.spec.multikey !== true) {
    index.spec.multikey = true;
    index.changed = true;
  }
}

function indexedValues(value: unknown, parts: readonly string[], at: number): Indexed {
  const part = parts[at];
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (part === undefined) return { values: list.length > 0 ? list : [EMPTY_ARRAY], array: true };
    const values: unknown[] = [];
    if (/^\d+$/.test(part) && Number(part) < list.length) {
      values.push(...indexedValues(list[Number(part)], parts, at + 1).values);
    }
    for (const item of list) if (isPlain(item)) values.push(...indexedValues(item, parts, at).values);
    return { values: values.length > 0 ? values : [undefined], array: true };
  }
  if (part === undefined) return { values: [value], array: false };
  return isPlain(value)
    ? indexedValues(own(value, part), parts, at + 1)
    : { values: [undefined], array: false };
}

/** The values a document has under an index, for the message of a duplicate. */
export function keyValueOf(index: Index, doc: Doc): Doc {
  const values: Doc = {};
  for (const field of index.fields) {
    const [value] = indexedValues(doc, field.parts, 0).values;
    values[field.path] = value === undefined || value === EMPTY_ARRAY ? null : value;
  }
  return values;
}
