import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, MongoServerError } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedStore } from '../../../src/store/embedded/startEmbeddedStore.js';
import { openStore } from './openStore.js';
import { spawnHolder } from './spawnHolder.js';

describe('the life of an embedded store', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'store-life-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('refuses a directory that is in use, in this process and from another', async () => {
    const store = await startEmbeddedStore({ dir });
    await expect(startEmbeddedStore({ dir })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await store.close();
    const holder = spawnHolder(dir);
    await holder.open();
    await expect(startEmbeddedStore({ dir })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await holder.kill();
    await (await startEmbeddedStore({ dir })).close();
  });

  it('lets only one of several that start at once have the directory', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => startEmbeddedStore({ dir })));
    const winners = tries.filter((one) => one.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const winner of winners) await winner.value.close();
  });

  it.skipIf(process.platform === 'win32')('lets nobody else reach its socket', async () => {
    const store = await startEmbeddedStore({ dir });
    const path = decodeURIComponent(store.uri.slice('mongodb://'.length));
    expect(path.endsWith('.sock')).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'db')).mode & 0o777).toBe(0o700);
    await store.close();
    expect(existsSync(path)).toBe(false);
  });

  it('works in a directory whose path is too long for a socket', async () => {
    const deep = join(dir, 'd'.repeat(80), 'e'.repeat(80));
    const open = await openStore({ dir: deep });
    await open.db.collection('rows').insertOne({ x: 1 });
    await expect(startEmbeddedStore({ dir: deep })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await open.close();
  });

  it('keeps documents, indexes and counts over a restart', async () => {
    const first = await openStore({ dir });
    const rows = first.db.collection('rows');
    await rows.createIndex({ x: 1 }, { unique: true, partialFilterExpression: { x: { $gt: 1 } } });
    await rows.insertMany([{ x: 1 }, { x: 1 }, { x: 2, tags: ['a'] }]);
    const indexes = await rows.indexes();
    await first.close();
    const second = await openStore({ dir });
    const again = second.db.collection('rows');
    expect(await again.indexes()).toEqual(indexes);
    expect(await again.estimatedDocumentCount()).toBe(3);
    await expect(again.insertOne({ x: 2 })).rejects.toMatchObject({ code: 11000 });
    await again.insertOne({ x: 1 });
    expect(await again.find().sort({ _id: 1 }).toArray()).toHaveLength(4);
    await second.close();
  });

  it('finishes the writes under way when it closes', async () => {
    const open = await openStore({ dir });
    const rows = open.db.collection('rows');
    await rows.createIndex({ x: 1 });
    const writes = Array.from({ length: 50 }, (_, x) =>
      rows.insertOne({ x }).then(
        () => x,
        () => undefined,
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await open.store.close();
    const done = (await Promise.all(writes)).filter((x) => x !== undefined);
    await open.client.close();
    const again = await openStore({ dir });
    const kept = new Set((await again.db.collection('rows').find().toArray()).map((row) => Number(row['x'])));
    expect(done.filter((x) => !kept.has(x))).toEqual([]);
    await again.close();
  });

  it('warns before its size limit, refuses writes at it and still deletes', async () => {
    const warnings: string[] = [];
    const open = await openStore({
      dir,
      sizeLimitBytes: 1_500_000,
      onWarning: (code) => warnings.push(code),
    });
    const rows = open.db.collection('rows');
    let error: unknown;
    for (let i = 0; i < 500 && error === undefined; i++) {
      error = await rows.insertOne({ i, text: 'x'.repeat(10_000) }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
    }
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({ code: 14031 });
    expect(warnings).toEqual(['STORE_NEARLY_FULL', 'STORE_FULL']);
    expect(open.store.mappedBytes()).toBeGreaterThanOrEqual(1_500_000);
    const before = await rows.countDocuments();
    expect((await rows.deleteMany({ i: { $gte: 10 } })).deletedCount).toBe(before - 10);
    expect(await rows.countDocuments()).toBe(10);
    await open.close();
  });

  it('removes what a TTL index has expired', async () => {
    let now = new Date('2026-11-01T00:00:00Z');
    const open = await openStore({ dir, now: () => now });
    const rows = open.db.collection('rows');
    await rows.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await open.db.collection('exact').createIndex({ until: 1 }, { expireAfterSeconds: 0 });
    await rows.insertMany([
      { x: 1, at: now },
      { x: 2, at: new Date(now.getTime() + 120_000) },
      { x: 3 },
      { x: 4, at: 'no date' },
    ]);
    await open.db.collection('exact').insertOne({ until: new Date(now.getTime() + 30_000) });
    expect(await open.store.sweepExpired()).toBe(0);
    now = new Date(now.getTime() + 61_000);
    expect(await open.store.sweepExpired()).toBe(2);
    expect((await rows.find().sort({ x: 1 }).toArray()).map((row) => Number(row['x']))).toEqual([2, 3, 4]);
    await open.close();
  });

  it('writes that nobody waits for are carried out in order', async () => {
    const store = await startEmbeddedStore({ dir });
    const client = await MongoClient.connect(store.uri, { maxPoolSize: 1 });
    const rows = client.db('test').collection('rows', { writeConcern: { w: 0 } });
    for (let x = 0; x < 20; x++) await rows.insertOne({ x });
    expect(await rows.countDocuments()).toBe(20);
    await client.close();
    await store.close();
  });

  it('hands out copies: what a caller does to a result changes nothing stored', async () => {
    const open = await openStore({ dir });
    const rows = open.db.collection('rows');
    await rows.insertOne({ x: 1, list: [1] });
    const found = await rows.findOne({ x: 1 });
    (found?.['list'] as number[]).push(2);
    expect(await rows.findOne({ x: 1 })).toMatchObject({ list: [1] });
    await open.close();
  });
});
