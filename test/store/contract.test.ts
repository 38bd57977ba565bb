import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedStore } from '../../src/store/embedded/startEmbeddedStore.js';
import { storeContract } from './contract.js';

const uri = process.env['MONGODB_URI'];

/** What the server of scripts/second-opinion.sh is known to do differently from MongoDB. */
const knownGaps: Readonly<Record<string, readonly string[]>> = {
  // it answers with a document that says 0
  secantus: ['gives no document for a count of nothing'],
};

if (uri !== undefined && uri !== '') {
  storeContract(
    'the server at MONGODB_URI',
    async () => ({ uri, close: async () => undefined }),
    knownGaps[process.env['STORE_CONTRACT_SERVER'] ?? ''],
  );
} else {
  storeContract('the embedded store', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'contract-'));
    const store = await startEmbeddedStore({ dir });
    return {
      uri: store.uri,
      async close() {
        await store.close();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  });
}
