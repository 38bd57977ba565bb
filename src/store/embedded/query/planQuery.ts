import { BSONRegExp } from 'bson';
import { keyComponent, successor, typeBounds } from '../bson/keyBytes.js';
import { isPlain, Order, orderOf } from '../bson/values.js';
import type { Collection } from '../storage/catalogue.js';
import type { Index } from '../storage/indexes.js';
import type { Filter } from './compileFilter.js';
import type { Condition } from './fieldTest.js';
import { implies, impliesExistence } from './implies.js';
import type { SortField } from './sort.js';

/** Keys from `low` up to but without `high`; the first `prefix` bytes are the same in all of them. */
export type Range = { readonly low: Buffer; readonly high: Buffer; readonly prefix: number };

/** How to come by the documents that may match. */
export type Plan =
  | { readonly kind: 'all'; readonly sorted: boolean; readonly reverse: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'union'; readonly plans: readonly Plan[]; readonly sorted: false }
  | IndexPlan;

export type IndexPlan = {
  readonly kind: 'index';
  readonly index: Index;
  readonly ranges: readonly Range[];
  readonly reverse: boolean;
  /** The records come in the order asked for. */
  readonly sorted: boolean;
  /** The ranges must be read side by side for that. */
  readonly merge: boolean;
  /** Each range is one key of a unique index. */
  readonly points: boolean;
  /** What the ranges hold is exactly what the filter asks for. */
  readonly exact: boolean;
  readonly score: number;
};

const MOST_RANGES = 1000;
const MOST_MERGED = 100;

/** Chooses an index for a filter and an order; `estimate` counts the first entries of a range. */
export function planQuery(
  collection: Collection,
  filter: Filter,
  sort: readonly SortField[],
  estimate: (plan: IndexPlan) => number,
): Plan {
  const natural = sort[0]?.path === '$natural' ? sort[0] : undefined;
  if (natural) return { kind: 'all', sorted: true, reverse: natural.descending };
  const candidates = collection.indexes
    .map((index) => planIndex(index, filter, sort))
    .filter((plan) => plan !== undefined && plan.score > 0)
    .map((plan) => plan as IndexPlan) // undefined is filtered out above
    .sort((a, b) => b.score - a.score);
  const [best] = candidates;
  if (best?.points) return best;
  if (!best || best.score < BOUNDED) {
    const union = planUnion(collection, filter, estimate);
    if (union) return union;
  }
  if (!best) return { kind: 'all', sorted: sort.length === 0, reverse: false };
  const rivals = candidates.filter((plan) => plan.score >= BOUNDED && plan.sorted === best.sorted);
  return rivals.length < 2 ? best : fewest(rivals, estimate);
}

const BOUNDED = 40;

function fewest(
  plans: readonly IndexPlan[],
  estimate: (plan: IndexPlan) => number,
): IndexPlan | { kind: 'none' } {
  let best: IndexPlan | undefined;
  let least = Infinity;
  for (const plan of plans) {
    const entries = estimate(plan);
    if (entries < least) [best, least] = [plan, entries];
  }
  return best ?? { kind: 'none' };
}

/** When every branch of an `$or` has an index, their records together. */
function planUnion(
  collection: Collection,
  filter: Filter,
  estimate: (plan: IndexPlan) => number,
): Plan | undefined {
  for (const branches of filter.alternatives) {
    const plans = branches.map((branch) => planQuery(collection, branch, [], estimate));
    if (plans.every((plan) => plan.kind === 'index' && plan.score >= BOUNDED)) {
      return { kind: 'union', plans, sorted: false };
    }
  }
  return undefined;
}

function planIndex(index: Index, filter: Filter, sort: readonly SortField[]): IndexPlan | undefined {
  const { conditions } = filter;
  if (
    index.partial &&
    !(index.partial.simple && index.partial.conditions.every((part) => implies(conditions, part)))
  ) {
    return undefined;
  }
  if (index.spec.sparse === true && !index.fields.some(({ path }) => impliesExistence(conditions, path))) {
    return undefined;
  }
  const bounds = boundsOf(index, conditions);
  const order = sortFit(index, bounds, sort);
  const points = index.unique && bounds.points.length === index.fields.length;
  const ranges = rangesOf(index, bounds);
  const partial = index.partial !== undefined;
  const score =
    (points ? 10_000 : 0) +
    bounds.points.reduce((sum, list) => sum + (list.length === 1 ? 100 : 80), 0) +
    (bounds.range ? BOUNDED : 0) +
    (sort.length > 0 && order.sorted ? 30 : 0) +
    (partial && bounds.points.length > 0 ? 1 : 0);
  return {
    kind: 'index',
    index,
    ranges,
    reverse: order.reverse,
    sorted: order.sorted,
    merge: order.merge,
    points,
    exact:
      filter.simple &&
      !partial &&
      index.spec.multikey !== true &&
      bounds.used === conditions.length &&
      bounds.exact,
    score,
  };
}

type Bounds = {
  /** For each leading field the encoded values it may have. */
  points: Buffer[][];
  /** Of the field after those. */
  range: { low: Buffer; high: Buffer } | undefined;
  used: number;
  exact: boolean;
};

