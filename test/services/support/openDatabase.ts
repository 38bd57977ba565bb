import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { connectStore } from '../../../src/store/connect.js';

export type TestStore = {
  /** A new, empty database. */
  database(): Promise<Connection>;
  close(): Promise<void>;
};

/** The server that MONGODB_URI names, or an embedded store in a folder of its own; a database a test. */
export async function openTestStore(): Promise<TestStore> {
  const dir = mkdtempSync(join(tmpdir(), 'services-'));
  const named = process.env['MONGODB_URI'];
  const onWarning = (): void => undefined;
  const store = await connectStore({ ...(named ? { mongodbUri: named } : {}), dataDir: dir, onWarning });
  const opened: Connection[] = [];
  return {
    async database() {
      const database = store.connection.useDb(`services-${randomUUID()}`);
      opened.push(database);
      return database;
    },
    async close() {
      if (named) for (const database of opened) await database.dropDatabase();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
