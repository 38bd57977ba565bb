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
  zalo?: ZaloConfig;
  boardChat: string;
  admins: string[];
  mongodbUri?: string;
  dataDir: string;
  port: number;
  host: string;
  logLevel: LogLevel;
  limits: Limits;
};

/** A Zalo Official Account (docs/zalo.md). */
export type ZaloConfig = {
  appId: string;
  appSecret: string;
  oaSecretKey: string;
  /** The first refresh token; later ones live in the store, encrypted with `secretsKey`. */
  firstToken?: string;
  secretsKey: string;
  apiRoot: string;
  oauthRoot: string;
  templates: Readonly<Record<string, string>>;
  paidWindow: boolean;
  buttons: { template: 'plain' | 'button'; query: 'hide' | 'show' };
};

/** How much one person may send (A1; README, "Settings"). */
export type Limits = {
  questionsPerDay: number;
  messagesPerMinute: number;
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
  TELEGRAM_API_ROOT: z
    .url('must be an address such as https://api.telegram.org')
    .default('https://api.telegram.org'),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,256}$/, 'must have 16 to 256 characters out of A–Z, a–z, 0–9, _ and -')
    .optional(),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be an address such as https://hoi.example.vn, or be left out for polling',
    })
    .optional(),
  ZALO_APP_ID: z
    .string()
    .regex(/^\d{6,}$/, 'must be the app’s number')
    .optional(),
  ZALO_APP_SECRET: z.string().optional(),
  ZALO_OA_SECRET_KEY: z.string().optional(),
  ZALO_REFRESH_TOKEN: z.string().optional(),
  SECRETS_KEY: z.string().min(32, 'must have 32 or more characters').optional(),
  ZALO_API_ROOT: z
    .url('must be an address such as https://openapi.zalo.me')
    .default('https://openapi.zalo.me'),
  ZALO_OAUTH_ROOT: z
    .url('must be an address such as https://oauth.zaloapp.com')
    .default('https://oauth.zaloapp.com'),
  ZALO_TEMPLATES: z
    .string()
    .regex(/^\w+:\w+(,\w+:\w+)*$/, 'must be a list such as reminder:395123')
    .optional(),
  ZALO_PAID_WINDOW: z.enum(['on', 'off'], 'must be on or off').default('off'),
  ZALO_BUTTON_TEMPLATE: z.enum(['plain', 'button'], 'must be plain or button').default('plain'),
  ZALO_BUTTON_QUERY: z.enum(['hide', 'show'], 'must be hide or show').default('hide'),
  BOARD_CHAT: z.string().regex(REF, 'must look like telegram:-1001234').optional(),
  ADMINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
    )
    .refine((list) => list.every((one) => REF.test(one)), 'must be a list such as telegram:42,zalo:9'),
  MONGODB_URI: z
    .string()
    .regex(
      /^mongodb(\+srv)?:\/\//,
      'must begin with mongodb:// or mongodb+srv://, or be left out for the embedded store',
    )
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
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(
      `${issue?.path.join('.') ?? 'A setting'} ${issue?.message ?? 'is wrong'}: see .env.example.`,
    );
  }
  const s = parsed.data;
  const telegram = readTelegram(s);
  const zalo = readZalo(s);
  if (!telegram && !zalo)
    throw new ConfigError(
      'TELEGRAM_BOT_TOKEN is missing: ask @BotFather for a bot and put its token into .env (or set up Zalo: docs/zalo.md).',
    );
  if (!s.BOARD_CHAT)
    throw new ConfigError(
      'BOARD_CHAT is missing: add the bot to the board’s private group, run `npm run show-chats`, and put what it prints into .env.',
    );
  return {
    ...(telegram ? { telegram } : {}),
    ...(zalo ? { zalo } : {}),
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
      attachments: s.ATTACHMENTS_PER_QUESTION,
      attachmentBytes: s.ATTACHMENT_MEGABYTES * 1024 * 1024,
    },
  };
}

type Settings = z.infer<typeof settings>;

function readTelegram(s: Settings): Config['telegram'] {
  if (!s.TELEGRAM_BOT_TOKEN) return undefined;
  if (s.PUBLIC_URL && !s.TELEGRAM_WEBHOOK_SECRET)
    throw new ConfigError(
      'TELEGRAM_WEBHOOK_SECRET is missing: a webhook (PUBLIC_URL) needs a secret of 16 or more characters.',
    );
  return {
    token: s.TELEGRAM_BOT_TOKEN,
    apiRoot: s.TELEGRAM_API_ROOT,
    send: {
      perSecond: s.SEND_PER_SECOND,
      perChatPerSecond: s.SEND_PER_CHAT_PER_SECOND,
      perGroupPerMinute: s.SEND_PER_GROUP_PER_MINUTE,
    },
    ...(s.PUBLIC_URL && s.TELEGRAM_WEBHOOK_SECRET
      ? { webhook: { publicUrl: s.PUBLIC_URL.replace(/\/+$/, ''), secret: s.TELEGRAM_WEBHOOK_SECRET } }
      : {}),
  };
}

function readZalo(s: Settings): ZaloConfig | undefined {
  if (!s.ZALO_APP_ID) return undefined;
  const needed = (name: 'ZALO_APP_SECRET' | 'ZALO_OA_SECRET_KEY' | 'SECRETS_KEY', how: string): string => {
    const value = s[name];
    if (value === undefined) throw new ConfigError(`${name} is missing: ${how}.`);
    return value;
  };
  return {
    appId: s.ZALO_APP_ID,
    appSecret: needed('ZALO_APP_SECRET', 'copy it from the app’s settings on developers.zalo.me'),
    oaSecretKey: needed('ZALO_OA_SECRET_KEY', 'copy it from the app’s webhook page on developers.zalo.me'),
    secretsKey: needed(
      'SECRETS_KEY',
      'choose 32 or more random characters, with which the tokens are encrypted in the store',
    ),
    ...(s.ZALO_REFRESH_TOKEN === undefined ? {} : { firstToken: s.ZALO_REFRESH_TOKEN }),
    apiRoot: s.ZALO_API_ROOT,
    oauthRoot: s.ZALO_OAUTH_ROOT,
    templates: Object.fromEntries(
      (s.ZALO_TEMPLATES?.split(',') ?? []).map((one) => one.split(':') as [string, string]),
    ), // by the pattern above
    paidWindow: s.ZALO_PAID_WINDOW === 'on',
    buttons: { template: s.ZALO_BUTTON_TEMPLATE, query: s.ZALO_BUTTON_QUERY },
  };
}

function count(least: number, most: number, otherwise: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(rule).int(rule).min(least, rule).max(most, rule).default(otherwise);
}
