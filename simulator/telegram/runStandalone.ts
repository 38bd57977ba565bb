import { z } from 'zod';
import { createStandaloneApi } from './createStandaloneApi.js';

/** A request of `forkTelegramSimulator`; the answer carries the same id. */
const requestSchema = z.object({ id: z.number(), call: z.string(), args: z.array(z.unknown()) });

/** The answer to one request. */
export type StandaloneAnswer = { id: number; result?: unknown; error?: string };

/** The simulator as a process of its own, told what to do over IPC; it ends with its parent. */
function runStandalone(): void {
  const api: Record<string, unknown> = createStandaloneApi();
  process.on('message', (message) => void answer(message));
  process.on('disconnect', () => process.exit(0));

  async function answer(message: unknown): Promise<void> {
    const { id, call, args } = requestSchema.parse(message);
    try {
      const run = api[call];
      if (typeof run !== 'function') throw new Error(`no call ${call}`);
      const result: unknown = await Reflect.apply(run, undefined, args);
      reply({ id, result });
    } catch (error) {
      reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  const reply = (message: StandaloneAnswer): void => void process.send?.(message);
}

runStandalone();
