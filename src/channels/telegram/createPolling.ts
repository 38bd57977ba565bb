/** Updates that are fetched (https://core.telegram.org/bots/api#getupdates), for machines that nobody can reach. */
import type { Logger } from 'pino';
import { TelegramError } from 'telegraf';
import { z } from 'zod';
import { sleep, type Clock } from '../../clock.js';
import type { Accept } from '../channel.js';
import type { Client } from './createClient.js';
import { decode } from './decode.js';
import { ALLOWED_UPDATES } from './updateSchema.js';

const LONG_POLL_S = 25;
const TIMEOUT_MS = (LONG_POLL_S + 10) * 1_000;
const NOT_OURS_MS = 1_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** Another poller, or a webhook, is at it: it is not for us to push it aside. */
const CONFLICT_MS = 5_000;

const updatesSchema = z.array(z.unknown());
const idSchema = z.object({ update_id: z.int() });

export type Polling = { start(accept: Accept): void; stop(): Promise<void> };

/** A batch is confirmed by the next call's offset, which moves on only when the batch was stored (promise 2). */
export function createPolling(needs: {
  client: Client;
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  bot: { username?: string };
  mayPoll: () => boolean;
}): Polling {
  const { client, clock, log, bot, mayPoll } = needs;
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let offset: number | undefined;

  const poll = async (accept: Accept, signal: AbortSignal): Promise<void> => {
    const payload = {
      timeout: LONG_POLL_S,
      limit: 100,
      allowed_updates: ALLOWED_UPDATES,
      ...(offset === undefined ? {} : { offset }),
    };
    const updates = updatesSchema.parse(
      await client.call('getUpdates', payload, { timeoutMs: TIMEOUT_MS, signal }),
    );
    await accept(updates.flatMap((update) => decode(update, bot, clock.now())));
    for (const update of updates) {
      const { success, data } = idSchema.safeParse(update);
      if (success) offset = Math.max(offset ?? 0, data.update_id + 1);
    }
  };

  const loop = async (accept: Accept, signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      if (!mayPoll()) {
        await sleep(clock, NOT_OURS_MS, signal);
        continue;
      }
      try {
        await poll(accept, signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const waitMs = waitAfter(error, failures++);
        log.warn({ error: nameOf(error), waitMs }, 'telegram-poll-failed');
        await sleep(clock, waitMs, signal);
      }
    }
  };

  return {
    start(accept) {
      stopping = new AbortController();
      running = loop(accept, stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function waitAfter(error: unknown, failures: number): number {
  const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10));
  if (!(error instanceof TelegramError)) return backoff;
  if (error.code === 429) return (error.parameters?.retry_after ?? 1) * 1_000;
  if (error.code === 401 || error.code === 404) return LONGEST_BACKOFF_MS;
  return error.code === 409 ? CONFLICT_MS : backoff;
}

/** The reason without what a message may hold: Telegram's code says which (409: somebody else polls). */
function nameOf(error: unknown): string {
  if (error instanceof TelegramError) return `TelegramError ${error.code}`;
  return error instanceof Error ? error.name : typeof error;
}
