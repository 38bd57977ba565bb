import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../src/clock.js';
import type { Context } from './context.js';
import { createActors, type UserHandle } from './createActors.js';
import { createApiServer } from './createApiServer.js';
import { createEvents, type Events } from './createEvents.js';
import { createFaults, type Faults } from './createFaults.js';
import { createGrants } from './createGrants.js';
import { createRecord, type Record_ } from './createRecord.js';
import { createWebhookDelivery, sign } from './createWebhookDelivery.js';
import { createWorld, type NewPerson } from './createWorld.js';
import type { WireEvent } from './wire.js';

export type ZaloSimulatorOptions = {
  /** The system clock unless told. Tokens, windows, limits, repetitions and expiry follow it. */
  clock?: Clock;
  /** 0 (any free port) unless told. */
  port?: number;
  /** From 48 hours to 7 days after the last interaction: 'billed' (default) or 'refused'. Sources disagree. */
  paidWindow?: 'billed' | 'refused';
  /** Which shape of buttons is taken; 'either' unless told. Sources disagree. */
  buttons?: 'plain' | 'button' | 'either';
  /** Over it every call is refused with -32; 4,000 unless told. */
  callsPerMinute?: number;
  /** Registered templates by id. */
  templates?: Readonly<Record<string, { params: readonly string[]; promotional?: boolean }>>;
  /** How long the webhook may take, in real milliseconds; 2000. */
  webhookTimeoutMs?: number;
  /** 'counts' keeps only counters and 50 messages a chat, for long runs. */
  record?: 'full' | 'counts';
};

export type ZaloSimulator = {
  /** ZALO_API_ROOT, ZALO_OAUTH_ROOT, and the host for templates by telephone number. */
  apiRoot: string;
  oauthRoot: string;
  businessRoot: string;
  appId: string;
  appSecret: string;
  oaId: string;
  oaSecretKey: string;
  /** ZALO_REFRESH_TOKEN: the one that the console gave. */
  refreshToken: string;
  /** An admin grants the app its rights anew: another first refresh token. */
  grant(): string;
  /** An admin takes the app's rights back. */
  revoke(): void;
  accessToken(): string | undefined;
  user(given?: NewPerson): UserHandle;
  userById(id: string): UserHandle;
  /** Saves the webhook's address in the console; false when the unsigned probe was not answered 200. */
  setWebhook(url: string | undefined): Promise<boolean>;
  /** The address; undefined before it is set, and after all repetitions of an event failed. */
  webhook(): string | undefined;
  /** Sends the bot any event as it is. */
  inject(event: Partial<WireEvent> & { event_name: string }): void;
  /** Posts any body to the webhook, signed or not, and gives the status. */
  post(body: string, headers?: Record<string, string>): Promise<string>;
  sign(event: { timestamp: string }, body: string): string;
  record: Record_;
  faults: Faults;
  on: Events['on'];
  /** Events not delivered yet. */
  pendingEvents(): number;
  /** Resolves once no call and no delivery runs; repetitions that wait for the clock do not count. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

const APP = {
  appId: '3608465248940903967',
  appSecret: 'simulated-app-secret',
  oaId: '388613280879880645',
  oaSecretKey: 'simulated-oa-secret-key',
};

/**
 * Starts a stand-in for Zalo's OpenAPI and OAuth on loopback that behaves as docs/zalo.md says of the real ones, with
 * people to play in it. The three hosts are three roots on one port.
 */
export async function startZaloSimulator(options: ZaloSimulatorOptions = {}): Promise<ZaloSimulator> {
  const { clock = systemClock, record: mode = 'full' } = options;
  const events = createEvents();
  const record = createRecord(mode);
  const faults = createFaults();
  const busy = createBusy();
  const grants = createGrants(clock, APP);
  const world = createWorld(clock, events, mode === 'full' ? Infinity : 50);
  const delivery = createWebhookDelivery({
    clock,
    app: APP,
    record,
    faults,
    events,
    busy,
    timeoutMs: options.webhookTimeoutMs ?? 2_000,
  });
  let origin = '';
  const context: Context = {
    clock,
    app: APP,
    rules: {
      paidWindow: options.paidWindow ?? 'billed',
      buttons: options.buttons ?? 'either',
      callsPerMinute: options.callsPerMinute ?? 4_000,
    },
    templates: new Map(Object.entries(options.templates ?? {})),
    world,
    grants,
    delivery,
    faults,
    record,
    events,
    origin: () => origin,
  };
  const server = createApiServer(context, busy);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  // A TCP server has an AddressInfo; only a pipe's address is a string.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const actors = createActors(context);

  return {
    apiRoot: `${origin}/api`,
    oauthRoot: `${origin}/oauth`,
    businessRoot: `${origin}/business`,
    ...APP,
    refreshToken: grants.grant(),
    grant: grants.grant,
    revoke: () => grants.revoke(),
    accessToken: grants.accessToken,
    user: (given) => actors.user(given),
    userById: (id) => actors.userById(id),
    setWebhook: (url) => delivery.set(url),
    webhook: delivery.address,
    inject: (event) =>
      delivery.push({ app_id: APP.appId, timestamp: String(clock.now().getTime()), ...event }),
    post: (body, headers = {}) => delivery.send(delivery.address() ?? '', body, headers),
    sign: (event, body) => sign(event, body, APP),
    record,
    faults,
    on: (event, listener) => events.on(event, listener),
    pendingEvents: delivery.pending,
    async idle() {
      do {
        delivery.releaseHeld();
        await busy.idle();
      } while (!busy.isIdle());
    },
    async close() {
      delivery.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** Knows when nothing runs. */
function createBusy() {
  let running = 0;
  const waiting = new Set<() => void>();
  const check = (): void => {
    if (waiting.size === 0 || running > 0) return;
    // Two turns of the event loop let a call that is just arriving count.
    setImmediate(() =>
      setImmediate(() => {
        if (running > 0) return;
        for (const resolve of [...waiting]) {
          waiting.delete(resolve);
          resolve();
        }
      }),
    );
  };
  return {
    enter: (): void => void running++,
    leave(): void {
      running--;
      check();
    },
    isIdle: (): boolean => running === 0,
    idle: (): Promise<void> =>
      new Promise((resolve) => {
        waiting.add(resolve);
        check();
      }),
  };
}
