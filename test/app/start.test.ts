import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startTelegramSimulator,
  type TelegramSimulator,
} from '../../simulator/telegram/startTelegramSimulator.js';

const ROOT = new URL('../../', import.meta.url);

/** Runs a script of the project with these settings alone, and gives what it wrote. */
function run(
  args: string[],
  env: Record<string, string>,
  onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
) {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', DOTENV_CONFIG_PATH: '/nowhere/.env', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
    for (const line of bytes.toString().split('\n')) onLine?.(line, (signal) => child.kill(signal));
  });
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('npm start', () => {
  let sim: TelegramSimulator;
  let dir: string;
  let good: Record<string, string>;
  beforeAll(async () => {
    sim = await startTelegramSimulator();
    dir = await mkdtemp(join(tmpdir(), 'danhoi-start-'));
    good = {
      TELEGRAM_BOT_TOKEN: sim.token,
      TELEGRAM_API_ROOT: sim.apiRoot,
      BOARD_CHAT: 'telegram:-1001',
      DATA_DIR: dir,
      PORT: '0',
      HOST: '127.0.0.1',
    };
  });
  afterAll(async () => {
    await sim.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('stops at a missing setting with one sentence that names it', async () => {
    const { code, out, err } = await run(['src/main.ts'], { ...good, TELEGRAM_BOT_TOKEN: '' });
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('TELEGRAM_BOT_TOKEN');
  });

  it('starts, answers, and ends in order on SIGTERM', async () => {
    const { code, out } = await run(['src/main.ts'], good, (line, kill) => {
      if (line.includes('"started"')) kill('SIGTERM');
    });
    expect(code).toBe(0);
    expect(out).toContain('"stopping"');
  });
});

describe('npm run demo', () => {
  it.each([[[]], [['--lang', 'en']]])(
    'plays the main job to the end, with the ledger as the last word %j',
    async (args) => {
      const { code, out } = await run(['scripts/demo.ts', ...args], {});
      expect(code).toBe(0);
      expect(out).toContain('KG-2026-000001');
      expect(out.indexOf('/stats')).toBeGreaterThan(out.indexOf('/episode link'));
    },
    60_000,
  );
});
