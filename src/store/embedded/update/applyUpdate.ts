import { ObjectId } from 'bson';
import { badValue, immutableField } from '../errors.js';
import { pickFields, wantedField, type Doc } from '../bson/readBson.js';
import { encodeDocument, LARGEST_DOCUMENT, spliceFields, tooLarge } from '../bson/spliceFields.js';
import { equalValues, isPlain } from '../bson/values.js';
import { compileFilter, type Filter } from '../query/compileFilter.js';
import { own, pathParts } from '../query/path.js';
import type { Step, Update } from './compileUpdate.js';
import { setAt, valueAt } from './target.js';

/** The document after an update, and which of its top-level fields changed; none when all is as it was. */
export type Updated = { raw: Buffer; changed: ReadonlySet<string> | 'all' };

/** Applies an update to a stored document that `filter` matched. Error 66 when `_id` would change. */
export function applyUpdate(raw: Buffer, update: Update, filter: Filter): Updated {
  if (update.kind === 'replace') return replace(raw, update.doc);
  const { steps, roots } = update;
  const names = new Set([
    ...roots,
    ...(usesPosition(steps) ? (filter.fields ?? []).map(({ name }) => name) : []),
  ]);
  const doc = pickFields(raw, [...names].map(wantedField));
  const id = own(doc, '_id');
  run(doc, update, filter, false);
  if (roots.has('_id') && !equalValues(own(doc, '_id'), id)) {
    throw immutableField("Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  const touched: Doc = {};
  for (const root of roots) touched[root] = own(doc, root);
  return spliceFields(raw, touched);
}

/** The document that an upsert inserts when nothing matched. */
export function upsertDocument(update: Update, filter: Filter): Buffer {
  const doc: Doc = {};
  if (update.kind === 'replace') {
    const id = filter.conditions.find(({ path, operator }) => path === '_id' && operator === '$eq');
    Object.assign(doc, id ? { _id: id.operand } : {}, update.doc);
  } else {
    for (const { path, operator, operand } of filter.conditions) {
      if (operator === '$eq') setAt(doc, pathParts(path), operand);
    }
    const id = own(doc, '_id');
    run(doc, update, filter, true);
    if (id !== undefined && !equalValues(own(doc, '_id'), id)) {
      throw immutableField("Performing an update on the path '_id' would modify the immutable field '_id'");
    }
  }
  const { _id: id = new ObjectId(), ...rest } = doc;
  const raw = encodeDocument({ _id: id, ...rest });
  if (raw.length > LARGEST_DOCUMENT) throw tooLarge(raw.length);
  return raw;
}

function replace(raw: Buffer, doc: Doc): Updated {
  const { _id: id } = pickFields(raw, [wantedField('_id')]);
  if (Object.hasOwn(doc, '_id') && !equalValues(doc['_id'], id)) {
    throw immutableField(
      "After applying the update, the (immutable) field '_id' was found to have been altered",
    );
  }
  const { _id: _same, ...rest } = doc;
  const after = encodeDocument({ _id: id, ...rest });
  if (after.length > LARGEST_DOCUMENT) throw tooLarge(after.length);
  return after.equals(raw) ? { raw, changed: new Set() } : { raw: after, changed: 'all' };
}

const usesPosition = (steps: readonly Step[]): boolean => steps.some(({ parts }) => parts.includes('$'));

function run(
  doc: Doc,
  update: Extract<Update, { kind: 'modify' }>,
  filter: Filter,
  inserting: boolean,
): void {
  for (const step of update.steps) {
    if (step.onlyOnInsert && !inserting) continue;
    for (const parts of places(doc, step.parts, update, filter)) step.apply(doc, parts);
  }
}

/** The paths that a path with `$`, `$[]` and `$[name]` stands for in this document. */
function places(
  doc: Doc,
  parts: readonly string[],
  update: Extract<Update, { kind: 'modify' }>,
  filter: Filter,
): ReadonlyArray<readonly string[]> {
  const at = parts.findIndex((part) => part === '$' || part.startsWith('$['));
  const part = parts[at];
  if (part === undefined) return [parts];
  const before = parts.slice(0, at);
  const list = valueAt(doc, before);
  if (part === '$') {
    const index = matchedPosition(before.join('.'), list, filter);
    return places(doc, [...before, String(index), ...parts.slice(at + 1)], update, filter);
  }
  if (!Array.isArray(list)) {
    throw badValue(
      `The path '${before.join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  const test = update.arrayFilters.get(part.slice(2, -1));
  return (list as unknown[]).flatMap((element, i) =>
    test === undefined || test({ element })
      ? places(doc, [...before, String(i), ...parts.slice(at + 1)], update, filter)
      : [],
  );
}

/** The first element that the filter's one condition on this array matches. */
function matchedPosition(path: string, list: unknown, filter: Filter): number {
  const conditions = filter.conditions.filter(
    (condition) => condition.path === path || condition.path.startsWith(`${path}.`),
  );
  const [condition, second] = conditions;
  if (!condition || !Array.isArray(list)) {
    throw badValue('The positional operator did not find the match needed from the query.');
  }
  if (second)
    throw badValue('the embedded store takes the positional operator with one condition on the array only');
  const position = list.findIndex(elementTest(condition, path));
  if (position < 0) throw badValue('The positional operator did not find the match needed from the query.');
  return position;
}

function elementTest(
  { path: full, operator, operand }: Filter['conditions'][number],
  path: string,
): (element: unknown) => boolean {
  const inner = full.slice(path.length + 1);
  if (inner !== '') {
    const { test } = compileFilter({ [inner]: { [operator]: operand } });
    return (element) => isPlain(element) && test(element);
  }
  const { test } = compileFilter({ element: { [operator]: operand } });
  // an element alone is a list of one for $elemMatch
  return (element) => test({ element: operator === '$elemMatch' ? [element] : element });
}
