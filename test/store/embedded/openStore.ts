import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import {
  startEmbeddedStore,
  type EmbeddedStore,
  type EmbeddedStoreOptions,
} from '../../../src/store/embedded/startEmbeddedStore.js';

export type OpenStore = {
  store: EmbeddedStore;
  client: MongoClient;
  db: Db;
  dir: string;
  close(): Promise<void>;
};

/** A store in a temporary folder with a driver connected to it. */
export async function openStore(options: Partial<EmbeddedStoreOptions> = {}): Promise<OpenStore> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'store-test-'));
  const store = await startEmbeddedStore({ dir, ...options });
  const client = await MongoClient.connect(store.uri, { serverSelectionTimeoutMS: 2000 });
  return {
    store,
    client,
    db: client.db('test'),
    dir,
    async close() {
      await client.close();
      await store.close();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}
