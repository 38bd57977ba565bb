import { badValue, StoreError } from '../errors.js';
import { readDocument, setOwn, type Doc } from '../bson/readBson.js';
import { encodeDocument } from '../bson/spliceFields.js';
import { isPlain, numeric } from '../bson/values.js';
import { compileFilter } from '../query/compileFilter.js';
import { own, pathParts } from '../query/path.js';
import { compileProjection } from '../query/project.js';
import { createSorter, parseSort, sortValues } from '../query/sort.js';
import { copy } from '../update/copy.js';
import { setAt, unsetAt, valueAt } from '../update/target.js';
import { compileExpression, plainDocument } from './expressions.js';
import { compileGroup } from './group.js';

/** What a stage makes of the documents before it. */
export type Stage = (docs: Doc[]) => Doc[];

/** Reads the documents of another collection that match, for `$lookup`. */
export type Lookup = (collection: string, filter: Doc) => Doc[];

/** Compiles a stage. Error 40324 for one that the store does not have. */
export function compileStage(stage: Doc, lookup: Lookup): Stage {
  const [name, ...more] = Object.keys(stage);
  if (name === undefined || more.length > 0) {
    throw new StoreError(
      40323,
      'Location40323',
      'A pipeline stage specification object must contain exactly one field.',
    );
  }
  const spec = stage[name];
  const compile = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (!compile) throw new StoreError(40324, 'Location40324', `Unrecognized pipeline stage name: '${name}'`);
  return compile(spec, lookup);
}

const stages: Readonly<Record<string, (spec: unknown, lookup: Lookup) => Stage>> = {
  $match: (spec) => {
    const { test } = compileFilter(spec);
    return (docs) => docs.filter(test);
  },
  $sort: (spec) => {
    const sort = parseSort(spec);
    if (sort.length === 0) throw badValue('$sort stage must have at least one sort key');
    return (docs) => {
      const sorter = createSorter<Doc>(sort, undefined);
      for (const doc of docs) sorter.add(sortValues(sort, doc), doc);
      return sorter.rows();
    };
  },
  $limit: (spec) => {
    const limit = whole('$limit', spec);
    if (limit === 0) throw new StoreError(15958, 'Location15958', 'the limit must be positive');
    return (docs) => docs.slice(0, limit);
  },
  $skip: (spec) => {
    const skip = whole('$skip', spec);
    return (docs) => docs.slice(skip);
  },
  $count: (spec) => {
    if (typeof spec !== 'string' || spec === '' || /[$.]/.test(spec))
      throw badValue('the count field must be a non-empty string');
    return (docs) => (docs.length > 0 ? [{ [spec]: docs.length }] : []);
  },
  $group: compileGroupStage,
  $sortByCount: (spec) => {
    const group = compileGroupStage({ _id: spec, count: { $sum: 1 } });
    return (docs) => group(docs).sort((a, b) => Number(b['count']) - Number(a['count']));
  },
  $project: project,
  $addFields: addFields,
  $set: addFields,
  $unset: (spec) =>
    project(Object.fromEntries((Array.isArray(spec) ? spec : [spec]).map((path) => [String(path), 0]))),
  $unwind: unwind,
  $replaceRoot: (spec) => replaceWith(isPlain(spec) ? spec['newRoot'] : undefined),
  $replaceWith: replaceWith,
  $facet: (spec, lookup) => {
    if (!isPlain(spec)) throw badValue('the $facet specification must be a non-empty object');
    const facets = Object.entries(spec).map(
      ([name, pipeline]) => [name, compilePipeline(pipeline, lookup)] as const,
    );
    return (docs) => [Object.fromEntries(facets.map(([name, run]) => [name, run(docs.map(copyDocument))]))];
  },
  $lookup: join,
};

/** Compiles a list of stages into one. */
export function compilePipeline(pipeline: unknown, lookup: Lookup): Stage {
  if (!Array.isArray(pipeline)) throw badValue("'pipeline' must be an array");
  const compiled = pipeline.map((stage: unknown) => {
    if (!isPlain(stage)) throw badValue('each element of the pipeline array must be an object');
    return compileStage(stage, lookup);
  });
  return (docs) => compiled.reduce((rows, stage) => stage(rows), docs);
}

const copyDocument = (doc: Doc): Doc => copy(doc) as Doc; // a copy of a document is one

function compileGroupStage(spec: unknown): Stage {
  const group = compileGroup(spec);
  return (docs) => group(docs.map(plainDocument));
}

function whole(name: string, spec: unknown): number {
  const value = Number(numeric(spec));
  if (!Number.isInteger(value) || value < 0) throw badValue(`invalid argument to ${name}`);
  return value;
}

