import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../simulator/telegram/seededRandom.js';
import { checkRecord } from './checkRecord.js';
import { checkStore } from './checkStore.js';
import { createWording } from './createWording.js';
import { findDoubles, type Double } from './findDoubles.js';
import { freePort } from './freePort.js';
import { createLives, type Life, type Way } from './runLives.js';
import { startPlay, type Play } from './startPlay.js';

const SECRET = 'a-secret-for-loopback-only';
const QUIET_MS = 700;
const DRAIN_MS = 120_000;

export type ChaosOptions = {
  kills: number;
  seed: number;
  /** SIGTERMs in the middle of the load, among the kills. */
  stops?: number;
  /** A life goes on for up to so long after the start, in ms. */
  longestMs?: number;
  /** This part of the kills (0–1) falls into the start-up; 0.2. */
  early?: number;
  /** People in the ask flow at once. */
  asking?: number;
  said?: (line: string) => void;
};

export type ChaosReport = {
  kills: number;
  /** Of them before the bot had started. */
  killsAtStart: number;
  stops: number;
  slowestStopMs: number;
  seconds: number;
  questions: number;
  updates: number;
  attempts: number;
  calls: number;
  messages: number;
  /** Messages shown twice, and for how long the first showing was out when the process was killed. */
  doubles: number;
  longestInFlightMs: number;
  /** What speaks against the promises; none when they hold. */
  faults: string[];
};

/**
 * Kills the real bot again and again while people ask, decide and answer, and proves from the simulator's record and
 * from the store that nothing was lost and nothing done twice (promises 1 and 2; issue 3, "Once, in order").
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const {
    kills,
    seed,
    stops = 2,
    longestMs = 1_500,
    asking = 10,
    early = 0.2,
    said = () => undefined,
  } = options;
  const begun = Date.now();
  const random = seededRandom(seed);
  const dataDir = await mkdtemp(join(tmpdir(), 'chaos-'));
  const play = await startPlay({ random: seededRandom(seed + 1), asking, pending: asking * 6 });
  const settings = await settingsFor(play);
  const lives = createLives({ kills, stops, random, longestMs, early, startUpMs: 1_200, settings, dataDir });
  try {
    await lives.begin('webhook');
    await play.prepare();
    play.sim.faults.deliver({ duplicate: 0.02, dropAnswer: 0.02, seed });
    play.citizens.open();
    await lives.play((life, n) => said(lineOf(life, n, play)));
    play.citizens.shut();
    const stuck = await play.quiet(QUIET_MS, DRAIN_MS).then(
      () => [],
      (error: unknown) => [String(error)],
    );
    await lives.stop();
    const { sim, citizens, board } = play;
    const doubles = findDoubles(sim.record.calls(), lives.past, board.id, createWording());
    const faults = [
      ...stuck,
      ...checkRecord(play, lives.past, doubles),
      ...(await checkStore(settings('polling'), dataDir, {
        questions: citizens.all.length,
        updates: sim.record.updates().map(({ updateId }) => updateId),
      })),
    ];
    return reportOf(play, lives.past, doubles, faults, begun);
  } finally {
    await play.sim.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function settingsFor({ sim, board, admin }: Play): Promise<(way: Way) => Record<string, string>> {
  const port = await freePort();
  return (way) => ({
    TELEGRAM_BOT_TOKEN: sim.token,
    TELEGRAM_API_ROOT: sim.apiRoot,
    BOARD_CHAT: `telegram:${board.id}`,
    ADMINS: `telegram:${admin.id}`,
    PORT: String(port),
    MESSAGES_PER_MINUTE: '1000',
    SEND_PER_SECOND: '1000',
    SEND_PER_CHAT_PER_SECOND: '1000',
    SEND_PER_GROUP_PER_MINUTE: '60000',
    ...(way === 'webhook' ? { PUBLIC_URL: `http://127.0.0.1:${port}`, TELEGRAM_WEBHOOK_SECRET: SECRET } : {}),
  });
}

function lineOf(life: Life, number: number, { citizens, sim }: Play): string {
  const lived = `${life.struckAt - life.startedAt} ms${life.wasReady ? '' : ' (at start)'}`;
  const asked = citizens.all.filter(({ codes }) => codes.size > 0).length;
  return `${number}. ${life.way}, ${life.how} after ${lived}; ${asked} asked, ${sim.pendingUpdates()} updates wait`;
}

function reportOf(
  play: Play,
  lives: readonly Life[],
  doubles: readonly Double[],
  faults: string[],
  begun: number,
): ChaosReport {
  const { counts } = play.sim.record;
  const killed = lives.filter(({ how }) => how === 'killed');
  const stopped = lives.filter(({ how }) => how === 'stopped');
  return {
    kills: killed.length,
    killsAtStart: killed.filter(({ wasReady }) => !wasReady).length,
    stops: stopped.length,
    slowestStopMs: Math.max(...stopped.map(({ struckAt, endedAt }) => endedAt - struckAt)),
    seconds: (Date.now() - begun) / 1000,
    questions: play.citizens.all.length,
    updates: counts.updates,
    attempts: counts.attempts,
    calls: counts.calls,
    messages: counts.messagesSent,
    doubles: doubles.length,
    longestInFlightMs: Math.max(0, ...doubles.map(({ inFlightMs = 0 }) => inFlightMs)),
    faults,
  };
}
