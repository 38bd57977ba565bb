import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { compileBot } from './compileBot.js';

const lineSchema = z.object({ level: z.number(), msg: z.string() });
const ERROR = 50;
let compiled: string | undefined;

export type BotEnd = { at: number; code: number | null; signal: NodeJS.Signals | null };
export type Bot = {
  pid: number;
  startedAt: number;
  /** Resolves when the bot says that it has started; false when it ended before. */
  ready: Promise<boolean>;
  ended: Promise<BotEnd>;
  /** Lines of its log at level error, and what it wrote to standard error. */
  errors: string[];
  kill(signal: NodeJS.Signals): void;
};

export type StartOptions = {
  /** Run as `npm start` runs it, translated as it is loaded; else compiled beforehand, which starts in half the time. */
  asStarted?: boolean;
  execArgv?: readonly string[];
};

/**
 * The bot itself, `src/main.ts`, as a process of its own. Nothing of this process's environment but the path reaches
 * it, and it runs in `dataDir`, so that no `.env` of a developer has a part in it. Times are ms since 1970.
 */
export function startBot(settings: Record<string, string>, dataDir: string, options: StartOptions = {}): Bot {
  const { asStarted = false, execArgv = [] } = options;
  const main = asStarted
    ? fileURLToPath(new URL('../../src/main.ts', import.meta.url))
    : (compiled ??= compileBot());
  return startProcess(main, {
    env: { HOST: '127.0.0.1', DATA_DIR: dataDir, ...settings },
    cwd: dataDir,
    execArgv,
  });
}

/** A file as a process of its own whose output is JSON lines as pino writes them, one of them `started`. */
export function startProcess(
  file: string,
  options: { env: Record<string, string>; cwd: string; execArgv?: readonly string[] },
): Bot {
  const startedAt = Date.now();
  const translate = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const child = spawn(process.execPath, [...(options.execArgv ?? []), ...translate, file], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const leaveNone = (): void => void child.kill('SIGKILL');
  process.once('exit', leaveNone);
  const errors: string[] = [];
  let sayReady: (ready: boolean) => void = () => undefined;
  const ready = new Promise<boolean>((resolve) => (sayReady = resolve));
  const ended = new Promise<BotEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      process.off('exit', leaveNone);
      sayReady(false);
      resolve({ at: Date.now(), code, signal });
    });
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = readLine(text);
    if (!line) return;
    if (line.msg === 'started') sayReady(true);
    if (line.level >= ERROR) errors.push(text);
  });
  createInterface({ input: child.stderr }).on('line', (text) => errors.push(text));
  return { pid: child.pid ?? 0, startedAt, ready, ended, errors, kill: (signal) => void child.kill(signal) };
}

function readLine(text: string): { level: number; msg: string } | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not a line of the log
  }
}
