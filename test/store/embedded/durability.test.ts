import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from './openStore.js';
import { spawnHolder } from './spawnHolder.js';

const KILLS = 12;

type Row = { key: string; n: number; tags: string[] };
type Counter = { _id: string; n: number };
type Acknowledged = { keys: Set<string>; counter: number };

/** Writes until the server is gone; notes what was acknowledged and calls `onWrite` after each. */
async function writeUntilKilled(
  uri: string,
  run: number,
  known: Acknowledged,
  onWrite: () => void,
): Promise<void> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 200, retryWrites: false });
  client.on('error', () => undefined);
  const rows = client.db('test').collection<Row>('rows');
  const counters = client.db('test').collection<Counter>('counters');
  const work = async (worker: number): Promise<void> => {
    for (let i = 0; ; i++) {
      const key = `${run}-${worker}-${i}`;
      await rows.insertOne({ key, n: i % 3, tags: [i % 2 === 0 ? 'even' : 'odd', 'all'] });
      known.keys.add(key);
      onWrite();
      if (i % 4 === 0) await rows.updateOne({ key }, { $inc: { n: 1 }, $push: { tags: 'changed' } });
      const counter = await counters.findOneAndUpdate(
        { _id: 'c' },
        { $inc: { n: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
      known.counter = Math.max(known.counter, counter?.n ?? 0);
      onWrite();
    }
  };
  // each ends with the connection
  await Promise.allSettled(Array.from({ length: 6 }, (_, worker) => work(worker)));
  await client.close();
}

describe('a kill -9 while writing', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'store-kill-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it(`loses nothing acknowledged and leaves the indexes as the documents say, ${KILLS} times over`, async () => {
    const first = await openStore({ dir });
    const setUp = first.db.collection<Row>('rows');
    await setUp.createIndexes([{ key: { key: 1 }, unique: true }, { key: { n: 1 } }, { key: { tags: 1 } }]);
    await first.close();

    const known: Acknowledged = { keys: new Set(), counter: 0 };
    let next = spawnHolder(dir);
    for (let run = 0; run < KILLS; run++) {
      const holder = next;
      const uri = await holder.open();
      if (run + 1 < KILLS) next = spawnHolder(dir); // loads while this one is written to
      let left = 5 + run * 7;
      let killed: Promise<void> | undefined;
      await writeUntilKilled(uri, run, known, () => {
        if (--left === 0) killed = holder.kill();
      });
      await killed;
    }
    expect(known.keys.size).toBeGreaterThan(KILLS * 5);

    const again = await openStore({ dir });
    const { db } = again;
    const collection = db.collection<Row>('rows');
    const rows = await collection.find().toArray();
    const kept = new Set(rows.map((row) => row.key));
    expect([...known.keys].filter((key) => !kept.has(key))).toEqual([]);
    expect((await db.collection<Counter>('counters').findOne({ _id: 'c' }))?.n).toBeGreaterThanOrEqual(
      known.counter,
    );
    // each index against the documents
    expect(await collection.estimatedDocumentCount()).toBe(rows.length);
    expect(await collection.countDocuments({ key: { $gte: '' } })).toBe(rows.length);
    for (const n of [0, 1, 2, 3])
      expect(await collection.countDocuments({ n })).toBe(rows.filter((row) => row.n === n).length);
    for (const tag of ['even', 'odd', 'changed', 'all']) {
      expect(await collection.find({ tags: tag }).toArray()).toHaveLength(
        rows.filter((row) => row.tags.includes(tag)).length,
      );
    }
    await again.close();
  }, 60_000);
});
