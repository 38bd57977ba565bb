/** A store for a test file: a database of its own on the server that MONGODB_URI names, or an embedded one. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectStore, type Store } from '../../src/store/connect.js';
import { startEmbeddedStore } from '../../src/store/embedded/startEmbeddedStore.js';

export type TestStore = Store & {
  /** Takes everything out, so that tests do not see one another. */
  empty(): Promise<void>;
};

export async function openDeliveryStore(): Promise<TestStore> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'delivery-'));
  const mongodbUri = process.env['MONGODB_URI'];
  const store = await connectStore({
    ...(mongodbUri === undefined ? {} : { mongodbUri }),
    dataDir,
    database: `delivery-${randomUUID().slice(0, 8)}`,
    onWarning: () => undefined,
  });
  const names = ['inbox', 'outbox', 'slots', 'chats', 'leases', 'broadcasts'];
  return {
    ...store,
    async empty() {
      for (const name of names) await store.connection.collection(name).deleteMany({});
    },
    async close() {
      if (mongodbUri !== undefined) await store.connection.dropDatabase();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The address of a server for tests that stand between it and the driver. */
export async function startDeliveryServer(): Promise<{ uri: string; close(): Promise<void> }> {
  const uri = process.env['MONGODB_URI'];
  if (uri !== undefined) return { uri, close: async () => undefined };
  const dir = await mkdtemp(path.join(tmpdir(), 'delivery-'));
  const server = await startEmbeddedStore({ dir });
  return {
    uri: server.uri,
    async close() {
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
