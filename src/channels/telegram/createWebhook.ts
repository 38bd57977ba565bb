/** Updates that Telegram delivers (https://core.telegram.org/bots/api#setwebhook). */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { Accept, Decoded, Webhook } from '../channel.js';
import { CHANNEL, decode } from './decode.js';

export const WEBHOOK_PATH = '/webhooks/telegram';
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

export type TelegramWebhook = Webhook & {
  open(accept: Accept): void;
  /** Answers 503 from now on, so that Telegram keeps what comes; resolves when what came is answered. */
  shut(): Promise<void>;
};

/** 401 for a stranger, 200 once stored or when it makes no sense, 503 when it could not be stored. */
export function createWebhook(needs: {
  secret: string;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
  bot: { username?: string };
}): TelegramWebhook {
  const { secret, clock, log, bot } = needs;
  const expected = digest(secret);
  const underWay = new Set<Promise<unknown>>();
  let accept: Accept | undefined;

  const handle = async (body: Buffer): Promise<{ status: number }> => {
    if (accept === undefined) return { status: 503 };
    try {
      await accept(decodeBody(body, bot, clock));
      return { status: 200 };
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.message : typeof error },
        'telegram-update-not-stored',
      );
      return { status: 503 };
    }
  };

  return {
    path: WEBHOOK_PATH,
    async receive({ headers, body }) {
      // Of equal length by hashing, so that the comparison takes the same time whatever was sent.
      if (!timingSafeEqual(digest(headers[SECRET_HEADER] ?? ''), expected)) return { status: 401 };
      const answer = handle(body).finally(() => underWay.delete(answer));
      underWay.add(answer);
      return answer;
    },
    open: (given) => void (accept = given),
    async shut() {
      accept = undefined;
      await Promise.all(underWay);
    },
  };
}

function decodeBody(body: Buffer, bot: { username?: string }, clock: Clock): Decoded[] {
  let update: unknown;
  try {
    update = JSON.parse(body.toString('utf8'));
  } catch {
    return [{ kind: 'ignored', id: `${CHANNEL}:?`, why: 'not-json' }];
  }
  return decode(update, bot, clock.now());
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
