/** Telegram as a channel: sends through telegraf's client, hears by webhook or by polling (A8, E2). */
import type { Logger } from 'pino';
import { TelegramError } from 'telegraf';
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import { DomainError } from '../../domain/errors.js';
import {
  splitRef,
  type Accept,
  type Channel,
  type Outgoing,
  type SendLimits,
  type Sent,
} from '../channel.js';
import { createClient } from './createClient.js';
import { createPolling } from './createPolling.js';
import { createWebhook, WEBHOOK_PATH } from './createWebhook.js';
import { CHANNEL, isAdmin, isPresentStatus } from './decode.js';
import { download } from './download.js';
import { encode, withoutMarkup } from './encode.js';
import { sentOf } from './errors.js';
import { showCommands } from './showCommands.js';
import { ALLOWED_UPDATES } from './updateSchema.js';

/** https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const LIMITS: SendLimits = { perSecond: 30, perChatPerSecond: 1, chatBurst: 3, perGroupPerMinute: 20 };
/** Connections that Telegram may open at once to deliver updates. */
const MAX_CONNECTIONS = 40;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

const meSchema = z.object({ username: z.string().optional() });
const memberSchema = z.object({ status: z.string(), is_member: z.boolean().optional() });
const sentSchema = z.object({ message_id: z.int() });

export type TelegramSettings = {
  token: string;
  apiRoot: string;
  /** Where Telegram reaches us; absent: polling. */
  publicUrl?: string;
  /** Proves that an update comes from Telegram; needed with `publicUrl`. */
  webhookSecret?: string;
  /** Limits other than the published ones. */
  limits?: Partial<SendLimits>;
  /** Pay for more than 30 messages a second (https://core.telegram.org/bots/api#paid-broadcasts). */
  paidBroadcast?: boolean;
  clock: Clock;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Whether this instance is the one that polls; asked before each poll. */
  mayPoll?: () => boolean;
};

/**
 * telegraf's own way of receiving is not used: in webhook mode it has answered 200 before a handler runs, in polling
 * mode it confirms a batch whatever became of it, and its updates of one chat run side by side. Here an update is
 * acknowledged once it is stored (promise 2), so it is verified and decoded by ourselves.
 */
export function createTelegramChannel(settings: TelegramSettings): Channel {
  const { token, apiRoot, publicUrl, webhookSecret, clock, log } = settings;
  const client = createClient(token, apiRoot, clock);
  const bot: { username?: string } = {};
  const polling = createPolling({ client, clock, log, bot, mayPoll: settings.mayPoll ?? (() => true) });
  const webhook =
    publicUrl === undefined ? undefined : createWebhook({ secret: secretOf(webhookSecret), clock, log, bot });
  let stopping = new AbortController();

  const send = async (outgoing: Outgoing): Promise<Sent> => {
    const call = encode(outgoing, { paidBroadcast: settings.paidBroadcast ?? false });
    if ('refused' in call) return { kind: 'refused', why: call.refused };
    try {
      return sentAs(outgoing, await client.call(call.method, call.payload));
    } catch (error) {
      const sent = sentOf(error);
      if (sent.kind === 'later' && sent.why === 'token') log.error({}, 'telegram-token-refused');
      if (sent.kind !== 'refused' || sent.why !== 'markup') return sent;
    }
    log.error({ method: call.method }, 'telegram-markup-refused');
    const plain = withoutMarkup(call);
    return client.call(plain.method, plain.payload).then((result) => sentAs(outgoing, result), sentOf);
  };

  const tell = async (): Promise<void> => {
    const me = meSchema.parse(await client.call('getMe', {}));
    if (me.username !== undefined) bot.username = me.username;
    if (publicUrl === undefined) {
      await client.call('deleteWebhook', { drop_pending_updates: false });
      return;
    }
    await client.call('setWebhook', {
      url: new URL(WEBHOOK_PATH, publicUrl).href,
      secret_token: secretOf(webhookSecret),
      allowed_updates: ALLOWED_UPDATES,
      max_connections: MAX_CONNECTIONS,
      drop_pending_updates: false,
    });
  };

  /** A platform that is away does not keep us from starting; it is told as soon as it is back. */
  const tellUntilHeard = async (waitMs: number, signal: AbortSignal): Promise<void> => {
    try {
      await tell();
    } catch (error) {
      if (error instanceof TelegramError && (error.code === 401 || error.code === 404)) {
        throw new DomainError('telegram-token-refused', {}, { cause: error });
      }
      log.warn({ error: error instanceof Error ? error.name : typeof error, waitMs }, 'telegram-not-told');
      const cancel = clock.wakeAt(new Date(clock.now().getTime() + waitMs), () => {
        tellUntilHeard(Math.min(waitMs * 2, LONGEST_RETRY_MS), signal).catch((err: unknown) =>
          log.error({ err }, 'telegram-not-told'),
        );
      });
      signal.addEventListener('abort', cancel, { once: true });
    }
  };

  return {
    name: CHANNEL,
    capabilities: {
      maxText: 4096,
      maxCaption: 1024,
      maxButtons: 100,
      maxButtonTitle: 64,
      edits: true,
      toasts: true,
      groups: true,
    },
    limits: { ...LIMITS, ...settings.limits },
    kindOf: (chat) => (splitRef(chat).id.startsWith('-') ? 'group' : 'private'),
    async listen(accept: Accept) {
      stopping = new AbortController();
      webhook?.open(accept);
      await tellUntilHeard(FIRST_RETRY_MS, stopping.signal);
      if (webhook === undefined) polling.start(accept);
    },
    async quiet() {
      stopping.abort();
      await Promise.all([webhook?.shut(), polling.stop()]);
    },
    send,
    download: (attachment, maxBytes) => download({ client, token, apiRoot, clock }, attachment, maxBytes),
    async isMember(chat, account) {
      try {
        const answer = await client.call('getChatMember', {
          chat_id: splitRef(chat).id,
          user_id: Number(splitRef(account).id),
        });
        const { status, is_member: isMember } = memberSchema.parse(answer);
        return { present: isPresentStatus(status, isMember), admin: isAdmin(status) };
      } catch (error) {
        const isUnknown =
          error instanceof TelegramError &&
          /user not found|member not found|participant_id_invalid/i.test(error.description);
        if (isUnknown) return { present: false, admin: false };
        log.warn({ error: error instanceof Error ? error.name : typeof error }, 'telegram-member-not-told');
        return undefined;
      }
    },
    showCommands: (menus) => showCommands(client, log, menus),
    webhooks: () => (webhook ? [webhook] : []),
  };
}

function sentAs(outgoing: Outgoing, result: unknown): Sent {
  const parsed = outgoing.kind === 'toast' ? undefined : sentSchema.safeParse(result);
  return parsed?.success ? { kind: 'sent', messageId: String(parsed.data.message_id) } : { kind: 'sent' };
}

function secretOf(secret: string | undefined): string {
  if (secret === undefined || !/^[A-Za-z0-9_-]{1,256}$/.test(secret)) {
    throw new Error('TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z a-z 0-9 _ - when PUBLIC_URL is set');
  }
  return secret;
}
