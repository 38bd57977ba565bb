import { once } from 'node:events';
import { startEmbeddedStore } from '../../../src/store/embedded/startEmbeddedStore.js';

/**
 * Waits for a line on its standard input, opens the store in the folder it is given, prints its address and holds it
 * until it is killed.
 */
await once(process.stdin, 'data');
const store = await startEmbeddedStore({ dir: process.argv[2] ?? '' });
process.stdout.write(`${store.uri}\n`);
setInterval(() => undefined, 1000);
