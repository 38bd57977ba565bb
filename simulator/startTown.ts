import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App } from '../src/app.js';
import type { MovableClock } from '../src/clock.js';
import { readConfig } from '../src/config.js';
import type { Log } from '../src/log.js';
import { seededRandom } from './telegram/seededRandom.js';
import { startTelegramSimulator, type TelegramSimulatorOptions } from './telegram/startTelegramSimulator.js';
import {
  startZaloSimulator,
  type ZaloSimulator,
  type ZaloSimulatorOptions,
} from './zalo/startZaloSimulator.js';

/** A limit or a retry that ends within this belongs to what is being waited for. */
const SOON_MS = 70_000;
const SECRET = 'a-secret-for-loopback-only';
const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export type Town = Awaited<ReturnType<typeof startTown>>;

export type TownOptions = {
  clock: MovableClock;
  /** 'agenda': as in production; 'off' (default): `town.app.tick()` is called by whoever plays. */
  ticks?: 'agenda' | 'off';
  /** How the bot hears: 'polling' unless told. */
  hears?: 'polling' | 'webhook';
  /** Kept after the end when given; else a folder of its own that goes with the town. */
  dataDir?: string;
  mongodbUri?: string | undefined;
  database?: string;
  log?: Log;
  telegram?: TelegramSimulatorOptions;
  /** Zalo stands beside Telegram when given. */
  zalo?: ZaloSimulatorOptions;
  /** 'supergroup' unless told; a 'group' can be upgraded. */
  boardType?: 'group' | 'supergroup';
  /** Further settings, by their names in the environment. */
  settings?: Record<string, string>;
};

/**
 * The whole product in one process, on simulated platforms: a board's group with an admin and two members, ready
 * to be played with. The demo and the tests live in it; what they do goes over HTTP as on the real platforms.
 */
export async function startTown(options: TownOptions) {
  const telegram = await startTelegramSimulator({ clock: options.clock, ...options.telegram });
  const zalo = options.zalo && (await startZaloSimulator({ clock: options.clock, ...options.zalo }));
  const admin = telegram.user({ firstName: 'Minh Tâm' });
  const an = telegram.user({ firstName: 'Thanh An' });
  const binh = telegram.user({ firstName: 'Quốc Bình' });
  const board = telegram.group({
    title: 'Ban Biên tập',
    members: [an, binh],
    creator: admin,
    type: options.boardType ?? 'supergroup',
  });
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'danhoi-')));
  const port = options.hears === 'webhook' || zalo ? await freePort() : 0;

  const config = readConfig({
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    BOARD_CHAT: `telegram:${board.id}`,
    ADMINS: `telegram:${admin.id}`,
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    MONGODB_URI: options.mongodbUri,
    ...(options.hears === 'webhook'
      ? { PUBLIC_URL: `http://127.0.0.1:${port}`, TELEGRAM_WEBHOOK_SECRET: SECRET }
      : {}),
    ...(zalo ? zaloSettings(zalo) : {}),
    ...options.settings,
  });
  let starts = 0;
  const start = async (settings = config): Promise<App> => {
    const run = `${options.clock.now().getTime().toString(36)}-${(starts += 1)}`;
    let ids = 0;
    const app = await createApp({
      config: settings,
      clock: options.clock,
      random: seededRandom(starts),
      newId: () => `${run}-${(ids += 1).toString(36)}`,
      log: options.log ?? SILENT,
      ticks: options.ticks ?? 'off',
      ...(options.database === undefined ? {} : { database: options.database }),
    });
    await app.start();
    return app;
  };
  let app = await start();
  const others: App[] = [];
  await zalo?.setWebhook(`http://127.0.0.1:${port}/zalo/webhook`);

  return {
    telegram,
    /** Only when asked for. */
    zalo,
    get app(): App {
      return app;
    },
    config,
    board,
    admin,
    an,
    binh,
    /**
     * Waits until every update was delivered and worked and what follows was sent. What a limit holds back for a
     * while is not waited for in real time: the clock is moved.
     */
    async settled(): Promise<void> {
      for (;;) {
        await settle([telegram, ...(zalo ? [zalo] : [])], [app, ...others]);
        const due = earliest([app, ...others].map((one) => one.nextDue()));
        if (!due || due.getTime() - options.clock.now().getTime() > SOON_MS) return;
        options.clock.advanceTo(due);
      }
    },
    /** A further instance of the bot on the same server. It ends with the town. */
    async another(): Promise<App> {
      const app = await start({ ...config, port: 0 });
      others.push(app);
      return app;
    },
    /** Stops the bot in order and starts it again on the same store. */
    async restart(): Promise<void> {
      await app.stop();
      app = await start();
    },
    async close(): Promise<void> {
      await Promise.all([app, ...others].map((one) => one.stop()));
      await Promise.all([telegram.close(), zalo?.close()]);
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function zaloSettings(zalo: ZaloSimulator): Record<string, string> {
  return {
    ZALO_APP_ID: zalo.appId,
    ZALO_APP_SECRET: zalo.appSecret,
    ZALO_OA_SECRET_KEY: zalo.oaSecretKey,
    ZALO_REFRESH_TOKEN: zalo.refreshToken,
    ZALO_API_ROOT: zalo.apiRoot,
    ZALO_OAUTH_ROOT: zalo.oauthRoot,
    SECRETS_KEY: 'thirty-two-or-more-characters-for-loopback',
  };
}

type Platform = { record: { counts: { calls: number } }; idle(): Promise<void> };

/** Idle twice in a row on all sides: an answer of the one can be the other's next work. */
async function settle(platforms: readonly Platform[], apps: readonly App[]): Promise<void> {
  const calls = (): number => platforms.reduce((sum, platform) => sum + platform.record.counts.calls, 0);
  for (let quiet = 0; quiet < 2;) {
    const before = calls();
    for (const platform of platforms) await platform.idle();
    for (const app of apps) await app.idle();
    await new Promise((resolve) => setImmediate(resolve));
    quiet = calls() === before ? quiet + 1 : 0;
  }
}

function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((first, date) => (first && (!date || first <= date) ? first : date), undefined);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