function project(spec: unknown): Stage {
  if (!isPlain(spec) || Object.keys(spec).length === 0) throw badValue('$project needs a non-empty object');
  const plain: [string, unknown][] = [];
  const computed: [string, unknown][] = [];
  for (const entry of Object.entries(spec)) {
    const [, value] = entry;
    (typeof value === 'string' || isPlain(value) || Array.isArray(value) ? computed : plain).push(entry);
  }
  if (computed.length === 0) return withProjection(Object.fromEntries(plain));
  if (plain.some(([name, value]) => name !== '_id' && (value === false || value === 0))) {
    throw new StoreError(31254, 'Location31254', 'Cannot do exclusion in inclusion projection');
  }
  const fields = compileFields(computed);
  const kept = Object.fromEntries([['_id', 1], ...plain]);
  const keep = kept['_id'] === false || kept['_id'] === 0 ? onlyListed(kept) : withProjection(kept);
  return (docs) => {
    const sources = docs.map(plainDocument);
    return keep(docs).map((row, i) => assign(row, sources[i] ?? {}, fields));
  };
}

function onlyListed(kept: Doc): Stage {
  const { _id: _left, ...rest } = kept;
  return Object.keys(rest).length === 0
    ? (docs) => docs.map(() => ({}))
    : withProjection({ ...rest, _id: 0 });
}

function withProjection(spec: Doc): Stage {
  const projection = compileProjection(spec);
  return (docs) => (projection ? docs.map((doc) => readDocument(projection(encodeDocument(doc)))) : docs);
}

function addFields(spec: unknown): Stage {
  if (!isPlain(spec)) throw badValue('$addFields specification must be an object');
  const fields = compileFields(Object.entries(spec));
  return (docs) => docs.map((doc) => assign(copyDocument(doc), plainDocument(doc), fields));
}

type Field = { parts: readonly string[]; compute: (doc: Doc) => unknown };

function compileFields(entries: ReadonlyArray<[string, unknown]>): Field[] {
  return entries.map(([path, expression]) => ({
    parts: pathParts(path),
    compute: compileExpression(expression),
  }));
}

function assign(row: Doc, source: Doc, fields: readonly Field[]): Doc {
  for (const { parts, compute } of fields) {
    const above = valueAt(row, parts.slice(0, -1));
    if (parts.length > 1 && Array.isArray(above))
      throw badValue('computed fields inside arrays are not supported');
    const value = compute(source);
    if (value !== undefined) setAt(row, parts, value);
  }
  return row;
}

function unwind(spec: unknown): Stage {
  const options: Doc = isPlain(spec) ? spec : { path: spec };
  const { path, preserveNullAndEmptyArrays: preserve, includeArrayIndex: indexName } = options;
  if (typeof path !== 'string' || !path.startsWith('$'))
    throw new StoreError(
      28818,
      'Location28818',
      "path option to $unwind stage should be prefixed with a '$'",
    );
  if (indexName !== undefined) throw badValue('includeArrayIndex is not supported');
  const parts = pathParts(path.slice(1));
  return (docs) =>
    docs.flatMap((doc) => {
      const value = valueAt(doc, parts);
      if (!Array.isArray(value))
        return value !== undefined && value !== null ? [doc] : preserve === true ? [doc] : [];
      if (value.length === 0) {
        if (preserve !== true) return [];
        const row = copyDocument(doc);
        unsetAt(row, parts);
        return [row];
      }
      return value.map((item: unknown) => {
        const row = copyDocument(doc);
        setAt(row, parts, item);
        return row;
      });
    });
}

function replaceWith(spec: unknown): Stage {
  const compute = compileExpression(spec);
  return (docs) =>
    docs.map((doc) => {
      const root = compute(plainDocument(doc));
      if (!isPlain(root))
        throw new StoreError(40228, 'Location40228', "'newRoot' must evaluate to an object");
      return root;
    });
}

function join(spec: unknown, lookup: Lookup): Stage {
  const { from, localField, foreignField, as, ...more } = isPlain(spec) ? spec : {};
  if (
    typeof from !== 'string' ||
    typeof localField !== 'string' ||
    typeof foreignField !== 'string' ||
    typeof as !== 'string'
  ) {
    throw badValue('$lookup is supported with from, localField, foreignField and as');
  }
  if (Object.keys(more).length > 0) throw badValue('$lookup with a pipeline is not supported');
  const local = pathParts(localField);
  pathParts(foreignField);
  return (docs) =>
    docs.map((doc) => {
      const value = own(doc, local[0] ?? '') === undefined ? null : (valueAt(doc, local) ?? null);
      const filter = { [foreignField]: Array.isArray(value) ? { $in: value } : { $eq: value } };
      const row = copyDocument(doc);
      setOwn(row, as, lookup(from, filter));
      return row;
    });
}
