import { z } from 'zod';

/** Everything that the environment decides (issue of record: README, "Settings"). Secrets live only here. */
export type Config = {
  telegram?: {
    token: string;
    apiRoot: string;
    /** Absent: long polling. */
    webhook?: { publicUrl: string; secret: string };
    /** How fast may be sent; more than 30 a second goes as paid broadcasts. */
    send: { perSecond: number; perChatPerSecond: number; perGroupPerMinute: number };
  };
  boardChat: string;
  admins: string[];
  mongodbUri?: string;
  dataDir: string;
  port: number;
  host: string;
  logLevel: LogLevel;
  limits: Limits;
};

/** How much one person may send (A1; README, "Settings"). */
export type Limits = {
  questionsPerDay: number;
  messagesPerMinute: number;
  /** Characters of a question's text. */
  contentMin: number;
  contentMax: number;
  attachments: number;
  attachmentBytes: number;
};

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting is missing or wrong; the message is one sentence that names it and says how to mend it. */
export class ConfigError extends Error {}

const REF = /^[a-z]+:-?\w+$/;

const settings = z.object({
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{10,}$/, 'must look like 123456:ABC-DEF… as @BotFather gives it')
    .optional(),
  TELEGRAM_API_ROOT: z.url('must be an address such as https://api.telegram.org').default('https://api.telegram.org'),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,256}$/, 'must have 16 to 256 characters out of A–Z, a–z, 0–9, _ and -')
    .optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an address such as https://hoi.example.vn, or be left out for polling' }).optional(),
  BOARD_CHAT: z.string().regex(REF, 'must look like telegram:-1001234').optional(),
  ADMINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').map((one) => one.trim()).filter(Boolean))
    .refine((list) => list.every((one) => REF.test(one)), 'must be a list such as telegram:42,zalo:9'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://, or be left out for the embedded store')
    .optional(),
  DATA_DIR: z.string().min(1).default('data'),
  PORT: z.coerce.number('must be a number from 0 to 65535').int().min(0).max(65535).default(8080),
  HOST: z.string().min(1).default('0.0.0.0'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  QUESTIONS_PER_DAY: count(1, 1000, 5),
  MESSAGES_PER_MINUTE: count(5, 1000, 40),
  ATTACHMENTS_PER_QUESTION: count(0, 50, 10),
  ATTACHMENT_MEGABYTES: count(1, 20, 20),
  SEND_PER_SECOND: count(1, 10_000, 30),
  SEND_PER_CHAT_PER_SECOND: count(1, 10_000, 1),
  SEND_PER_GROUP_PER_MINUTE: count(1, 600_000, 20),
});

/**
 * Reads the settings from `env` (names and meaning: .env.example). An empty value counts as left out.
 * Throws ConfigError with one sentence that names the setting.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${issue?.path.join('.') ?? 'A setting'} ${issue?.message ?? 'is wrong'}: see .env.example.`);
  }
  const s = parsed.data;
  if (!s.TELEGRAM_BOT_TOKEN)
    throw new ConfigError('TELEGRAM_BOT_TOKEN is missing: ask @BotFather for a bot and put its token into .env.');
  if (!s.BOARD_CHAT)
    throw new ConfigError(
      'BOARD_CHAT is missing: add the bot to the board’s private group, run `npm run show-chats`, and put what it prints into .env.',
    );
  if (s.PUBLIC_URL && !s.TELEGRAM_WEBHOOK_SECRET)
    throw new ConfigError('TELEGRAM_WEBHOOK_SECRET is missing: a webhook (PUBLIC_URL) needs a secret of 16 or more characters.');
  return {
    telegram: {
      token: s.TELEGRAM_BOT_TOKEN,
      apiRoot: s.TELEGRAM_API_ROOT,
      ...(s.PUBLIC_URL && s.TELEGRAM_WEBHOOK_SECRET
        ? { webhook: { publicUrl: s.PUBLIC_URL.replace(/\/+$/, ''), secret: s.TELEGRAM_WEBHOOK_SECRET } }
        : {}),
      send: {
        perSecond: s.SEND_PER_SECOND,
        perChatPerSecond: s.SEND_PER_CHAT_PER_SECOND,
        perGroupPerMinute: s.SEND_PER_GROUP_PER_MINUTE,
      },
    },
    boardChat: s.BOARD_CHAT,
    admins: s.ADMINS,
    ...(s.MONGODB_URI ? { mongodbUri: s.MONGODB_URI } : {}),
    dataDir: s.DATA_DIR,
    port: s.PORT,
    host: s.HOST,
    logLevel: s.LOG_LEVEL,
    limits: {
      questionsPerDay: s.QUESTIONS_PER_DAY,
      messagesPerMinute: s.MESSAGES_PER_MINUTE,
      contentMin: 20,
      contentMax: 3500,
      attachments: s.ATTACHMENTS_PER_QUESTION,
      attachmentBytes: s.ATTACHMENT_MEGABYTES * 1024 * 1024,
    },
  };
}

function count(least: number, most: number, otherwise: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(rule).int(rule).min(least, rule).max(most, rule).default(otherwise);
}
