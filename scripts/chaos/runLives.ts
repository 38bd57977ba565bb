import { startBot, type Bot, type BotEnd } from './startBot.js';

export type Way = 'webhook' | 'polling';
/** One life of the bot's process, from its start to its end. Times are ms since 1970. */
export type Life = {
  way: Way;
  startedAt: number;
  /** It had started before it ended. */
  wasReady: boolean;
  /** When SIGKILL or SIGTERM was sent. */
  struckAt: number;
  endedAt: number;
  how: 'killed' | 'stopped';
  code: number | null;
  errors: string[];
};

/** Lives in a row before the way of hearing changes. */
const SAME_WAY = 10;
const START_MS = 60_000;

export type LivesOptions = {
  kills: number;
  /** SIGTERMs among the kills. */
  stops: number;
  random: () => number;
  /** A life goes on for up to so long after the start, in ms. */
  longestMs: number;
  /** This part of the kills (0–1) falls into the start-up, … */
  early: number;
  /** … which is the first … ms. */
  startUpMs: number;
  settings: (way: Way) => Record<string, string>;
  dataDir: string;
};

export type Lives = {
  past: Life[];
  /** Starts a process and waits until it is ready. */
  begin(way: Way): Promise<void>;
  /** Ends the present one in order. */
  stop(): Promise<Life>;
  /** Kills and stops the process again and again, as the seed wants it; the last one started runs on. */
  play(said: (life: Life, number: number) => void): Promise<void>;
};

/** The lives of the bot, one after the other, on one store. */
export function createLives(options: LivesOptions): Lives {
  const { kills, stops, random, settings, dataDir } = options;
  const past: Life[] = [];
  let present: { bot: Bot; way: Way } | undefined;

  const start = (way: Way): Bot => {
    const bot = startBot(settings(way), dataDir);
    present = { bot, way };
    return bot;
  };

  const end = async (how: Life['how']): Promise<Life> => {
    if (!present) throw new Error('no process runs');
    const { bot, way } = present;
    const struckAt = Date.now();
    bot.kill(how === 'killed' ? 'SIGKILL' : 'SIGTERM');
    const wasReady = await Promise.race([bot.ready, Promise.resolve(false)]);
    const { at, code }: BotEnd = await bot.ended;
    const life: Life = {
      way,
      startedAt: bot.startedAt,
      wasReady,
      struckAt,
      endedAt: at,
      how,
      code,
      errors: bot.errors,
    };
    past.push(life);
    present = undefined;
    return life;
  };

  const readyOrThrow = async (bot: Bot): Promise<void> => {
    const isReady = await within(bot.ready, START_MS);
    if (isReady !== true) throw new Error(`the bot did not start: ${bot.errors.join('\n')}`);
  };

  return {
    past,
    begin: (way) => readyOrThrow(start(way)),
    stop: () => end('stopped'),
    async play(said) {
      const total = kills + stops;
      // The process that is running when this begins is the first to go.
      for (let n = 1; n <= total; n++) {
        const isStop =
          stops > 0 && n % Math.floor(total / stops) === 0 && n / Math.floor(total / stops) <= stops;
        const isEarly = !isStop && random() < options.early;
        const bot = present?.bot ?? start(wayOf(n));
        if (!isEarly) await readyOrThrow(bot);
        await sleep(isEarly ? random() * options.startUpMs : random() * options.longestMs);
        said(await end(isStop ? 'stopped' : 'killed'), n);
      }
      await readyOrThrow(start(wayOf(total + 1)));
    },
  };
}

/** Both ways in turn, some lives each. */
function wayOf(number: number): Way {
  return Math.floor(number / SAME_WAY) % 2 === 0 ? 'webhook' : 'polling';
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return Promise.race([
    promise,
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms).unref()),
  ]);
}
