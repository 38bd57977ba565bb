import { randomUUID } from 'node:crypto';
import { createApp } from '../../src/app.js';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { createLog } from '../../src/log.js';
import { formatCode } from '../../src/domain/questionCode.js';
import type { Question } from '../../src/domain/question.js';
import { connectStore } from '../../src/store/connect.js';

const ONCE = ['submit', 'approve', 'route', 'answer', 'acceptAnswer'] as const;
const LISTED = 5;

/**
 * What the store says against the promises, read by the product's own services after the bot has ended: numbers
 * without gaps, each decision once, every update worked, nothing left to be said.
 */
export async function checkStore(
  settings: Record<string, string>,
  dataDir: string,
  expected: { questions: number; updates: readonly number[] },
): Promise<string[]> {
  return [
    ...(await checkQuestions(settings, dataDir, expected.questions)),
    ...(await checkQueues(dataDir, expected.updates)),
  ];
}

async function checkQuestions(
  settings: Record<string, string>,
  dataDir: string,
  count: number,
): Promise<string[]> {
  const config = readConfig({ ...settings, DATA_DIR: dataDir });
  // Put together but not started: it reads and hears nothing.
  const app = await createApp({
    config,
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    log: createLog('error'),
    ticks: 'off',
  });
  try {
    const { ledger } = app.services;
    const year = new Date().getUTCFullYear();
    const faults: string[] = [];
    for (let number = 1; number <= count; number++) {
      const code = formatCode(year, number);
      const question = await ledger.byCode(code);
      if (question) faults.push(...eventFaults(question));
      else faults.push(`${code} is not in the ledger`);
    }
    if (await ledger.byCode(formatCode(year, count + 1)))
      faults.push(`more than ${count} questions are in the ledger`);
    return few(faults);
  } finally {
    await app.stop();
  }
}

function eventFaults({ code, stage, events }: Question): string[] {
  const wrong = ONCE.filter((action) => events.filter((event) => event.action === action).length !== 1);
  return [
    ...wrong.map(
      (action) =>
        `${code} has ${events.filter((event) => event.action === action).length} events of ${action}`,
    ),
    ...(events.length === ONCE.length
      ? []
      : [`${code} has ${events.length} events: ${events.map((event) => event.action).join(', ')}`]),
    ...(stage === 'published' ? [] : [`${code} ended as ${stage}`]),
  ];
}

async function checkQueues(dataDir: string, updates: readonly number[]): Promise<string[]> {
  const store = await connectStore({ dataDir, onWarning: () => undefined });
  try {
    const inbox = store.connection.collection<{ _id: string; state: string }>('inbox');
    const outbox = store.connection.collection<{ _id: string; state: string }>('outbox');
    const done = new Set((await inbox.find({ state: 'done' }).toArray()).map(({ _id }) => _id));
    const notDone = updates.filter((id) => !done.has(`telegram:${id}`));
    const left = await outbox.find({ state: { $in: ['timed', 'waiting', 'aside'] } }).toArray();
    return few([
      ...notDone.map((id) => `update ${id} was not worked`),
      ...left.map(({ _id, state }) => `a message is left ${state}: ${_id}`),
    ]);
  } finally {
    await store.close();
  }
}

function few(faults: readonly string[]): string[] {
  return faults.length <= LISTED
    ? [...faults]
    : [...faults.slice(0, LISTED), `… and ${faults.length - LISTED} more`];
}
