import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
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
      const dbName = `services-${randomUUID()}`;
      const options = {
        dbName,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        ignoreUndefined: true,
      };
      const connection = await mongoose.createConnection(store.uri, options).asPromise();
      opened.push(connection);
      return connection;
    },
    async close() {
      for (const connection of opened) {
        await connection.dropDatabase();
        await connection.close();
      }
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
