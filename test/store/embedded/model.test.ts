import fc from 'fast-check';
import {
  Long,
  MongoServerError,
  type Collection,
  type Db,
  type IndexSpecification,
  type CreateIndexesOptions,
} from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  type Clause,
  type Model,
  type Row,
  type Sort,
  type Unique,
  type Value,
} from './model.js';
import { openStore, type OpenStore } from './openStore.js';

const RUNS = 5;
/** Lists of steps that run at the same time, each on collections of its own. */
const LISTS = 8;
const STEPS = 50;

/** Rows as the driver takes them: with a number for `_id` and fields of any type. */
type Stored = { _id: number; [field: string]: unknown };

type Layout = { name: string; indexes: Array<[IndexSpecification, CreateIndexesOptions]>; unique: Unique[] };

/** The same steps run on each of these; indexes must change no result, unique ones only what is refused. */
const layouts: readonly Layout[] = [
  { name: 'no index', indexes: [], unique: [] },
  {
    name: 'single fields',
    indexes: [
      [{ a: 1 }, {}],
      [{ b: -1 }, {}],
      [{ c: 1 }, { sparse: true }],
    ],
    unique: [],
  },
  {
    name: 'compound',
    indexes: [
      [{ a: 1, b: -1 }, {}],
      [{ c: -1, a: -1 }, {}],
      [{ b: 1, c: 1, a: 1 }, {}],
    ],
    unique: [],
  },
  {
    name: 'partial',
    indexes: [
      [{ a: 1, c: 1 }, { partialFilterExpression: { b: { $gte: 1 } } }],
      [{ c: 1 }, { partialFilterExpression: { a: { $exists: true } } }],
    ],
    unique: [],
  },
  {
    name: 'unique',
    indexes: [
      [{ a: 1 }, { unique: true }],
      [{ b: 1 }, { unique: true, partialFilterExpression: { c: 'x' } }],
    ],
    unique: [{ field: 'a' }, { field: 'b', onlyWhere: { field: 'c', value: 'x' } }],
  },
];

const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Value>(0, 1, 2, 3, 1.5, -1) },
  { weight: 3, arbitrary: fc.constantFrom<Value>('', 'a', 'x', 'ab', 'z\u0000', 'ă') },
  fc.constantFrom<Value>(null, true, false, new Date(0), new Date(86_400_000)),
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);
const field = fc.constantFrom('a', 'b', 'c');
const clause: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({
    field,
    operator: fc.constantFrom<Clause['operator']>('$eq', '$eq', '$eq', '$ne'),
    operand: value,
  }),
  fc.record({
    field,
    operator: fc.constantFrom<Clause['operator']>('$gt', '$gte', '$lt', '$lte'),
    operand: scalar.filter((operand) => operand !== null),
  }),
  fc.record({
    field,
    operator: fc.constantFrom<Clause['operator']>('$in', '$nin'),
    operand: fc.array(scalar, { maxLength: 4 }),
  }),
  fc.record({
    field,
    operator: fc.constant<Clause['operator']>('$exists'),
    operand: fc.boolean(),
  }),
);
const clauses = fc.array(clause, { maxLength: 3 });
const sort: fc.Arbitrary<Sort> = fc
  .uniqueArray(fc.tuple(field, fc.constantFrom<1 | -1>(1, -1)), { maxLength: 3, selector: ([name]) => name })
  .map((parts) => ({ ...Object.fromEntries(parts), _id: 1 }));
// arrays in one field only: an index over two arrays is refused
const fields = fc.record({ a: value, b: scalar, c: scalar }, { requiredKeys: [], noNullPrototype: true });

type Step =
  | { kind: 'insert'; fields: Partial<Row> }
  | { kind: 'find'; clauses: Clause[]; sort: Sort; skip: number; limit: number }
  | { kind: 'count'; clauses: Clause[] }
  | { kind: 'set' | 'setOne'; clauses: Clause[]; sort: Sort; fields: Partial<Row> }
  | { kind: 'unset'; clauses: Clause[]; field: string }
  | { kind: 'remove' | 'removeOne'; clauses: Clause[]; sort: Sort };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), fields }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('find' as const),
      clauses,
      sort,
      skip: fc.nat(3),
      limit: fc.nat(6),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('count' as const), clauses }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('set' as const, 'setOne' as const), clauses, sort, fields }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unset' as const), clauses, field }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'removeOne' as const), clauses, sort }),
  },
);

const list = fc.array(step, { minLength: STEPS, maxLength: STEPS });

