import { pickFields } from '../bson/readBson.js';
import type { Collection } from '../storage/catalogue.js';
import type { Filter } from '../query/compileFilter.js';
import { planQuery, type IndexPlan, type Plan } from '../query/planQuery.js';
import { beginning, matching, records, scan, type Found } from '../query/scan.js';
import { createSorter, sortRoots, sortValues, type SortField } from '../query/sort.js';
import type { Context } from './context.js';

export type Selection = {
  readonly filter: Filter;
  readonly sort: readonly SortField[];
  readonly skip: number;
  readonly limit: number | undefined;
};

/** Gives found documents one after the other; undefined when there are no more. Goes on in later turns. */
export type Selected = { take(most: number, mostBytes: number): { found: Found[]; done: boolean } };

const MOST_ESTIMATED = 50;

export function planFor(
  context: Context,
  collection: Collection,
  filter: Filter,
  sort: readonly SortField[],
): Plan {
  return planQuery(collection, filter, sort, (plan) => estimate(context, collection, plan));
}

function estimate({ storage }: Context, collection: Collection, plan: IndexPlan): number {
  let count = 0;
  for (const _record of records(storage, collection, { ...plan, merge: false }, beginning())) {
    if (++count >= MOST_ESTIMATED) break;
  }
  return count;
}

/** Runs a query: by an index where one serves, sorted in memory where none does. */
export function select(context: Context, collection: Collection, selection: Selection): Selected {
  const plan = planFor(context, collection, selection.filter, selection.sort);
  return plan.kind !== 'none' && plan.sorted
    ? inOrder(context, collection, selection, plan)
    : sorted(context, collection, selection, plan);
}

/** All found documents at once. */
export function selectAll(context: Context, collection: Collection, selection: Selection): Found[] {
  return select(context, collection, selection).take(Infinity, Infinity).found;
}

/** The first found document. */
export function selectFirst(
  context: Context,
  collection: Collection,
  filter: Filter,
  sort: readonly SortField[],
): Found | undefined {
  return select(context, collection, { filter, sort, skip: 0, limit: 1 }).take(1, Infinity).found[0];
}

function inOrder(context: Context, collection: Collection, selection: Selection, plan: Plan): Selected {
  const place = beginning();
  let toSkip = selection.skip;
  let left = selection.limit ?? Infinity;
  return {
    take(most, mostBytes) {
      const found: Found[] = [];
      let bytes = 0;
      if (left === 0) return { found, done: true };
      for (const item of scan(context, collection, selection.filter, plan, place)) {
        if (toSkip > 0) {
          toSkip--;
          continue;
        }
        found.push(item);
        bytes += item.raw.length;
        if (--left === 0) return { found, done: true };
        if (found.length >= most || bytes >= mostBytes) return { found, done: false };
      }
      return { found, done: true };
    },
  };
}

function sorted(context: Context, collection: Collection, selection: Selection, plan: Plan): Selected {
  const { filter, sort, skip, limit } = selection;
  const sorter = createSorter<number>(sort, limit === undefined ? undefined : skip + limit);
  const roots = sortRoots(sort);
  for (const { record, raw } of scan(context, collection, filter, plan, beginning())) {
    sorter.add(sortValues(sort, pickFields(raw, roots)), record);
  }
  const order = sorter.rows().slice(skip);
  let next = 0;
  return {
    take(most, mostBytes) {
      const found: Found[] = [];
      let bytes = 0;
      while (next < order.length && found.length < most && bytes < mostBytes) {
        const record = order[next++] ?? 0;
        const raw = matching(context.storage, collection, filter, record);
        if (!raw) continue; // changed or deleted since
        found.push({ record, raw });
        bytes += raw.length;
      }
      return { found, done: next >= order.length };
    },
  };
}
