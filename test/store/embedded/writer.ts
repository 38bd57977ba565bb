import { MongoClient } from 'mongodb';
import { startEmbeddedStore } from '../../../src/store/embedded/startEmbeddedStore.js';

/** Writes until it is killed; prints a line for each acknowledged write. Arguments: folder, number of the run. */
const [dir = '', run = '0'] = process.argv.slice(2);
const store = await startEmbeddedStore({ dir });
const client = await MongoClient.connect(store.uri);
const db = client.db('test');
const rows = db.collection<{ key: string; n: number; tags: string[] }>('rows');
const counters = db.collection<{ _id: string; n: number }>('counters');
await rows.createIndex({ key: 1 }, { unique: true });
await rows.createIndex({ n: 1 });
await rows.createIndex({ tags: 1 });

const say = (line: string): void => void process.stdout.write(`${line}\n`);

await Promise.all(
  Array.from({ length: 5 }, async (_, worker) => {
    for (let i = 0; ; i++) {
      const key = `${run}-${worker}-${i}`;
      await rows.insertOne({ key, n: i % 3, tags: [i % 2 === 0 ? 'even' : 'odd', 'all'] });
      say(`insert ${key}`);
      if (i % 4 === 0) await rows.updateOne({ key }, { $inc: { n: 1 }, $push: { tags: 'changed' } });
      const counter = await counters.findOneAndUpdate({ _id: 'c' }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' });
      say(`count ${counter?.n ?? 0}`);
    }
  }),
);