describe('random operations', () => {
  let open: OpenStore;
  beforeAll(async () => {
    open = await openStore();
  });
  afterAll(() => open.close());

  it(`${RUNS * LISTS * STEPS * layouts.length} of them give what a naive model gives, whatever the indexes`, async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(list, { minLength: LISTS, maxLength: LISTS }), async (lists) => {
        run++;
        await Promise.all(
          lists.flatMap((steps, n) =>
            layouts.map((layout, i) => play(open.db, `run${run}_${n}_${i}`, layout, steps)),
          ),
        );
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(run).toBe(RUNS);
  }, 60_000);
});

async function play(db: Db, name: string, layout: Layout, steps: readonly Step[]): Promise<void> {
  const rows = db.collection<Stored>(name);
  for (const [key, options] of layout.indexes) await rows.createIndex(key, options);
  const model = createModel(layout.unique);
  for (const [i, one] of steps.entries()) {
    const [got, wanted] = await perform(rows, model, one, i);
    expect({ layout: layout.name, step: one, result: got }).toEqual({
      layout: layout.name,
      step: one,
      result: wanted,
    });
  }
  expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual(model.find([], { _id: 1 }));
  await rows.drop();
}

/** Carries a step out on both; gives both results. */
async function perform(
  rows: Collection<Stored>,
  model: Model,
  one: Step,
  id: number,
): Promise<[unknown, unknown]> {
  switch (one.kind) {
    case 'insert': {
      const row: Row = { _id: id, ...one.fields };
      return [await accepted(rows.insertOne(row)), model.insert(row)];
    }
    case 'find': {
      const found = model
        .find(one.clauses, one.sort)
        .slice(one.skip, one.limit === 0 ? undefined : one.skip + one.limit);
      const cursor = rows
        .find(filterOf(one.clauses), { batchSize: 2 })
        .sort(one.sort)
        .skip(one.skip)
        .limit(one.limit);
      return [await cursor.toArray(), found];
    }
    case 'count':
      return [await rows.countDocuments(filterOf(one.clauses)), model.find(one.clauses, {}).length];
    case 'setOne': {
      const [first] = model.find(one.clauses, one.sort);
      const set = Object.keys(one.fields).length === 0 ? { t: 1 } : one.fields;
      const ok = await accepted(
        rows.findOneAndUpdate(filterOf(one.clauses), { $set: set }, { sort: one.sort }),
      );
      return [ok, first === undefined || model.change(first._id, (row) => ({ ...row, ...set }))];
    }
    case 'set': {
      const set = Object.keys(one.fields).length === 0 ? { t: 2 } : one.fields;
      return changeAll(rows, model, one.clauses, { $set: set }, (row) => ({ ...row, ...set }));
    }
    case 'unset':
      return changeAll(rows, model, one.clauses, { $unset: { [one.field]: '' } }, (row) => {
        const { [one.field]: _gone, ...rest } = row;
        return rest as Row; // `_id` is never unset
      });
    case 'removeOne': {
      const [first] = model.find(one.clauses, one.sort);
      if (first) model.remove(first._id);
      return [await rows.findOneAndDelete(filterOf(one.clauses), { sort: one.sort }), first ?? null];
    }
    case 'remove': {
      const gone = model.find(one.clauses, {});
      for (const row of gone) model.remove(row._id);
      return [(await rows.deleteMany(filterOf(one.clauses))).deletedCount, gone.length];
    }
  }
}

/** With unique keys one after the other by _id, so that a refusal in the middle is the same for both. */
async function changeAll(
  rows: Collection<Stored>,
  model: Model,
  list: readonly Clause[],
  update: Record<string, Record<string, unknown>>,
  next: (row: Row) => Row,
): Promise<[unknown, unknown]> {
  const found = model.find(list, { _id: 1 });
  if (!model.hasUnique) {
    for (const row of found) model.change(row._id, next);
    return [(await rows.updateMany(filterOf(list), update)).matchedCount, found.length];
  }
  const got: boolean[] = [];
  const wanted: boolean[] = [];
  for (const { _id } of found) {
    got.push(await accepted(rows.updateOne({ _id, ...filterOf(list) }, update)));
    wanted.push(model.change(_id, next));
  }
  return [got, wanted];
}

async function accepted(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === 11000) return false;
    throw error;
  }
}

function filterOf(list: readonly Clause[]): Record<string, unknown> {
  return list.length === 0
    ? {}
    : {
        $and: list.map(({ field: name, operator, operand }) => ({
          [name]: { [operator]: widened(operand) },
        })),
      };
}

/** Some whole numbers go as 64-bit ones: the same values in another width. */
const widened = (operand: Value): unknown => (operand === 2 ? Long.fromNumber(2) : operand);
