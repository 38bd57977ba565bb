import { Decimal128, MongoServerError, type Collection, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSorter } from '../../../src/store/embedded/query/sort.js';
import { openStore, type OpenStore } from './openStore.js';

describe('what the embedded store refuses', () => {
  let open: OpenStore;
  let rows: Collection;
  beforeAll(async () => {
    open = await openStore();
    rows = open.db.collection('rows');
    await rows.insertOne({ x: 1, list: [1, 2] });
  });
  afterAll(() => open.close());

  const codeOf = async (work: Promise<unknown>): Promise<number | string | undefined> => {
    try {
      await work;
      return undefined;
    } catch (error) {
      if (error instanceof MongoServerError) return error.code;
      throw error;
    }
  };

  it('transactions (20) and change streams (40573)', async () => {
    const begin: Document = { find: 'rows', txnNumber: 1, startTransaction: true, autocommit: false };
    expect(await codeOf(open.db.command(begin))).toBe(20);
    expect(await codeOf(rows.watch().next())).toBe(40573);
  });

  it('commands it does not know (59)', async () => {
    for (const name of [
      'explain',
      'mapReduce',
      'createUser',
      'eval',
      'collMod',
      'renameCollection',
      'constructor',
    ]) {
      expect(await codeOf(open.db.command({ [name]: 1 }))).toBe(59);
    }
  });

  it('collations, text, geo and hashed indexes, and other options that would change a result', async () => {
    expect(await codeOf(rows.find({}, { collation: { locale: 'vi' } }).toArray())).toBe(2);
    expect(await codeOf(rows.updateOne({}, { $set: { x: 1 } }, { collation: { locale: 'vi' } }))).toBe(2);
    expect(await codeOf(rows.find({}, { hint: { x: 1 } }).toArray())).toBe(2);
    expect(await codeOf(rows.deleteOne({}, { hint: { x: 1 } }))).toBe(2);
    expect(await codeOf(rows.find({}, { readConcern: { level: 'snapshot' } }).toArray())).toBe(2);
    expect(await codeOf(rows.insertOne({ x: 1 }, { writeConcern: { w: 2 } }))).toBe(2);
    expect(await codeOf(rows.createIndex({ x: 'text' }))).toBe(67);
    expect(await codeOf(rows.createIndex({ x: '2dsphere' }))).toBe(67);
    expect(await codeOf(rows.find({}, { min: { x: 1 } }).toArray())).toBe(2);
    expect(await codeOf(open.db.createCollection('capped', { capped: true, size: 1000 }))).toBe(72);
    expect(await codeOf(open.db.createCollection('checked', { validator: { x: 1 } }))).toBe(72);
  });

  it('code, full-text and geo queries', async () => {
    expect(await codeOf(rows.find({ $where: 'true' }).toArray())).toBe(2);
    expect(await codeOf(rows.find({ $text: { $search: 'x' } }).toArray())).toBe(2);
    expect(await codeOf(rows.find({ x: { $near: [0, 0] } }).toArray())).toBe(2);
  });

  it('updates by a pipeline and unknown expressions', async () => {
    expect(await codeOf(rows.updateOne({}, [{ $set: { x: 2 } }]))).toBe(2);
    expect(await codeOf(rows.aggregate([{ $project: { y: { $function: {} } } }]).toArray())).toBe(168);
    expect(await codeOf(rows.aggregate([{ $group: { _id: null, y: { $stdDevPop: '$x' } } }]).toArray())).toBe(
      15952,
    );
    expect(await codeOf(rows.aggregate([{ $out: 'other' }]).toArray())).toBe(40324);
    expect(await codeOf(rows.find({}, { projection: { 'list.$': 1 } }).toArray())).toBe(2);
  });

  it('Decimal128 where it would have to be compared', async () => {
    await rows.createIndex({ money: 1 });
    expect(await codeOf(rows.insertOne({ money: Decimal128.fromString('1') }))).toBe(2);
    await rows.insertOne({ other: Decimal128.fromString('1') });
    expect(await codeOf(rows.find({ other: { $gt: 0 } }).toArray())).toBe(2);
  });

  it('a sort without an index beyond its bound (292)', () => {
    const sorter = createSorter<number>([{ path: 'x', descending: false }], undefined, 100);
    for (let i = 0; i < 100; i++) sorter.add([i], i);
    expect(() => sorter.add([100], 100)).toThrow(expect.objectContaining({ code: 292 }));
    const first = createSorter<number>([{ path: 'x', descending: true }], 3, 2000);
    for (let i = 0; i < 10_000; i++) first.add([i], i);
    expect(first.rows()).toEqual([9999, 9998, 9997]);
  });

  it('paths through a prototype', async () => {
    const pollutions: Array<() => Promise<unknown>> = [
      () => rows.updateOne({}, { $set: { '__proto__.polluted': true } }),
      () => rows.updateOne({}, { $set: { 'constructor.prototype.polluted': true } }),
      () => rows.updateOne({}, { $set: { 'a.__proto__.polluted': true } }),
      () => rows.updateOne({}, { $rename: { x: '__proto__.polluted' } }),
      () => rows.updateOne({}, { $push: { 'constructor.prototype': 1 as never } }),
      () => rows.updateOne({ 'constructor.polluted': 1 }, { $set: { y: 1 } }, { upsert: true }),
      () => rows.createIndex({ '__proto__.x': 1 }),
      () => rows.find({ '__proto__.x': 1 }).toArray(),
      () => rows.find().sort({ 'constructor.name': 1 }).toArray(),
      () => rows.distinct('__proto__.x'),
      () =>
        rows.aggregate([{ $project: { 'constructor.prototype.polluted': { $literal: true } } }]).toArray(),
    ];
    for (const work of pollutions) expect(await codeOf(work())).toBe(2);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('no pollution by a document with a field of that name', async () => {
    const sly = JSON.parse('{"_id": 77, "o": {"__proto__": {"polluted": true}, "ok": 1}}') as Document;
    await rows.insertOne(sly);
    await rows.updateOne({ 'o.ok': 1 }, { $set: { 'o.ok': 2 } });
    await rows.aggregate([{ $match: { 'o.ok': 2 } }, { $addFields: { z: '$o' } }]).toArray();
    expect(await rows.countDocuments({ 'o.ok': 2 })).toBe(1);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect('polluted' in {}).toBe(false);
  });
});
