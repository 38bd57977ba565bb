import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { createTexts } from '../../src/bot/texts.js';
import { createManualClock, type ManualClock } from '../../src/clock.js';
import { startTown, type Town, type TownOptions } from '../../simulator/startTown.js';
import type { ChatHandle } from '../../simulator/telegram/createChatHandle.js';

/** A Tuesday morning in the week of the first Saturday of December 2026. */
export const TUESDAY = new Date('2026-12-01T01:30:00Z');

const texts = createTexts();

/** What the bot says or writes on a button, in Vietnamese unless told. */
export const words = (key: string, lang: 'vi' | 'en' = 'vi'): string => texts.plain({ key }, lang);

export type TestTown = Town & {
  clock: ManualClock;
  does(chat: ChatHandle, ...steps: string[]): Promise<void>;
};

/** A town on a clock that stands still, and on the server of MONGODB_URI (a database of its own) if there is one. */
export async function startTestTown(options: Partial<TownOptions> = {}): Promise<TestTown> {
  const clock = createManualClock(TUESDAY);
  const mongodbUri = options.mongodbUri ?? process.env['MONGODB_URI'];
  const database = options.database ?? `test-${randomBytes(6).toString('hex')}`;
  const town = await startTown({ clock, hears: 'webhook', mongodbUri, database, ...options });
  return {
    ...town,
    get app() {
      return town.app;
    },
    clock,
    /** Steps in a chat, one after the other: `!words` presses the newest button with these words on it. */
    async does(chat, ...steps) {
      for (const step of steps) {
        if (step.startsWith('!')) chat.presses(step.slice(1));
        else chat.says(step);
        await town.settled();
      }
    },
    async close() {
      await town.close();
      if (process.env['MONGODB_URI'] && mongodbUri) await drop(mongodbUri, database);
    },
  };
}

type Answers = Partial<Record<'name' | 'place' | 'address' | 'phone', string>>;

/** The steps of a citizen's ask flow, from /ask to sending. */
function askSteps(content: string, answers: Answers = {}): string[] {
  const yes = `!${words('common:yes.label')}`;
  return [
    '/ask',
    `!${words('ask:go.label')}`,
    yes,
    yes,
    `!${words('common:no.label')}`,
    `!${words('ask:kind.citizen')}`,
    answers.name ?? 'Nguyễn Thị Lan',
    answers.place ?? 'phường rạch giá',
    answers.address ?? '12 Trần Phú',
    `!${words('common:nav.skip.label')}`,
    answers.phone ?? '0912 345 678',
    'xây dựng',
    content,
    `!${words('common:nav.done.label')}`,
    `!${words('ask:summary.send.label')}`,
  ];
}

/** The whole ask flow of a citizen; gives the code. */
export async function asks(
  town: TestTown,
  chat: ChatHandle,
  content: string,
  answers: Answers = {},
): Promise<string> {
  await town.does(chat, ...askSteps(content, answers));
  return codeIn(chat);
}

/** Several citizens ask at the same time, step by step; gives their codes. */
export async function askTogether(
  town: TestTown,
  chats: readonly ChatHandle[],
  content: string,
): Promise<string[]> {
  for (const step of askSteps(content)) {
    for (const chat of chats) {
      if (step.startsWith('!')) chat.presses(step.slice(1));
      else chat.says(step);
    }
    await town.settled();
  }
  return chats.map(codeIn);
}

/** The code that the bot told last. */
function codeIn(chat: ChatHandle): string {
  const told = chat.messages().flatMap(({ text }) => /KG-\d{4}-\d{6}/.exec(text)?.[0] ?? []);
  return told.at(-1) ?? '';
}

async function drop(uri: string, database: string): Promise<void> {
  const connection = await mongoose.createConnection(uri, { dbName: database }).asPromise();
  await connection.dropDatabase();
  await connection.close();
}
