import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { StandaloneApi, StandaloneOptions } from './createStandaloneApi.js';

type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** A simulator in a process of its own: what `StandaloneApi` offers, each call a promise. */
export type ForkedTelegramSimulator = Omit<Remote<StandaloneApi>, 'start'> & {
  apiRoot: string;
  token: string;
  bot: { id: number; username: string };
  /** The process id. */
  pid: number;
};

const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
});

/**
 * Starts the simulator in a child process, so that a bench or a chaos run does not share its event loop.
 * `close` ends the process; a call fails when the process has gone.
 */
export async function forkTelegramSimulator(
  options: StandaloneOptions = {},
): Promise<ForkedTelegramSimulator> {
  const child = fork(fileURLToPath(new URL('./runStandalone.ts', import.meta.url)), {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let count = 0;

  child.on('message', (message) => {
    const { id, result, error } = answerSchema.parse(message);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      for (const { reject } of waiting.values())
        reject(new Error(`the simulator ended with ${String(code)}`));
      waiting.clear();
      resolve();
    });
  });

  const ask = (call: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++count;
      waiting.set(id, { resolve, reject });
      child.send({ id, call, args }, (error) => {
        if (error && waiting.delete(id)) reject(error);
      });
    });

  const own: Record<string, unknown> = {
    pid: child.pid ?? 0,
    then: undefined, // what is awaited must not look like a promise
    async close() {
      await ask('close', []);
      child.disconnect();
      await exited;
    },
  };
  const remote = new Proxy(own, {
    get: (target, name): unknown =>
      name in target ? target[String(name)] : (...args: unknown[]) => ask(String(name), args),
  });
  // The proxy turns a property into a request, and the other side answers as StandaloneApi says.
  const whole = remote as unknown as ForkedTelegramSimulator & Pick<Remote<StandaloneApi>, 'start'>;
  try {
    Object.assign(own, await whole.start(options));
  } catch (error) {
    child.disconnect();
    throw error;
  }
  return whole;
}
