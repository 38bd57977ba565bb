import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.js';

const TELEGRAM = { TELEGRAM_BOT_TOKEN: '123456:abcdefghijkl', BOARD_CHAT: 'telegram:-1001' };
const ZALO = {
  ZALO_APP_ID: '3608465248940903967',
  ZALO_APP_SECRET: 'app',
  ZALO_OA_SECRET_KEY: 'key',
  SECRETS_KEY: 'x'.repeat(32),
  BOARD_CHAT: 'telegram:-1001',
};

const SECRETS = ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET', 'SECRETS_KEY'];

describe('the settings', () => {
  it.each<[string, Record<string, string>]>([
    ['TELEGRAM_BOT_TOKEN', {}],
    ['TELEGRAM_BOT_TOKEN', { ...TELEGRAM, TELEGRAM_BOT_TOKEN: 'my token' }],
    ['TELEGRAM_API_ROOT', { ...TELEGRAM, TELEGRAM_API_ROOT: 'telegram' }],
    ['BOARD_CHAT', { ...TELEGRAM, BOARD_CHAT: '' }],
    ['BOARD_CHAT', { ...TELEGRAM, BOARD_CHAT: 'the board' }],
    ['ADMINS', { ...TELEGRAM, ADMINS: 'telegram:42,Lan' }],
    ['PUBLIC_URL', { ...TELEGRAM, PUBLIC_URL: 'example' }],
    ['TELEGRAM_WEBHOOK_SECRET', { ...TELEGRAM, PUBLIC_URL: 'https://example.org' }],
    [
      'TELEGRAM_WEBHOOK_SECRET',
      { ...TELEGRAM, PUBLIC_URL: 'https://example.org', TELEGRAM_WEBHOOK_SECRET: 'tiny!' },
    ],
    ['MONGODB_URI', { ...TELEGRAM, MONGODB_URI: 'localhost:27017' }],
    ['PORT', { ...TELEGRAM, PORT: '99999999' }],
    ['LOG_LEVEL', { ...TELEGRAM, LOG_LEVEL: 'loud' }],
    ['QUESTIONS_PER_DAY', { ...TELEGRAM, QUESTIONS_PER_DAY: '0' }],
    ['ZALO_APP_SECRET', { ...ZALO, ZALO_APP_SECRET: '' }],
    ['ZALO_OA_SECRET_KEY', { ...ZALO, ZALO_OA_SECRET_KEY: '' }],
    ['SECRETS_KEY', { ...ZALO, SECRETS_KEY: 'tiny!' }],
    ['ZALO_TEMPLATES', { ...ZALO, ZALO_TEMPLATES: 'reminder' }],
  ])('%s that is missing or wrong is named in one sentence that gives no secret away', (name, env) => {
    const error = failureOf(env);
    expect(error.message).toMatch(new RegExp(`^${name} `));
    expect(error.message).not.toContain('\n');
    if (SECRETS.includes(name) && env[name]) expect(error.message).not.toContain(env[name]);
  });

  it('take Telegram alone, Zalo alone, and both', () => {
    expect(Object.keys(readConfig(TELEGRAM))).toContain('telegram');
    expect(readConfig(ZALO)).toMatchObject({ zalo: { appId: ZALO.ZALO_APP_ID, paidWindow: false } });
    expect(readConfig({ ...TELEGRAM, ...ZALO })).toMatchObject({ telegram: {}, zalo: {} });
  });

  it('poll without a public address, and have a webhook with one', () => {
    expect(readConfig(TELEGRAM).telegram).not.toHaveProperty('webhook');
    const webhook = { PUBLIC_URL: 'https://example.org/', TELEGRAM_WEBHOOK_SECRET: 'a'.repeat(16) };
    expect(readConfig({ ...TELEGRAM, ...webhook }).telegram?.webhook).toEqual({
      publicUrl: 'https://example.org',
      secret: 'a'.repeat(16),
    });
  });
});

function failureOf(env: Record<string, string>): ConfigError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were taken');
}
