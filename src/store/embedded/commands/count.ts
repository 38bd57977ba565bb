import { wantedField, pickFields } from '../bson/readBson.js';
import { badValue } from '../errors.js';
import { compareValues } from '../bson/values.js';
import type { Collection } from '../storage/catalogue.js';
import { compileFilter, type Filter } from '../query/compileFilter.js';
import { pathParts, rootOf } from '../query/path.js';
import { beginning, records, scan } from '../query/scan.js';
import { valuesAt } from '../query/valuesAt.js';
import { collectionName, countOf, integerOf, type Command, type Context } from './context.js';
import { refuseOptions } from './refuseOptions.js';
import { planFor } from './select.js';

export const count: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('count', body);
  const filter = compileFilter(body['query'] ?? {});
  const collection = context.catalogue.find(db, collectionName(request));
  const skip = countOf(body, 'skip') ?? 0;
  const limit = Math.abs(integerOf(body, 'limit') ?? 0) || Infinity;
  const all = collection ? countMatching(context, collection, filter, skip + limit) : 0;
  return { n: Math.min(Math.max(0, all - skip), limit) };
};

/** How many documents match, at most `most`; from the index alone where it says all. */
export function countMatching(
  context: Context,
  collection: Collection,
  filter: Filter,
  most = Infinity,
): number {
  if (filter.simple && filter.conditions.length === 0) return Math.min(collection.count, most);
  const plan = planFor(context, collection, filter, []);
  let n = 0;
  if (plan.kind === 'index' && plan.exact) {
    if (!plan.points)
      return Math.min(
        most,
        plan.ranges.reduce((sum, { low, high }) => sum + context.storage.count(low, high), 0),
      );
    for (const _record of records(context.storage, collection, plan, beginning())) n++;
    return Math.min(n, most);
  }
  for (const _found of scan(context, collection, filter, plan, beginning())) if (++n >= most) break;
  return n;
}

/** `distinct`: each value once, elements of arrays singly. */
export const distinct: Command = (context, request) => {
  const { body, db } = request;
  refuseOptions('distinct', body);
  const { key } = body;
  if (typeof key !== 'string') throw badValue('distinct needs a key');
  const parts = pathParts(key);
  const filter = compileFilter(body['query'] ?? {});
  const collection = context.catalogue.find(db, collectionName(request));
  if (!collection) return { values: [] };
  const fields = [wantedField(rootOf(key))];
  const values: unknown[] = [];
  for (const { raw } of scan(
    context,
    collection,
    filter,
    planFor(context, collection, filter, []),
    beginning(),
  )) {
    for (const value of valuesAt(pickFields(raw, fields), parts)) if (value !== undefined) values.push(value);
  }
  values.sort(compareValues);
  return { values: values.filter((value, i) => i === 0 || compareValues(value, values[i - 1]) !== 0) };
};
