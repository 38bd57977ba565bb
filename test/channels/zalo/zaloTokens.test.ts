import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TokenStore } from '../../../src/channels/zalo/tokenStore.js';
import { connectStore, type Store } from '../../../src/store/connect.js';
import { createZaloTokensStore } from '../../../src/store/zaloTokens.js';

const APP = '3608465248940903967';
const KEY = 'a secret of more than thirty-two characters';
const now = new Date('2026-11-23T02:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

describe('the store of the account’s tokens', () => {
  let dir: string;
  let store: Store;
  let tokens: TokenStore;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'zalo-tokens-'));
    const mongodbUri = process.env['MONGODB_URI'];
    store = await connectStore({
      ...(mongodbUri === undefined ? {} : { mongodbUri }),
      dataDir: dir,
      database: `zalo-${randomUUID().slice(0, 8)}`,
      onWarning: () => undefined,
    });
  });
  afterAll(async () => {
    if (process.env['MONGODB_URI'] !== undefined) await store.connection.dropDatabase();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await store.connection.collection('zaloTokens').deleteMany({});
    store.connection.deleteModel(/ZaloToken/);
    tokens = createZaloTokensStore(store.connection, { appId: APP, secretsKey: KEY });
    await tokens.begin({ refreshToken: 'first', seed: 's1' });
  });

  const pair = { accessToken: 'access', refreshToken: 'second', expiresAt: later(90_000_000) };

  it('begins once', async () => {
    expect(await tokens.begin({ refreshToken: 'other', seed: 's2' })).toBe(false);
    expect(await tokens.load()).toEqual({
      version: 1,
      refreshToken: 'first',
      expiresAt: new Date(0),
      seeds: ['s1'],
    });
  });

  it('gives the exchange to one owner until the lease ends', async () => {
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((owner) => tokens.lease(1, owner, now, later(60_000))),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await tokens.lease(1, 'd', later(59_999), later(119_999))).toBe(false);
    expect(await tokens.lease(1, 'd', later(60_000), later(120_000))).toBe(true);
    await tokens.release(1, 'somebody else');
    expect((await tokens.load())?.lease).toEqual({ owner: 'd', until: later(120_000) });
    await tokens.release(1, 'd');
    expect((await tokens.load())?.lease).toBeUndefined();
  });

  it('replaces a version once, and ends the lease with it', async () => {
    await tokens.lease(1, 'a', now, later(60_000));
    expect(await tokens.replace(1, pair)).toBe(true);
    expect(await tokens.replace(1, { ...pair, accessToken: 'late' })).toBe(false);
    expect(await tokens.load()).toEqual({ version: 2, ...pair, seeds: ['s1'] });
  });

  it('is refused once, and then only adopts', async () => {
    expect(await tokens.adopt(1, { refreshToken: 'new', seed: 's2' })).toBe(false);
    expect([
      await tokens.refuse(1, { at: now, code: -1 }),
      await tokens.refuse(1, { at: now, code: -2 }),
    ]).toEqual([true, false]);
    expect(await tokens.lease(1, 'a', now, later(60_000))).toBe(false);
    expect(await tokens.adopt(1, { refreshToken: 'new', seed: 's2' })).toBe(true);
    expect(await tokens.load()).toEqual({
      version: 2,
      refreshToken: 'new',
      expiresAt: new Date(0),
      seeds: ['s1', 's2'],
    });
  });

  it('keeps no token readable on disk, and the same token never twice the same', async () => {
    await tokens.replace(1, pair);
    const first = JSON.stringify(await store.connection.collection('zaloTokens').findOne({}));
    await tokens.replace(2, pair);
    const second = JSON.stringify(await store.connection.collection('zaloTokens').findOne({}));
    for (const secret of [pair.accessToken, pair.refreshToken, KEY]) expect(first).not.toContain(secret);
    expect((JSON.parse(first) as { sealed: string }).sealed).not.toBe(
      (JSON.parse(second) as { sealed: string }).sealed,
    );
  });

  it('does not open with another key, nor for another app', async () => {
    store.connection.deleteModel(/ZaloToken/);
    const otherKey = createZaloTokensStore(store.connection, { appId: APP, secretsKey: `${KEY}!` });
    await expect(otherKey.load()).rejects.toMatchObject({ code: 'secrets-key-wrong' });
  });
});
