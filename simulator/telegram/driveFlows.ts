import { z } from 'zod';
import { createPlan, scriptSchema, type Act } from './createPlan.js';
import type { ShownMessage } from './showMessage.js';
import type { TelegramSimulator } from './startTelegramSimulator.js';
import { summarise, type Latency } from './summarise.js';

const options = z.object({
  /** How many people, each made new and going once through the script; or the ids of some that exist. */
  users: z.union([z.number().int().positive(), z.array(z.number())]),
  script: scriptSchema,
  /** A bot's message that ends the flow. Needed with rules; with steps the message after the last one ends it. */
  done: z.string().optional(),
  concurrency: z.number().int().positive(),
  /** A flow without the expected message for so long is given up, in real milliseconds. */
  stallMs: z.number().positive().default(30_000),
});

export type DriveOptions = z.input<typeof options>;
export type DriveReport = {
  flows: number;
  finished: number;
  seconds: number;
  flowsPerSecond: number;
  /** From a person's act (the update made) to the bot's first message after it, in ms. */
  latency: Latency;
  /** The same for each step or rule. */
  steps: ({ act: string } & Latency)[];
  /** Flows given up, with what the bot said last; at most ten are listed. */
  stalled: { count: number; examples: { userId: number; at: string; lastMessage: string }[] };
};

/** The most acts one flow may take, so that a script that runs in circles comes to an end. */
const MOST_ACTS = 200;

/** Sends people through a flow of any bot, so many at once, and measures. */
export async function driveFlows(sim: TelegramSimulator, given: DriveOptions): Promise<DriveReport> {
  const { users, script, done, concurrency, stallMs } = options.parse(given);
  if (!Array.isArray(script) && done === undefined) throw new Error('rules need `done`');
  const ids = typeof users === 'number' ? sim.users(users) : [...users];
  const samples = new Map<string, number[]>();
  const heard = new Map<number, (message: ShownMessage) => void>();
  const report = { finished: 0, stalled: 0, examples: [] as DriveReport['stalled']['examples'] };
  const hear = (message: ShownMessage): void => {
    if (message.fromBot) heard.get(message.chatId)?.(message);
  };
  const off = [sim.on('message', hear), sim.on('edited', hear)];
  const plan = createPlan(script, done);

  const runOne = async (userId: number, number: number): Promise<void> => {
    const person = sim.userById(userId).private();
    const inbox: ShownMessage[] = [];
    let woken: () => void = () => undefined;
    let firstReply: (() => void) | undefined;
    const texts = new Map<number, string>();
    heard.set(userId, (message) => {
      // Taking the buttons off an old message is no reply.
      const isNews = texts.get(message.messageId) !== message.text || message.buttons.length > 0;
      texts.set(message.messageId, message.text);
      if (!isNews) return;
      firstReply?.();
      inbox.push(message);
      woken();
    });
    const follow = plan();
    let next = follow.first;
    let lastMessage = '';
    for (let acts = 0; acts < MOST_ACTS; acts++) {
      const label = labelOf(next);
      const startedAt = performance.now();
      firstReply = () => {
        firstReply = undefined;
        const list = samples.get(label);
        const took = performance.now() - startedAt;
        if (list) list.push(took);
        else samples.set(label, [took]);
      };
      inbox.length = 0;
      perform(person, next, number);
      const decided = await decide();
      if (decided === 'done') report.finished++;
      else if (decided === 'stalled') giveUp(userId, label, lastMessage);
      else {
        next = decided;
        continue;
      }
      break;
    }
    heard.delete(userId);

    async function decide(): Promise<Act | 'done' | 'stalled'> {
      const deadline = performance.now() + stallMs;
      for (;;) {
        for (let message = inbox.shift(); message; message = inbox.shift()) {
          lastMessage = message.text;
          const decided = follow.hear(message);
          if (decided) return decided;
        }
        const left = deadline - performance.now();
        if (left <= 0) return 'stalled';
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          woken = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  };

  const giveUp = (userId: number, at: string, lastMessage: string): void => {
    report.stalled++;
    if (report.examples.length < 10) report.examples.push({ userId, at, lastMessage });
  };

  const startedAt = performance.now();
  let taken = 0;
  const worker = async (): Promise<void> => {
    for (let index = taken++; index < ids.length; index = taken++) {
      const id = ids[index];
      if (id !== undefined) await runOne(id, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, ids.length) }, worker));
  } finally {
    for (const end of off) end();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    flows: ids.length,
    finished: report.finished,
    seconds,
    flowsPerSecond: report.finished / seconds,
    latency: summarise([...samples.values()].flat()),
    steps: [...samples].map(([label, list]) => ({ act: label, ...summarise(list) })),
    stalled: { count: report.stalled, examples: report.examples },
  };
}

function perform(
  person: ReturnType<ReturnType<TelegramSimulator['userById']>['private']>,
  what: Act,
  number: number,
): void {
  if ('say' in what) person.says(what.say.replaceAll('{n}', String(number)));
  else if ('press' in what) person.presses(new RegExp(what.press, 'u'));
  else person.says('/start');
}

function labelOf(what: Act): string {
  if ('say' in what) return `say ${what.say.slice(0, 30)}`;
  return 'press' in what ? `press ${what.press}` : 'start';
}
