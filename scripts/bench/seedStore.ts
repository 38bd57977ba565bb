import type { Connection } from 'mongoose';
import { connectStore } from '../../src/store/connect.js';
import { createPeopleStore } from '../../src/store/people.js';
import { createQuestionsStore } from '../../src/store/questions.js';
import { createWordsStore } from '../../src/store/words.js';
import { seedLedger } from '../support/seedLedger.js';

const AT_ONCE = 1_000;

/** Fills an empty store with `questions` in the ledger, with the indexes of the product. */
export async function seedStore(dataDir: string, questions: number): Promise<void> {
  await inStore(dataDir, async (connection) => {
    for (const create of [createQuestionsStore, createPeopleStore, createWordsStore])
      await create(connection).ensureIndexes();
    await seedLedger(connection, { count: questions, until: new Date() });
  });
}

/** Makes everybody of `accounts` (Telegram's ids) a subscriber of all reminders. */
export async function seedSubscribers(dataDir: string, accounts: readonly number[]): Promise<void> {
  await inStore(dataDir, async (connection) => {
    const people = connection.collection<{ _id: string }>('people');
    const since = new Date();
    for (let from = 0; from < accounts.length; from += AT_ONCE)
      await people.insertMany(
        accounts.slice(from, from + AT_ONCE).map((account) => ({
          _id: `subscriber-${account}`,
          accounts: [`telegram:${account}`],
          language: 'vi',
          consents: [{ purpose: 'reminders', given: true, textVersion: '1', at: since }],
          subscription: { topics: [], since },
          subscribed: true,
        })),
      );
  });
}

async function inStore(dataDir: string, run: (connection: Connection) => Promise<void>): Promise<void> {
  const store = await connectStore({ dataDir, onWarning: () => undefined });
  try {
    await run(store.connection);
  } finally {
    await store.close();
  }
}
