import { pickFields, readDocument } from '../bson/readBson.js';
import type { Collection } from '../storage/catalogue.js';
import { documentKey, documentRange, recordOfKey } from '../storage/keys.js';
import type { Storage } from '../storage/openStorage.js';
import type { Filter } from './compileFilter.js';
import type { IndexPlan, Plan, Range } from './planQuery.js';

export type Found = { readonly record: number; readonly raw: Buffer };

/** Where a scan was left, to go on from in a later turn. Nothing of the storage is held in between. */
export type Place = { range: number; key: Buffer | undefined; seen: Set<number> | undefined };

export const beginning = (): Place => ({ range: 0, key: undefined, seen: undefined });

/** What the store did since it started; tests read it to prove that an index was used. */
export type Stats = { examined: number };

export type Source = { readonly storage: Storage; readonly stats: Stats };

/**
 * The documents of a plan that pass the filter, in the plan's order, from `place` on, which moves along. Copies that
 * nobody else holds. The caller must finish (or leave) the loop within its turn and write only after it.
 */
export function* scan(
  source: Source,
  collection: Collection,
  filter: Filter,
  plan: Plan,
  place: Place,
): Generator<Found> {
  const { storage, stats } = source;
  for (const record of records(storage, collection, plan, place)) {
    stats.examined++;
    const raw = matching(storage, collection, filter, record, plan.kind === 'index' && plan.exact);
    if (raw) yield { record, raw };
  }
}

/** A copy of the document when it is still there and passes the filter. */
export function matching(
  storage: Storage,
  collection: Collection,
  filter: Filter,
  record: number,
  trusted = false,
): Buffer | undefined {
  const raw = storage.peek(documentKey(collection.id, record));
  if (raw === undefined) return undefined;
  if (!trusted && !passes(filter, raw)) return undefined;
  return Buffer.from(raw.subarray(0, raw.readInt32LE(0)));
}

export function passes(filter: Filter, raw: Buffer): boolean {
  const { fields } = filter;
  if (fields === undefined) return filter.test(readWhole(raw));
  return fields.length === 0 || filter.test(pickFields(raw, fields));
}

/** Record ids in the plan's order, each once. */
export function* records(
  storage: Storage,
  collection: Collection,
  plan: Plan,
  place: Place,
): Generator<number> {
  switch (plan.kind) {
    case 'none':
      return;
    case 'all': {
      const range = documentRange(collection.id);
      for (const key of storage.keys(after(range, place.key, plan.reverse))) {
        place.key = key;
        yield recordOfKey(key);
      }
      return;
    }
    case 'union':
      for (const part of plan.plans) yield* once(records(storage, collection, part, beginning()), place);
      return;
    case 'index':
      if (plan.merge) yield* once(merged(storage, plan), place);
      else if (plan.index.spec.multikey === true) yield* once(inRanges(storage, plan, place), place);
      else yield* inRanges(storage, plan, place);
  }
}

function* once(all: Iterable<number>, place: Place): Generator<number> {
  const seen = (place.seen ??= new Set());
  for (const record of all) {
    if (seen.has(record)) continue;
    seen.add(record);
    yield record;
  }
}

function* inRanges(storage: Storage, plan: IndexPlan, place: Place): Generator<number> {
  const ranges = plan.reverse ? plan.ranges.toReversed() : plan.ranges;
  for (; place.range < ranges.length; place.range++, place.key = undefined) {
    const range = ranges[place.range];
    if (!range) return;
    if (plan.points) {
      if (place.key) continue;
      place.key = range.low;
      const value = storage.peek(range.low);
      if (value) yield value.readUIntBE(0, 6);
    } else {
      for (const { key, record } of entriesOf(storage, plan, after(range, place.key, plan.reverse))) {
        place.key = key;
        yield record;
      }
    }
  }
}

function* entriesOf(
  storage: Storage,
  plan: IndexPlan,
  range: { low: Buffer; high: Buffer; reverse: boolean },
): Generator<{ key: Buffer; record: number }> {
  if (plan.index.unique) {
    for (const { key, value } of storage.entries(range)) yield { key, record: value.readUIntBE(0, 6) };
  } else {
    for (const key of storage.keys(range)) yield { key, record: recordOfKey(key) };
  }
}

/** What of a range is left once `key` was read. */
function after(
  { low, high }: { low: Buffer; high: Buffer },
  key: Buffer | undefined,
  reverse: boolean,
): { low: Buffer; high: Buffer; reverse: boolean } {
  if (key === undefined) return { low, high, reverse };
  return reverse
    ? { low, high: key, reverse }
    : { low: Buffer.concat([key, Buffer.alloc(1)]), high, reverse };
}

/** Reads several ranges side by side, in the order of what follows each range's own prefix. */
function* merged(storage: Storage, plan: IndexPlan): Generator<number> {
  type Head = {
    iterator: Iterator<{ key: Buffer; record: number }>;
    range: Range;
    key: Buffer;
    record: number;
  };
  const heads: Head[] = [];
  const advance = (iterator: Head['iterator'], range: Range): void => {
    const next = iterator.next();
    if (next.done === true) return;
    const key = next.value.key.subarray(range.prefix);
    const head = { iterator, range, key, record: next.value.record };
    const place = heads.findIndex((other) =>
      plan.reverse ? other.key.compare(key) < 0 : other.key.compare(key) > 0,
    );
    heads.splice(place < 0 ? heads.length : place, 0, head);
  };
  try {
    for (const range of plan.ranges) {
      advance(entriesOf(storage, plan, { ...range, reverse: plan.reverse })[Symbol.iterator](), range);
    }
    for (let head = heads.shift(); head; head = heads.shift()) {
      yield head.record;
      advance(head.iterator, head.range);
    }
  } finally {
    for (const { iterator } of heads) iterator.return?.();
  }
}

function readWhole(raw: Buffer): Record<string, unknown> {
  return readDocument(Buffer.from(raw.subarray(0, raw.readInt32LE(0))));
}
