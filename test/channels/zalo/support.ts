/** A Zalo channel on the simulator, with its webhook on a real port and its tokens in memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Accept, Channel, Decoded, Incoming } from '../../../src/channels/channel.js';
import type { TokenRecord, TokenStore } from '../../../src/channels/zalo/tokenStore.js';
import { createZaloChannel, type ZaloNeeds } from '../../../src/channels/zalo/createZaloChannel.js';
import { createManualClock, type ManualClock } from '../../../src/clock.js';
import {
  startZaloSimulator,
  type ZaloSimulator,
  type ZaloSimulatorOptions,
} from '../../../simulator/zalo/startZaloSimulator.js';

/** A Monday morning in Vietnam. */
export const START = new Date('2026-11-23T02:00:00Z');
export const HOUR_MS = 3_600_000;

export const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type Told = { code: string; fields: Readonly<Record<string, string | number>> };

/** The rules of the store, in memory; `fails` makes the named operation reject. */
export function createMemoryTokenStore(): TokenStore & {
  record?: TokenRecord;
  fails: Set<keyof TokenStore>;
  exchanges(): number;
} {
  const fails = new Set<keyof TokenStore>();
  let record: TokenRecord | undefined;
  const guard = async (name: keyof TokenStore): Promise<void> => {
    await Promise.resolve();
    if (fails.has(name)) throw new Error('the store is away');
  };
  const without = ({ lease: _l, refused: _r, ...rest }: TokenRecord): TokenRecord => rest;
  return {
    fails,
    exchanges: () => (record?.version ?? 0) - 1,
    get record() {
      return record as TokenRecord; // set by the time a test looks
    },
    async load() {
      await guard('load');
      return record && structuredClone(record);
    },
    async begin({ refreshToken, seed }) {
      await guard('begin');
      if (record) return false;
      record = { version: 1, refreshToken, expiresAt: new Date(0), seeds: [seed] };
      return true;
    },
    async lease(version, owner, now, until) {
      await guard('lease');
      if (record?.version !== version || record.refused || (record.lease && record.lease.until > now))
        return false;
      record.lease = { owner, until };
      return true;
    },
    async release(version, owner) {
      await guard('release');
      if (record?.version === version && record.lease?.owner === owner) delete record.lease;
    },
    async replace(version, pair) {
      await guard('replace');
      if (record?.version !== version) return false;
      record = { ...without(record), ...pair, version: version + 1 };
      return true;
    },
    async refuse(version, refused) {
      await guard('refuse');
      if (record?.version !== version || record.refused) return false;
      delete record.lease;
      record.refused = refused;
      return true;
    },
    async adopt(version, { refreshToken, seed }) {
      await guard('adopt');
      if (record?.version !== version || !record.refused) return false;
      record = { version: version + 1, refreshToken, expiresAt: new Date(0), seeds: [...record.seeds, seed] };
      return true;
    },
  };
}

export type Bench = {
  sim: ZaloSimulator;
  clock: ManualClock;
  channel: ReturnType<typeof createZaloChannel>;
  store: ReturnType<typeof createMemoryTokenStore>;
  /** What was stored, in order; `ignored` counts the rest by why. */
  heard: Incoming[];
  ignored: string[];
  told: Told[];
  /** How updates are stored; replace it to let the store fail. */
  accept: { run: Accept };
  /** Another process on the same store. */
  another: (overrides?: Partial<ZaloNeeds>) => ReturnType<typeof createZaloChannel>;
};

/** Everything is closed at the end of the test. */
export async function startBench(
  options: {
    sim?: Omit<ZaloSimulatorOptions, 'clock'>;
    needs?: Partial<ZaloNeeds>;
    listen?: boolean;
    firstToken?: false;
  } = {},
): Promise<Bench> {
  const clock = createManualClock(START);
  const sim = await startZaloSimulator({ ...options.sim, clock });
  onTestFinished(() => sim.close());
  const store = createMemoryTokenStore();
  const heard: Incoming[] = [];
  const ignored: string[] = [];
  const told: Told[] = [];
  let count = 0;
  const another = (overrides: Partial<ZaloNeeds> = {}): ReturnType<typeof createZaloChannel> =>
    createZaloChannel({
      appId: sim.appId,
      appSecret: sim.appSecret,
      oaSecretKey: sim.oaSecretKey,
      ...(options.firstToken === false ? {} : { firstToken: sim.refreshToken }),
      tokens: store,
      apiRoot: sim.apiRoot,
      oauthRoot: sim.oauthRoot,
      clock,
      newId: () => `process-${++count}`,
      log: quietLog,
      alert: async (code, fields) => void told.push({ code, fields }),
      ...overrides,
    });
  const channel = another(options.needs);
  const accept = {
    run: async (updates: readonly Decoded[]): Promise<void> => {
      for (const update of updates) {
        if (update.kind === 'incoming') heard.push(update.incoming);
        else ignored.push(update.why);
      }
    },
  };
  if (options.listen !== false) {
    await sim.setWebhook(await serve(channel));
    await channel.listen((updates) => accept.run(updates));
    onTestFinished(() => channel.quiet());
  }
  return { sim, clock, channel, store, heard, ignored, told, accept, another };
}

/** Serves the channel's webhook on loopback and gives its address. */
export async function serve(channel: Channel): Promise<string> {
  const [webhook] = channel.webhooks();
  if (!webhook) throw new Error('the channel has no webhook');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      webhook.receive({ headers, body: Buffer.concat(chunks) }).then(
        ({ status }) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  return `http://127.0.0.1:${port}${webhook.path}`;
}

export const refOf = (user: { id: string }): string => `zalo:${user.id}`;

/** What `send` was asked and said, in short. */
export const say = (channel: Channel, user: { id: string }, text: string, more: object = {}) =>
  channel.send({ kind: 'send', chat: refOf(user), message: { text, ...more } });
