import { randomBytes } from 'node:crypto';
import {
  Binary,
  Double,
  Long,
  MongoClient,
  MongoServerError,
  ObjectId,
  type Collection,
  type Db,
  type Document,
  type UpdateFilter,
} from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

type Row = Record<string, unknown>;

/**
 * What a server that is known to differ from MongoDB leaves out, so that its run says honestly what it covers. The
 * embedded store has no gaps here.
 */
export type KnownGap = string;

/** The driver types array operators by the fields of a schema, which these rows do not have. */
const change = (operators: Row): UpdateFilter<Document> => operators;

/** A server to test: its address, and what stops it. */
export type Connect = () => Promise<{ uri: string; close(): Promise<void> }>;

/**
 * The behaviour of MongoDB that the product relies on. Holds for any compatible server; works in a database of its
 * own, which it drops. `gaps` names the tests a server is known to fail: they must fail, or the list is out of date.
 */
export function storeContract(name: string, connect: Connect, gaps: readonly KnownGap[] = []): void {
  const test = (title: string, run: () => Promise<void>): void => {
    if (gaps.includes(title)) it.fails(title, run);
    else it(title, run);
  };

  describe(`store contract: ${name}`, () => {
    let server: Awaited<ReturnType<Connect>>;
    let client: MongoClient;
    let db: Db;
    let rows: Collection<Document>;
    let count = 0;

    beforeAll(async () => {
      server = await connect();
      client = await MongoClient.connect(server.uri);
      db = client.db(`contract_${randomBytes(6).toString('hex')}`);
    });
    afterAll(async () => {
      await db.dropDatabase();
      await client.close();
      await server.close();
    });
    beforeEach(() => {
      rows = db.collection(`rows${count++}`);
    });

    const codeOf = async (work: Promise<unknown>): Promise<number | string | undefined> => {
      try {
        await work;
        return undefined;
      } catch (error) {
        if (error instanceof MongoServerError) return error.code;
        throw error;
      }
    };
    const xs = async (filter: Row, sort: Row = { _id: 1 }): Promise<unknown[]> =>
      (
        await rows
          .find(filter)
          .sort(sort as Record<string, 1 | -1>)
          .toArray()
      ).map((row): unknown => row['x']);

    describe('reading and writing', () => {
      test('keeps every type of value as it was', async () => {
        const row = {
          _id: new ObjectId(),
          text: 'Hỏi – đáp 😀',
          int: 7,
          double: 1.5,
          whole: new Double(3),
          long: Long.fromString('9007199254740993'),
          yes: true,
          none: null,
          date: new Date('2026-02-17T03:00:00.123Z'),
          bytes: new Binary(Buffer.from([0, 1, 255])),
          list: [1, 'two', { three: [3] }, []],
          empty: {},
        };
        await rows.insertOne(row);
        const kept = await rows.findOne({ _id: row._id }, { promoteValues: false, promoteLongs: false });
        expect(JSON.stringify(kept?.['long'])).toBe(JSON.stringify(row.long));
        const { whole, long, ...rest } = row;
        expect(await rows.findOne({ _id: row._id }, { projection: { whole: 0, long: 0 } })).toEqual(rest);
        expect((await rows.findOne({ whole: 3, long }))?.['whole']).toBe(whole.valueOf());
      });

      test('gives an _id to a document without one and puts it first', async () => {
        const { insertedId } = await rows.insertOne({ x: 1 });
        const [found] = await rows.find().toArray();
        expect(Object.keys(found ?? {})).toEqual(['_id', 'x']);
        expect(found?._id.equals(insertedId)).toBe(true);
      });

      test('finds by equality, comparison, lists, presence and negation', async () => {
        await rows.insertMany([{ x: 1, s: 'a' }, { x: 2, s: 'b', o: 1 }, { x: 3 }, { x: null }, { s: 'c' }]);
        expect(await xs({ x: { $gt: 1, $lte: 3 } })).toEqual([2, 3]);
        expect(await xs({ x: { $in: [1, 3, 9] } })).toEqual([1, 3]);
        expect(await xs({ x: null })).toEqual([null, undefined]);
        expect(await xs({ o: { $exists: true } })).toEqual([2]);
        expect(await xs({ x: { $nin: [1, null] } })).toEqual([2, 3]);
        expect(await xs({ s: { $ne: 'a' }, x: { $type: 'number' } })).toEqual([2, 3]);
        expect(await xs({ $or: [{ x: 1 }, { s: 'b' }] })).toEqual([1, 2]);
        expect(await xs({ $nor: [{ x: 1 }, { x: null }] })).toEqual([2, 3]);
        expect(await xs({ x: { $not: { $gt: 1 } } })).toEqual([1, null, undefined]);
        expect(await xs({ s: /^[ab]$/ })).toEqual([1, 2]);
        expect(await xs({ s: { $regex: 'A', $options: 'i' } })).toEqual([1]);
      });

      test('compares only values of the same type in a range', async () => {
        await rows.insertMany([
          { x: 5 },
          { x: '5' },
          { x: new Date(5) },
          { x: Long.fromNumber(6) },
          { x: 5.5 },
        ]);
        expect(await rows.countDocuments({ x: { $gte: 5 } })).toBe(3);
        expect(await rows.countDocuments({ x: { $gte: '' } })).toBe(1);
        expect(await rows.countDocuments({ x: { $gt: new Date(0) } })).toBe(1);
      });

      test('looks into arrays and sub-documents', async () => {
        await rows.insertMany([
          {
            x: 1,
            tags: ['a', 'b'],
            parts: [
              { n: 1, k: 'p' },
              { n: 5, k: 'q' },
            ],
          },
          { x: 2, tags: [], parts: [{ n: 1, k: 'q' }] },
          { x: 3, o: { p: { q: 7 } } },
        ]);
        expect(await xs({ tags: 'b' })).toEqual([1]);
        expect(await xs({ tags: { $size: 0 } })).toEqual([2]);
        expect(await xs({ tags: { $all: ['a', 'b'] } })).toEqual([1]);
        expect(await xs({ 'parts.n': 1, 'parts.k': 'q' })).toEqual([1, 2]);
        expect(await xs({ parts: { $elemMatch: { n: 1, k: 'q' } } })).toEqual([2]);
        expect(await xs({ 'o.p.q': 7 })).toEqual([3]);
        expect(await xs({ o: { p: { q: 7 } } })).toEqual([3]);
        expect(await xs({ 'parts.1.n': 5 })).toEqual([1]);
      });

      test('projects by inclusion and exclusion', async () => {
        await rows.insertOne({
          _id: new ObjectId('65a000000000000000000001'),
          a: 1,
          b: { c: 2, d: 3 },
          l: [{ e: 1, f: 2 }],
        });
        const project = (projection: Row): Promise<unknown> => rows.findOne({}, { projection });
        expect(await project({ a: 1, _id: 0 })).toEqual({ a: 1 });
        expect(await project({ 'b.c': 1, 'l.e': 1, _id: 0 })).toEqual({ b: { c: 2 }, l: [{ e: 1 }] });
        expect(await project({ _id: 0, b: 0, 'l.f': 0 })).toEqual({ a: 1, l: [{ e: 1 }] });
        expect(await codeOf(project({ a: 1, b: 0 }))).toBe(31254);
      });

      test('pages through a large result', async () => {
        await rows.insertMany(Array.from({ length: 1000 }, (_, x) => ({ x })));
        const cursor = rows.find({ x: { $gte: 100 } }, { batchSize: 70 }).sort({ x: 1 });
        expect((await cursor.toArray()).map((row): unknown => row['x'])).toEqual(
          Array.from({ length: 900 }, (_, i) => i + 100),
        );
        expect(
          (await rows.find().sort({ x: -1 }).skip(10).limit(3).toArray()).map((row): unknown => row['x']),
        ).toEqual([989, 988, 987]);
        expect((await rows.find().batchSize(33).toArray()).length).toBe(1000);
      });

      test('counts and lists distinct values', async () => {
        await rows.insertMany([{ x: 1, t: ['a', 'b'] }, { x: 1, t: ['b'] }, { x: 2 }]);
        expect(await rows.countDocuments({ x: 1 })).toBe(2);
        expect(await rows.countDocuments({ x: 1 }, { limit: 1 })).toBe(1);
        expect(await rows.estimatedDocumentCount()).toBe(3);
        expect(await rows.distinct('x')).toEqual([1, 2]);
        expect(await rows.distinct('t', { x: 1 })).toEqual(['a', 'b']);
      });

      test('deletes one or all', async () => {
        await rows.insertMany([{ x: 1 }, { x: 1 }, { x: 2 }]);
        expect((await rows.deleteOne({ x: 1 })).deletedCount).toBe(1);
        expect((await rows.deleteMany({})).deletedCount).toBe(2);
        expect(await rows.countDocuments()).toBe(0);
      });
    });

    describe('order', () => {
      const mixed = [
        null,
        -1,
        2,
        Long.fromNumber(3),
        3.5,
        'A',
        'a',
        'ă',
        { a: 1 },
        new Binary(Buffer.from('b')),
        new ObjectId(),
        false,
        true,
        new Date(0),
      ];

      for (const indexed of [false, true]) {
        const how = indexed ? 'from an index' : 'without an index';
        test(`sorts values of all types ${how}`, async () => {
          if (indexed) await rows.createIndex({ v: 1 });
          await rows.insertMany(mixed.map((v, i) => ({ v, i })).reverse());
          const order = (direction: 1 | -1): Promise<unknown[]> =>
            rows
              .find()
              .sort({ v: direction })
              .toArray()
              .then((found) => found.map((row): unknown => row['i']));
          expect(await order(1)).toEqual(mixed.map((_, i) => i));
          expect(await order(-1)).toEqual(mixed.map((_, i) => i).reverse());
        });

        test(`sorts by several fields and pages ${how}`, async () => {
          if (indexed) await rows.createIndex({ g: 1, x: -1 });
          await rows.insertMany(Array.from({ length: 60 }, (_, x) => ({ x, g: x % 3 })));
          const page = await rows.find({ g: 1 }).sort({ x: -1 }).skip(2).limit(3).toArray();
          expect(page.map((row): unknown => row['x'])).toEqual([52, 49, 46]);
          const all = await rows
            .find({ x: { $lt: 6 } })
            .sort({ g: -1, x: 1 })
            .toArray();
          expect(all.map((row): unknown => row['x'])).toEqual([2, 5, 1, 4, 0, 3]);
          const listed = await rows
            .find({ g: { $in: [0, 2] } })
            .sort({ x: 1 })
            .limit(4)
            .toArray();
          expect(listed.map((row): unknown => row['x'])).toEqual([0, 2, 3, 5]);
        });
      }
    });

    describe('updates', () => {
      test('applies field operators', async () => {
        await rows.insertOne({ x: 1, a: 5, gone: 1, old: 'o', l: 10 });
        await rows.updateOne(
          { x: 1 },
          {
            $set: { 'n.m': 1 },
            $inc: { a: 2, b: 1 },
            $mul: { l: 3 },
            $unset: { gone: '' },
            $rename: { old: 'fresh' },
            $min: { lo: 4 },
            $max: { x: 9 },
            $currentDate: { at: true },
          },
        );
        const { _id, at, ...row } = (await rows.findOne({})) ?? ({} as Document);
        expect(row).toEqual({ x: 9, a: 7, l: 30, n: { m: 1 }, b: 1, fresh: 'o', lo: 4 });
        expect(at).toBeInstanceOf(Date);
        expect(_id).toBeDefined();
      });

      test('applies array operators', async () => {
        await rows.insertOne({ x: 1, l: [3, 1], s: ['a'], p: [1, 2, 3, 2], q: [{ k: 1 }, { k: 2 }] });
        const row = await rows.findOneAndUpdate(
          { x: 1 },
          change({
            $push: { l: { $each: [2], $sort: 1, $slice: -2 } },
            $addToSet: { s: { $each: ['a', 'b'] } },
            $pull: { p: 2, q: { k: { $gte: 2 } } },
          }),
          { returnDocument: 'after' },
        );
        expect(row).toMatchObject({ l: [2, 3], s: ['a', 'b'], p: [1, 3], q: [{ k: 1 }] });
        await rows.updateOne(
          { x: 1 },
          change({ $push: { l: { $each: [9], $position: 0 } }, $pop: { p: -1 }, $pullAll: { s: ['a'] } }),
        );
        expect(await rows.findOne({})).toMatchObject({ l: [9, 2, 3], p: [3], s: ['b'] });
      });

      test('updates the matched element, all elements and filtered elements', async () => {
        await rows.insertOne({
          x: 1,
          e: [
            { id: 1, n: 0 },
            { id: 2, n: 0 },
            { id: 3, n: 0 },
          ],
        });
        await rows.updateOne({ x: 1, 'e.id': 2 }, { $set: { 'e.$.n': 5 } });
        await rows.updateOne({ x: 1 }, { $inc: { 'e.$[].n': 1 } });
        await rows.updateOne(
          { x: 1 },
          { $set: { 'e.$[big].m': true } },
          { arrayFilters: [{ 'big.id': { $gte: 2 } }] },
        );
        expect((await rows.findOne({}))?.['e']).toEqual([
          { id: 1, n: 1 },
          { id: 2, n: 6, m: true },
          { id: 3, n: 1, m: true },
        ]);
      });

      test('says how many matched and how many changed', async () => {
        await rows.insertMany([
          { x: 1, y: 1 },
          { x: 1, y: 2 },
        ]);
        expect(await rows.updateMany({ x: 1 }, { $set: { y: 2 } })).toMatchObject({
          matchedCount: 2,
          modifiedCount: 1,
        });
        expect(await rows.updateOne({ x: 9 }, { $set: { y: 2 } })).toMatchObject({
          matchedCount: 0,
          modifiedCount: 0,
        });
      });

      test('inserts by upsert with the fields of the filter', async () => {
        const done = await rows.updateOne(
          { x: 1, 'o.p': 2, z: { $gt: 5 } },
          { $set: { y: 3 }, $setOnInsert: { n: 0 } },
          { upsert: true },
        );
        expect(done.upsertedCount).toBe(1);
        await rows.updateOne({ x: 1 }, { $set: { y: 4 }, $setOnInsert: { n: 9 } }, { upsert: true });
        expect(await rows.find({}, { projection: { _id: 0 } }).toArray()).toEqual([
          { x: 1, o: { p: 2 }, y: 4, n: 0 },
        ]);
      });

      test('replaces a document and keeps its _id', async () => {
        const { insertedId } = await rows.insertOne({ x: 1, y: 2 });
        await rows.replaceOne({ x: 1 }, { z: 3 });
        expect(await rows.find().toArray()).toEqual([{ _id: insertedId, z: 3 }]);
      });

      test('finds and changes one document, before or after', async () => {
        await rows.insertMany([
          { x: 1, s: 'w' },
          { x: 2, s: 'w' },
        ]);
        const before = await rows.findOneAndUpdate({ s: 'w' }, { $set: { s: 'd' } }, { sort: { x: -1 } });
        expect(before).toMatchObject({ x: 2, s: 'w' });
        const after = await rows.findOneAndUpdate(
          { s: 'w' },
          { $set: { s: 'd' } },
          { returnDocument: 'after', projection: { _id: 0 } },
        );
        expect(after).toEqual({ x: 1, s: 'd' });
        expect(await rows.findOneAndUpdate({ s: 'w' }, { $set: { s: 'd' } })).toBeNull();
        expect(await rows.findOneAndDelete({ x: 1 })).toMatchObject({ x: 1 });
        expect(await rows.countDocuments()).toBe(1);
        const made = await rows.findOneAndUpdate(
          { x: 7 },
          { $inc: { n: 1 } },
          { upsert: true, returnDocument: 'after' },
        );
        expect(made).toMatchObject({ x: 7, n: 1 });
      });
    });

    describe('indexes', () => {
      test('a unique index refuses a second one with the same key and says which', async () => {
        await rows.createIndex({ code: 1 }, { unique: true });
        await rows.insertOne({ code: 'a' });
        const error: unknown = await rows.insertOne({ code: 'a' }).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 11000, keyPattern: { code: 1 }, keyValue: { code: 'a' } });
        expect(await codeOf(rows.updateOne({ code: 'b' }, { $set: { code: 'a' } }, { upsert: true }))).toBe(
          11000,
        );
        await rows.insertOne({ x: 1 });
        expect(await codeOf(rows.insertOne({ x: 2 }))).toBe(11000);
        expect(await rows.countDocuments()).toBe(2);
      });

      test('a failed update of a unique key changes nothing', async () => {
        await rows.createIndex({ code: 1 }, { unique: true });
        await rows.insertMany([{ code: 'a' }, { code: 'b', y: 1 }]);
        expect(await codeOf(rows.updateOne({ code: 'b' }, { $set: { code: 'a', y: 2 } }))).toBe(11000);
        expect(await rows.findOne({ code: 'b' })).toMatchObject({ y: 1 });
        expect(await rows.countDocuments({ code: 'a' })).toBe(1);
      });

      test('numbers of different width are one key', async () => {
        await rows.createIndex({ n: 1 }, { unique: true });
        await rows.insertOne({ n: 5 });
        expect(await codeOf(rows.insertOne({ n: Long.fromNumber(5) }))).toBe(11000);
        expect(await codeOf(rows.insertOne({ n: new Double(5) }))).toBe(11000);
        expect(await rows.countDocuments({ n: new Double(5) })).toBe(1);
      });

      test('a sparse unique index leaves out documents without the field', async () => {
        await rows.createIndex({ code: 1 }, { unique: true, sparse: true });
        await rows.insertMany([{ x: 1 }, { x: 2 }, { x: 3, code: 'a' }]);
        expect(await codeOf(rows.insertOne({ code: 'a' }))).toBe(11000);
        expect(await rows.countDocuments({ code: null })).toBe(2);
        expect(await rows.find().sort({ code: 1 }).toArray()).toHaveLength(3);
      });

      test('a partial unique index counts only the documents of its filter', async () => {
        await rows.createIndex({ owner: 1 }, { unique: true, partialFilterExpression: { state: 'open' } });
        await rows.insertMany([
          { owner: 1, state: 'open' },
          { owner: 1, state: 'shut' },
          { owner: 1, state: 'shut' },
        ]);
        expect(await codeOf(rows.insertOne({ owner: 1, state: 'open' }))).toBe(11000);
        expect(await rows.countDocuments({ owner: 1 })).toBe(3);
        expect(await rows.countDocuments({ owner: 1, state: 'open' })).toBe(1);
        await rows.updateOne({ owner: 1, state: 'open' }, { $set: { state: 'shut' } });
        await rows.insertOne({ owner: 1, state: 'open' });
      });

      test('an index over an array finds each element', async () => {
        await rows.createIndex({ tags: 1 });
        await rows.insertMany([
          { x: 1, tags: ['a', 'b', 'a'] },
          { x: 2, tags: ['b'] },
          { x: 3, tags: [] },
          { x: 4 },
        ]);
        expect(await xs({ tags: 'b' })).toEqual([1, 2]);
        expect(await xs({ tags: { $in: ['a', 'b'] } })).toEqual([1, 2]);
        expect(await xs({ tags: null })).toEqual([4]);
        expect(await xs({ tags: { $gte: 'a' } })).toEqual([1, 2]);
        await rows.updateOne({ x: 1 }, change({ $pull: { tags: 'b' } }));
        expect(await xs({ tags: 'b' })).toEqual([2]);
      });

      test('keys longer than an index page still work', async () => {
        await rows.createIndex({ text: 1 }, { unique: true });
        const long = 'câu hỏi '.repeat(900);
        await rows.insertMany([
          { x: 1, text: `${long}1` },
          { x: 2, text: `${long}2` },
        ]);
        expect(await codeOf(rows.insertOne({ text: `${long}1` }))).toBe(11000);
        expect(await xs({ text: `${long}2` })).toEqual([2]);
        expect(await xs({ text: { $gt: `${long}1` } })).toEqual([2]);
        expect(await xs({}, { text: -1 })).toEqual([2, 1]);
      });

      test('lists, keeps and drops indexes', async () => {
        await rows.createIndex({ a: 1, b: -1 }, { name: 'ab' });
        expect(await rows.createIndex({ a: 1, b: -1 }, { name: 'ab' })).toBe('ab');
        await rows.createIndex({ at: 1 }, { expireAfterSeconds: 3600 });
        const listed = await rows.indexes();
        expect(listed.map((index) => index.name)).toEqual(['_id_', 'ab', 'at_1']);
        expect(listed[2]).toMatchObject({ key: { at: 1 }, expireAfterSeconds: 3600 });
        await rows.dropIndex('ab');
        expect(await rows.indexExists('ab')).toBe(false);
      });

      test('refuses an index that differs from one there is', async () => {
        await rows.createIndex({ a: 1 }, { name: 'n' });
        expect(await codeOf(rows.createIndex({ b: 1 }, { name: 'n' }))).toBe(86);
        expect(await codeOf(rows.createIndex({ a: 1 }, { name: 'm' }))).toBe(85);
        expect(await codeOf(rows.dropIndex('zzz'))).toBe(27);
      });

      test('a unique index is not made over documents that break it', async () => {
        await rows.insertMany([{ a: 1 }, { a: 1 }]);
        expect(await codeOf(rows.createIndex({ a: 1 }, { unique: true }))).toBe(11000);
        expect((await rows.indexes()).length).toBe(1);
      });
    });

    describe('many at once', () => {
      test('an ordered bulk write stops at the first error, an unordered one goes on', async () => {
        await rows.createIndex({ x: 1 }, { unique: true });
        const operations = [1, 1, 2].map((x) => ({ insertOne: { document: { x } } }));
        const ordered: unknown = await rows.bulkWrite(operations).catch((reason: unknown) => reason);
        expect(ordered).toMatchObject({ code: 11000, insertedCount: 1 });
        const unordered: unknown = await rows
          .bulkWrite([...operations.slice(1), { insertOne: { document: { x: 3 } } }], { ordered: false })
          .catch((reason: unknown) => reason);
        expect(unordered).toMatchObject({ code: 11000, insertedCount: 2 });
        expect(await xs({}, { x: 1 })).toEqual([1, 2, 3]);
      });

      test('a bulk write mixes all kinds', async () => {
        await rows.insertMany([{ x: 1 }, { x: 2 }, { x: 3 }]);
        const done = await rows.bulkWrite([
          { updateOne: { filter: { x: 1 }, update: { $set: { y: 1 } } } },
          { updateMany: { filter: { x: { $gt: 1 } }, update: { $set: { y: 2 } } } },
          { updateOne: { filter: { x: 9 }, update: { $set: { y: 9 } }, upsert: true } },
          { deleteOne: { filter: { x: 3 } } },
          { replaceOne: { filter: { x: 2 }, replacement: { x: 22 } } },
        ]);
        expect(done).toMatchObject({ matchedCount: 4, modifiedCount: 4, upsertedCount: 1, deletedCount: 1 });
        expect(await xs({}, { x: 1 })).toEqual([1, 9, 22]);
      });

      test('of many that claim one document each gets another', async () => {
        await rows.insertMany(Array.from({ length: 30 }, (_, x) => ({ x, free: true })));
        const claims = await Promise.all(
          Array.from({ length: 40 }, () =>
            rows.findOneAndUpdate({ free: true }, { $set: { free: false } }, { sort: { x: 1 } }),
          ),
        );
        const got = claims.filter((row) => row !== null).map((row) => Number(row['x']));
        expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, x) => x));
      });

      test('a counter has no gaps and no doubles', async () => {
        await rows.insertOne({ _id: new ObjectId('65a000000000000000000002'), n: 0 });
        const numbers = await Promise.all(
          Array.from({ length: 50 }, () =>
            rows.findOneAndUpdate({}, { $inc: { n: 1 } }, { returnDocument: 'after' }),
          ),
        );
        expect(numbers.map((row) => Number(row?.['n'])).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: 50 }, (_, i) => i + 1),
        );
      });

      test('of many that insert one key exactly one succeeds', async () => {
        await rows.createIndex({ key: 1 }, { unique: true });
        const tries = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) => rows.insertOne({ key: 'k', i })),
        );
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await rows.countDocuments()).toBe(1);
      });

      test('a write is seen by the read that follows it', async () => {
        for (let x = 0; x < 30; x++) {
          await rows.insertOne({ x });
          expect(await rows.countDocuments({ x })).toBe(1);
        }
      });
    });

    describe('aggregation', () => {
      const at = (day: number): Date => new Date(Date.UTC(2026, 0, day, 20));

      beforeEach(async () => {
        await rows.insertMany([
          { x: 1, g: 'a', n: 10, at: at(1), tags: ['p', 'q'] },
          { x: 2, g: 'a', n: 20, at: at(1), tags: ['p'] },
          { x: 3, g: 'b', n: 5, at: at(2), tags: [] },
          { x: 4, n: 1.5, at: at(3) },
        ]);
      });
      const aggregate = (...pipeline: Row[]): Promise<Row[]> => rows.aggregate<Row>(pipeline).toArray();

      test('matches, groups and sorts', async () => {
        expect(
          await aggregate(
            { $match: { x: { $lt: 9 } } },
            {
              $group: {
                _id: '$g',
                count: { $sum: 1 },
                sum: { $sum: '$n' },
                avg: { $avg: '$n' },
                first: { $first: '$x' },
                max: { $max: '$n' },
              },
            },
            { $sort: { _id: 1 } },
          ),
        ).toEqual([
          { _id: null, count: 1, sum: 1.5, avg: 1.5, first: 4, max: 1.5 },
          { _id: 'a', count: 2, sum: 30, avg: 15, first: 1, max: 20 },
          { _id: 'b', count: 1, sum: 5, avg: 5, first: 3, max: 5 },
        ]);
      });

      test('counts', async () => {
        expect(await aggregate({ $match: { g: 'a' } }, { $count: 'total' })).toEqual([{ total: 2 }]);
        expect(
          await aggregate({ $match: { n: { $gte: 5 } } }, { $group: { _id: null, n: { $sum: 1 } } }),
        ).toEqual([{ _id: null, n: 3 }]);
      });

      test('gives no document for a count of nothing', async () => {
        expect(await aggregate({ $match: { g: 'zzz' } }, { $count: 'total' })).toEqual([]);
        expect(await rows.countDocuments({ g: 'zzz' })).toBe(0);
      });

      test('groups by the day in Vietnam', async () => {
        const day = { $dateToString: { date: '$at', format: '%Y-%m-%d', timezone: 'Asia/Ho_Chi_Minh' } };
        expect(await aggregate({ $group: { _id: day, n: { $sum: 1 } } }, { $sort: { _id: 1 } })).toEqual([
          { _id: '2026-01-02', n: 2 },
          { _id: '2026-01-03', n: 1 },
          { _id: '2026-01-04', n: 1 },
        ]);
      });

      test('sums on a condition', async () => {
        const big = { $sum: { $cond: [{ $gte: ['$n', 10] }, 1, 0] } };
        expect(await aggregate({ $group: { _id: null, big, all: { $sum: 1 } } })).toEqual([
          { _id: null, big: 2, all: 4 },
        ]);
      });

      test('opens arrays, pages and projects', async () => {
        expect(
          await aggregate(
            { $unwind: '$tags' },
            { $group: { _id: '$tags', n: { $sum: 1 } } },
            { $sort: { n: -1, _id: 1 } },
          ),
        ).toEqual([
          { _id: 'p', n: 2 },
          { _id: 'q', n: 1 },
        ]);
        expect(
          await aggregate(
            { $sort: { x: -1 } },
            { $skip: 1 },
            { $limit: 2 },
            { $project: { _id: 0, x: 1, double: { $multiply: ['$n', 2] } } },
          ),
        ).toEqual([
          { x: 3, double: 10 },
          { x: 2, double: 40 },
        ]);
        expect(
          await aggregate({
            $facet: {
              all: [{ $count: 'n' }],
              top: [{ $sort: { n: -1 } }, { $limit: 1 }, { $project: { _id: 0, x: 1 } }],
            },
          }),
        ).toEqual([{ all: [{ n: 4 }], top: [{ x: 2 }] }]);
      });
    });

    describe('refusals', () => {
      test('an unknown command is error 59', async () => {
        expect(await codeOf(db.command({ noSuchCommand: 1 }))).toBe(59);
      });

      test('unknown operators and stages are errors', async () => {
        await rows.insertOne({ x: 1 });
        expect(await codeOf(rows.find({ x: { $bogus: 1 } }).toArray())).toBe(2);
        expect(await codeOf(rows.find({ $bogus: 1 }).toArray())).toBe(2);
        expect(await codeOf(rows.updateOne({}, { $bogus: { x: 1 } }))).toBe(9);
        expect(await codeOf(rows.aggregate([{ $bogus: 1 }]).toArray())).toBe(40324);
      });

      test('conflicting and impossible updates are errors that change nothing', async () => {
        await rows.insertOne({ x: 1, s: 'a' });
        expect(await codeOf(rows.updateOne({}, { $set: { x: 2 }, $inc: { x: 1 } }))).toBe(40);
        expect(await codeOf(rows.updateOne({}, { $set: { _id: new ObjectId() } }))).toBe(66);
        expect(await codeOf(rows.updateOne({}, { $inc: { s: 1 } }))).toBe(14);
        expect(await codeOf(rows.updateOne({}, { $push: { s: 1 } } as Row))).toBe(2);
        expect(await codeOf(rows.updateOne({}, { $set: { 's.t': 1 } }))).toBe(28);
        expect(await rows.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ x: 1, s: 'a' }]);
      });

      test('a collection that exists is not created again, one that does not has no indexes', async () => {
        await db.createCollection(rows.collectionName);
        expect(await codeOf(db.command({ create: rows.collectionName, capped: false }))).toSatisfy(
          (code) => code === 48 || code === undefined,
        );
        expect(await codeOf(db.command({ listIndexes: 'nowhere' }))).toBe(26);
        expect(await codeOf(db.command({ dropIndexes: 'nowhere', index: '*' }))).toBe(26);
      });

      test('a cursor that was closed is not found', async () => {
        expect(await codeOf(db.command({ getMore: Long.fromNumber(123456789), collection: 'rows' }))).toBe(
          43,
        );
      });

      test('a second document with the same _id is refused', async () => {
        await rows.insertOne({ _id: new ObjectId('65a000000000000000000003') });
        expect(await codeOf(rows.insertOne({ _id: new ObjectId('65a000000000000000000003') }))).toBe(11000);
      });
    });
  });
}
