import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectId, type Collection } from 'mongodb';
import { openStore, type OpenStore } from './openStore.js';

const ROWS = 3000;

describe('how many documents a query looks at', () => {
  let open: OpenStore;
  let rows: Collection;
  beforeAll(async () => {
    open = await openStore();
    rows = open.db.collection('rows');
    await rows.createIndex({ code: 1 }, { unique: true });
    await rows.createIndex({ state: 1, at: 1 });
    await rows.createIndex({ 'owner.id': 1 });
    await rows.createIndex({ n: -1 }, { partialFilterExpression: { state: 'open' } });
    await rows.createIndex({ tags: 1 });
    await rows.insertMany(
      Array.from({ length: ROWS }, (_, i) => ({
        code: `c${i}`,
        state: i % 3 === 0 ? 'open' : 'shut',
        n: i,
        at: new Date(i * 1000),
        owner: { id: `o${i % 100}` },
        tags: [`t${i % 50}`, `u${i % 70}`],
      })),
    );
  });
  afterAll(() => open.close());

  /** Documents that were read while `work` ran. */
  const examined = async (work: () => Promise<unknown>): Promise<number> => {
    const before = open.store.stats.examined;
    await work();
    return open.store.stats.examined - before;
  };

  it('one for equality on a unique index and on _id', async () => {
    const { _id } = (await rows.findOne({ code: 'c7' })) ?? { _id: new ObjectId() };
    expect(await examined(() => rows.findOne({ code: 'c2000' }))).toBe(1);
    expect(await examined(() => rows.findOne({ _id }))).toBe(1);
    expect(await examined(() => rows.updateOne({ code: 'c2000' }, { $set: { state: 'shut' } }))).toBe(1);
    expect(await examined(() => rows.findOneAndUpdate({ _id }, { $set: { n: 7 } }))).toBe(1);
  });

  it('only the matching ones for equality and lists on an index', async () => {
    expect(await examined(() => rows.find({ 'owner.id': 'o5' }).toArray())).toBe(ROWS / 100);
    expect(await examined(() => rows.find({ code: { $in: ['c1', 'c2', 'none'] } }).toArray())).toBe(2);
    expect(await examined(() => rows.find({ tags: 't3' }).toArray())).toBe(ROWS / 50);
    expect(await examined(() => rows.find({ $or: [{ code: 'c1' }, { 'owner.id': 'o9' }] }).toArray())).toBe(
      1 + ROWS / 100,
    );
  });

  it('only the range, after equality too', async () => {
    expect(
      await examined(() =>
        rows.find({ state: 'open', at: { $gte: new Date(0), $lt: new Date(30_000) } }).toArray(),
      ),
    ).toBe(10);
    expect(await examined(() => rows.find({ state: 'open', n: { $gt: 2900 } }).toArray())).toBeLessThan(40);
  });

  it('a page for a sort that an index has, forwards and backwards', async () => {
    expect(await examined(() => rows.find({ state: 'open' }).sort({ at: -1 }).limit(20).toArray())).toBe(20);
    expect(await examined(() => rows.find({ state: 'open' }).sort({ at: 1 }).limit(20).toArray())).toBe(20);
    expect(
      await examined(() =>
        rows
          .find({ state: { $in: ['open', 'shut'] } })
          .sort({ at: 1 })
          .limit(20)
          .toArray(),
      ),
    ).toBeLessThan(25);
    expect(await examined(() => rows.find().sort({ code: 1 }).limit(5).toArray())).toBe(5);
  });

  it('none for a count that the index answers alone', async () => {
    expect(
      await examined(async () => expect(await rows.countDocuments({ state: 'open' })).toBe(ROWS / 3)),
    ).toBe(0);
    expect(await examined(async () => expect(await rows.countDocuments()).toBe(ROWS))).toBe(0);
  });

  it('the same plan when the collection has grown by other rows', async () => {
    const before = await examined(() => rows.findOneAndUpdate({ code: 'c1' }, { $set: { n: -1 } }));
    await rows.insertMany(
      Array.from({ length: 500 }, (_, i) => ({
        code: `d${i}`,
        state: 'shut',
        n: i,
        at: new Date(i),
        owner: { id: 'x' },
        tags: [],
      })),
    );
    expect(await examined(() => rows.findOneAndUpdate({ code: 'c1' }, { $set: { n: -2 } }))).toBe(before);
    await rows.deleteMany({ 'owner.id': 'x' });
  });
});
