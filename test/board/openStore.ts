import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { connectStore } from '../../src/store/connect.js';

export type TestStore = {
  /** A new, empty database on the one connection. */
  database(): Connection;
  close(): Promise<void>;
};

/** The server that MONGODB_URI names, or an embedded store in a folder of its own. */
export async function openStore(): Promise<TestStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'groups-'));
  const mongodbUri = process.env['MONGODB_URI'];
  const store = await connectStore({
    ...(mongodbUri ? { mongodbUri } : {}),
    dataDir,
    onWarning: () => undefined,
  });
  const opened: Connection[] = [];
  return {
    database() {
      const database = store.connection.useDb(`groups-${randomUUID()}`);
      opened.push(database);
      return database;
    },
    async close() {
      if (mongodbUri) for (const database of opened) await database.dropDatabase();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
