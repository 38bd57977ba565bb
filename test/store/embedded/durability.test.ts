import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from './openStore.js';

const KILLS = 12;
const WRITER = new URL('./writer.ts', import.meta.url).pathname;

type Writer = { child: ChildProcess; acknowledged: Set<string>; exited: Promise<void> };

/** A process that opens the store, writes without end and says of each write that it was acknowledged. */
async function startWriter(dir: string, run: number): Promise<Writer> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, dir, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Set<string>();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      acknowledged.add(line);
      if (acknowledged.size >= 20 + run * 3) resolve();
    });
  });
  return { child, acknowledged, exited };
}

describe('a kill -9 while writing', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'store-kill-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it(`loses nothing acknowledged and leaves indexes as the documents say, ${KILLS} times over`, async () => {
    const acknowledged = new Set<string>();
    for (let run = 0; run < KILLS; run++) {
      const writer = await startWriter(dir, run);
      writer.child.kill('SIGKILL');
      await writer.exited;
      for (const line of writer.acknowledged) acknowledged.add(line);
    }
    const { db, close } = await openStore({ dir });
    const rows = await db.collection<{ key: string; n: number; tags: string[] }>('rows').find().toArray();
    const inserted = [...acknowledged].filter((line) => line.startsWith('insert '));
    const keys = new Set(rows.map((row) => `insert ${row.key}`));
    expect(inserted.filter((line) => !keys.has(line))).toEqual([]);
    const counted = [...acknowledged].filter((line) => line.startsWith('count ')).map((line) => Number(line.slice(6)));
    const counter = await db.collection<{ _id: string; n: number }>('counters').findOne({ _id: 'c' });
    expect(counter?.n).toBeGreaterThanOrEqual(Math.max(...counted));
    // each index against the documents
    const collection = db.collection('rows');
    expect(await collection.countDocuments({ key: { $gte: '' } })).toBe(rows.length);
    expect(await collection.estimatedDocumentCount()).toBe(rows.length);
    for (const n of [0, 1, 2]) expect(await collection.countDocuments({ n })).toBe(rows.filter((row) => row.n === n).length);
    for (const tag of ['even', 'odd']) {
      expect(await collection.find({ tags: tag }).toArray()).toHaveLength(rows.filter((row) => row.tags.includes(tag)).length);
    }
    await close();
  }, 60_000);
});
