import { DEFAULT_SCHEDULE, episodesBetween } from '../../src/domain/schedule.js';
import { DateTime } from 'luxon';
import type { DriveReport } from '../../simulator/telegram/driveFlows.js';
import type { ForkedTelegramSimulator } from '../../simulator/telegram/forkTelegramSimulator.js';
import type { ShownMessage } from '../../simulator/telegram/showMessage.js';
import { startBot, type Bot } from '../chaos/startBot.js';
import { measureBroadcast, type Broadcast } from './measureBroadcast.js';
import { measureFlows } from './measureFlows.js';
import { seedStore, seedSubscribers } from './seedStore.js';
import { watchMemory } from './watchMemory.js';

const PER_SECOND = 1_000;
const COLD_STARTS = 3;
const FAULTY = 0.01;
const LOOK_MS = 5;
const MOST_MS = 60_000;
const MONTH_MS = 31 * 86_400_000;
/** The reminder of the day before goes out from 24 to 2 hours before the airing. */
const AIRS_IN = { hours: 5 };

export type Ours = {
  seedSeconds: number;
  /** The median of `coldStartsMs`. */
  coldStartMs: number;
  coldStartsMs: number[];
  /** The same when the bot was compiled beforehand. */
  compiledStartsMs: number[];
  flows: DriveReport;
  broadcast: Broadcast;
  /** The most of all lives, in bytes. */
  memory: { rss: number; mapped: number; beside: number };
};

export type OursOptions = {
  questions: number;
  recipients: number;
  warmUp: number;
  flows: number;
  quick: boolean;
  profileDir?: string;
  said: (line: string) => void;
};

/** This bot, `src/main.ts` in a process of its own on the embedded store, with `questions` in its ledger. */
export async function measureOurs(
  sim: ForkedTelegramSimulator,
  given: Record<string, string>,
  dataDir: string,
  options: OursOptions,
): Promise<Ours> {
  const { questions, recipients, profileDir } = options;
  const [admin = 0] = await sim.users(1, { firstName: 'Minh Tâm', started: true });
  const board = await sim.group({ title: 'Ban Biên tập', creator: admin });
  const settings = {
    ...given,
    BOARD_CHAT: `telegram:${board}`,
    ADMINS: `telegram:${admin}`,
    QUESTIONS_PER_DAY: '1000',
    MESSAGES_PER_MINUTE: '1000',
    SEND_PER_SECOND: '10000',
    SEND_PER_CHAT_PER_SECOND: '1000',
    SEND_PER_GROUP_PER_MINUTE: '600000',
  };
  const life = lives(dataDir, profileDir);

  const seedStart = performance.now();
  await seedStore(dataDir, questions);
  const seedSeconds = (performance.now() - seedStart) / 1000;
  options.said(`${questions} questions: seeded in ${seedSeconds.toFixed(1)} s`);

  const coldStartsMs: number[] = [];
  const compiledStartsMs: number[] = [];
  for (let n = 0; n < (options.quick ? 1 : COLD_STARTS); n++) {
    coldStartsMs.push(await coldStart(sim, (work) => life.run(settings, work)));
    compiledStartsMs.push(await coldStart(sim, (work) => life.run(settings, work, false)));
  }

  const flows = await life.run(settings, async () => {
    const report = await measureFlows(sim, options);
    await moveEpisode(sim, admin, board);
    return report;
  });

  await seedSubscribers(dataDir, await sim.users(recipients, { started: true }));
  await sim.setLimits({
    overallPerSecond: 30,
    paidPerSecond: PER_SECOND,
    perChatPerSecond: 1,
    perGroupPerMinute: 20,
  });
  for (const kind of ['429', '403'] as const)
    await sim.faultRate({
      kind,
      method: 'sendMessage',
      fraction: FAULTY,
      retryAfter: 1,
      seed: kind === '429' ? 1 : 2,
    });
  const broadcast = await life.run(
    {
      ...settings,
      SEND_PER_SECOND: String(PER_SECOND),
      SEND_PER_CHAT_PER_SECOND: '1',
      SEND_PER_GROUP_PER_MINUTE: '20',
    },
    () => measureBroadcast(sim, recipients, PER_SECOND),
  );
  await sim.clearFaults();

  return {
    seedSeconds,
    coldStartMs: median(coldStartsMs),
    coldStartsMs,
    compiledStartsMs,
    flows,
    broadcast,
    memory: life.memory(),
  };
}

/** Runs the bot for as long as a measurement takes, again and again on one store. */
function lives(dataDir: string, profileDir: string | undefined) {
  let most = { rss: 0, mapped: 0, beside: 0 };
  const execArgv = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  return {
    memory: () => most,
    async run<T>(
      settings: Record<string, string>,
      work: (bot: Bot) => Promise<T>,
      asStarted = true,
    ): Promise<T> {
      const bot = startBot(settings, dataDir, { execArgv, asStarted });
      const memory = watchMemory(bot.pid, dataDir);
      try {
        const result = await Promise.race([
          work(bot),
          bot.ended.then(() => Promise.reject(new Error(`the bot ended: ${bot.errors.join('\n')}`))),
        ]);
        if (memory.most().beside > most.beside) most = memory.most();
        return result;
      } finally {
        memory.stop();
        bot.kill('SIGTERM');
        await bot.ended;
      }
    },
  };
}

/** Ms from the start of the process until somebody who wrote while it was down has an answer. */
async function coldStart(
  sim: ForkedTelegramSimulator,
  run: (work: (bot: Bot) => Promise<number>) => Promise<number>,
): Promise<number> {
  const [user = 0] = await sim.users(1);
  await sim.says(user, '/start');
  return run(async ({ startedAt }) => {
    while (Date.now() - startedAt < MOST_MS) {
      if ((await sim.messages(user)).some(({ fromBot }) => fromBot)) return Date.now() - startedAt;
      await sleep(LOOK_MS);
    }
    throw new Error(`no reply within ${MOST_MS} ms`);
  });
}

/** The next episode is moved to some hours from now, so that the reminder of the day before is due. */
async function moveEpisode(sim: ForkedTelegramSimulator, admin: number, board: number): Promise<void> {
  const now = new Date();
  const next = episodesBetween(DEFAULT_SCHEDULE, now, new Date(now.getTime() + MONTH_MS)).find(
    ({ at }) => at > now,
  );
  if (!next) throw new Error('the schedule has no episode within a month');
  const to = DateTime.fromJSDate(now, { zone: 'Asia/Ho_Chi_Minh' })
    .plus(AIRS_IN)
    .toFormat('dd/MM/yyyy HH:mm');
  const said = await sim.says(admin, `/episode move ${next.id} ${to}`, { chatId: board });
  const isAnswer = ({ fromBot, messageId, text }: ShownMessage): boolean =>
    fromBot && messageId > said && text.includes(next.id);
  for (let waited = 0; !(await sim.messages(admin, { chatId: board })).some(isAnswer); waited += LOOK_MS) {
    if (waited > MOST_MS) throw new Error('the episode was not moved');
    await sleep(LOOK_MS);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
