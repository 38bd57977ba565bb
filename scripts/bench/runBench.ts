import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DriveReport } from '../../simulator/telegram/driveFlows.js';
import {
  forkTelegramSimulator,
  type ForkedTelegramSimulator,
} from '../../simulator/telegram/forkTelegramSimulator.js';
import { freePort } from '../chaos/freePort.js';
import { startProcess } from '../chaos/startBot.js';
import { flowsLine } from './flowsLine.js';
import { measureFlows } from './measureFlows.js';
import { measureOurs, type Ours } from './measureOurs.js';

const SECRET = 'a-secret-for-loopback-only';

export type BenchOptions = {
  /** Questions in the ledger, a measurement for each, ascending. */
  questions: readonly number[];
  /** Fewer flows and reminders, to try the bench itself. */
  quick: boolean;
  /** Where the bot leaves its CPU profiles. */
  profileDir?: string;
  said: (line: string) => void;
};

export type BenchReport = {
  /** Finished ask flows a second, of this bot to the bare one's; the worst of all ledgers. At least 0.5 is aimed at. */
  askFlowRatio: number;
  /** Seconds of the broadcast to those of its limit; the worst. At most 1.05. */
  broadcastOverFloor: number;
  /** p99 from update to reply at the largest ledger to that at the smallest. At most 1.5. */
  p99Growth: number;
  /** From the start of the process to its first reply, the worst. Under 2000. */
  coldStartMs: number;
  /** The most memory beside the mapped files of the store, in MB of 10^6 bytes. Under 300. */
  memoryMb: number;
  raw: { seconds: number; ledgers: { questions: number; bare: DriveReport; ours: Ours }[] };
};

/** What one run on the simulator shows, for each size of the ledger (issue 3, "Quality"). */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { quick, said } = options;
  const begun = performance.now();
  const amount = quick ? { warmUp: 60, flows: 200 } : { warmUp: 200, flows: 800 };
  const ledgers: BenchReport['raw']['ledgers'] = [];
  for (const questions of options.questions) {
    const bare = await inSimulator((sim, settings, dataDir) => measureBare(sim, settings, dataDir, amount));
    said(`bare bot: ${flowsLine(bare)}`);
    const ours = await inSimulator((sim, settings, dataDir) =>
      measureOurs(sim, settings, dataDir, {
        ...options,
        ...amount,
        questions,
        recipients: quick ? 4_000 : 20_000,
      }),
    );
    said(`${questions} questions: ${flowsLine(ours.flows)}`);
    ledgers.push({ questions, bare, ours });
  }
  const worst = (of: (one: (typeof ledgers)[number]) => number): number => Math.max(...ledgers.map(of));
  const p99 = ledgers.map(({ ours }) => ours.flows.latency.p99);
  return {
    askFlowRatio: -worst(({ bare, ours }) => -ours.flows.flowsPerSecond / bare.flowsPerSecond),
    broadcastOverFloor: worst(({ ours: { broadcast } }) => broadcast.seconds / broadcast.floorSeconds),
    p99Growth: (p99.at(-1) ?? 0) / (p99[0] ?? 1),
    coldStartMs: worst(({ ours }) => ours.coldStartMs),
    memoryMb: worst(({ ours }) => ours.memory.beside / 1e6),
    raw: { seconds: (performance.now() - begun) / 1000, ledgers },
  };
}

async function measureBare(
  sim: ForkedTelegramSimulator,
  settings: Record<string, string>,
  dataDir: string,
  amount: { warmUp: number; flows: number },
): Promise<DriveReport> {
  const bot = startProcess(fileURLToPath(new URL('bareBot.ts', import.meta.url)), {
    env: settings,
    cwd: dataDir,
  });
  if (!(await bot.ready)) throw new Error(`the bare bot did not start: ${bot.errors.join('\n')}`);
  try {
    return await measureFlows(sim, amount);
  } finally {
    bot.kill('SIGTERM');
    await bot.ended;
  }
}

/** A simulator in a process of its own, settings for a bot on it, and a folder; all gone afterwards. */
async function inSimulator<T>(
  run: (sim: ForkedTelegramSimulator, settings: Record<string, string>, dataDir: string) => Promise<T>,
): Promise<T> {
  const sim = await forkTelegramSimulator({ limits: 'off', record: 'counts', redeliver: { delaysMs: [20] } });
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-'));
  const port = await freePort();
  try {
    return await run(
      sim,
      {
        TELEGRAM_BOT_TOKEN: sim.token,
        TELEGRAM_API_ROOT: sim.apiRoot,
        TELEGRAM_WEBHOOK_SECRET: SECRET,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        PORT: String(port),
      },
      dataDir,
    );
  } finally {
    await sim.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
