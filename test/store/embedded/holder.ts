import { startEmbeddedStore } from '../../../src/store/embedded/startEmbeddedStore.js';

/** Opens the store in the folder it is given and holds it until it is killed. */
await startEmbeddedStore({ dir: process.argv[2] ?? '' });
process.stdout.write('held\n');
setInterval(() => undefined, 1000);