function boundsOf(index: Index, conditions: readonly Condition[]): Bounds {
  const bounds: Bounds = { points: [], range: undefined, used: 0, exact: true };
  let combinations = 1;
  for (const [i, field] of index.fields.entries()) {
    const own = conditions.filter((condition) => condition.path === field.path);
    const points = pointsOf(index, i, own);
    if (points === undefined || combinations * points.length > MOST_RANGES) {
      if (points === undefined) addRange(index, i, own, bounds);
      break;
    }
    combinations *= points.length;
    bounds.points.push(points);
    bounds.used++;
  }
  return bounds;
}

function pointsOf(index: Index, field: number, conditions: readonly Condition[]): Buffer[] | undefined {
  const descending = index.fields[field]?.descending === true;
  for (const { operator, operand } of conditions) {
    if (operator === '$eq' && isPoint(operand))
      return [keyComponent(operand, descending, index.longest).bytes];
  }
  for (const { operator, operand } of conditions) {
    if (operator !== '$in' || !Array.isArray(operand) || !operand.every(isPoint)) continue;
    const distinct = new Map(
      operand
        .map((value) => keyComponent(value, descending, index.longest).bytes)
        .map((bytes) => [bytes.toString('latin1'), bytes]),
    );
    return [...distinct.values()].sort((a, b) => a.compare(b));
  }
  return undefined;
}

/** Whether equality with a value is one place in an index. Elements of arrays are entered singly, so arrays are not. */
function isPoint(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof RegExp || value instanceof BSONRegExp) return false;
  return isPlain(value) || isOrdered(value);
}

function isOrdered(value: unknown): boolean {
  try {
    orderOf(value);
    return true;
  } catch {
    return false; // a type that is not indexed either: the documents are looked at one by one
  }
}

const LOWER = new Set(['$gt', '$gte']);
const UPPER = new Set(['$lt', '$lte']);

function addRange(index: Index, field: number, conditions: readonly Condition[], bounds: Bounds): void {
  const usable = conditions.filter(
    ({ operator, operand }) =>
      (LOWER.has(operator) || UPPER.has(operator)) &&
      isPoint(operand) &&
      orderOf(operand) !== Order.null &&
      !Number.isNaN(operand),
  );
  const lower = usable.find(({ operator }) => LOWER.has(operator));
  const upper = usable.find(({ operator }) => UPPER.has(operator));
  const first = lower ?? upper;
  if (!first) return;
  // of an array each bound may hold for a different element, so only one of them narrows the search
  const both =
    lower && upper && index.spec.multikey !== true && orderOf(lower.operand) === orderOf(upper.operand);
  let { low, high } = typeBounds(first.operand);
  for (const { operator, operand } of both ? [lower, upper] : [first]) {
    const { bytes, cut } = keyComponent(operand, false, index.longest);
    const whole = cut ? bytes.subarray(0, index.longest) : bytes;
    if (cut) bounds.exact = false;
    if (operator === '$gte' || (cut && operator === '$gt')) low = whole;
    else if (operator === '$gt') low = successor(whole);
    else if (operator === '$lte' || cut) high = successor(whole);
    else high = whole;
    bounds.used++;
  }
  const descending = index.fields[field]?.descending === true;
  // inverted, the end that was left out comes first; what begins with the other end belongs
  bounds.range = descending ? { low: successor(invert(high)), high: successor(invert(low)) } : { low, high };
}

const invert = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => ~byte & 0xff));

function rangesOf(index: Index, { points, range }: Bounds): Range[] {
  let starts: Buffer[] = [index.prefix];
  for (const list of points)
    starts = starts.flatMap((start) => list.map((point) => Buffer.concat([start, point])));
  return starts.map((start) => ({
    low: range ? Buffer.concat([start, range.low]) : start,
    high: range ? Buffer.concat([start, range.high]) : successor(start),
    prefix: start.length,
  }));
}

type Fit = { sorted: boolean; reverse: boolean; merge: boolean };

function sortFit(index: Index, { points }: Bounds, sort: readonly SortField[]): Fit {
  const unsorted: Fit = { sorted: false, reverse: false, merge: false };
  if (sort.length === 0) return { ...unsorted, sorted: true };
  if (index.spec.multikey === true || index.spec.cut === true) return unsorted;
  let next = 0;
  let reverse: boolean | undefined;
  let merge = false;
  let consumedList = false;
  for (const [i, field] of index.fields.entries()) {
    const wanted = sort[next];
    if (wanted === undefined) break;
    const list = points[i];
    if (list?.length === 1) {
      if (wanted.path === field.path) next++;
      continue;
    }
    if (wanted.path !== field.path) {
      if (list === undefined) return unsorted;
      merge = true;
      continue;
    }
    const backwards = wanted.descending !== field.descending;
    if (reverse !== undefined && reverse !== backwards) return unsorted;
    reverse = backwards;
    if (list !== undefined) consumedList = true;
    next++;
  }
  const ranges = points.reduce((product, list) => product * list.length, 1);
  if (next < sort.length || (merge && (consumedList || ranges > MOST_MERGED))) return unsorted;
  return { sorted: true, reverse: reverse === true, merge };
}
