import { createHash } from 'node:crypto';
import type { AxiosInstance } from 'axios';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { Alert } from './createAlerts.js';
import { exchangeToken } from './exchangeToken.js';
import type { TokenPair, TokenRecord, TokenStore } from './tokenStore.js';

/** Refreshed so long before it ends (it lives 25 hours) … */
const AHEAD_MS = 3_600_000;
/** … and not used any more so shortly before. */
const SPARE_MS = 60_000;
/** Longer than an exchange can take; then another process may try. */
const LEASE_MS = 60_000;
const BUSY_MS = 1_000;
const AWAY_MS = 5_000;
const LIMITED_MS = 30_000;
const REFUSED_MS = 60_000;

/** An access token, or why there is none and when to ask again (ms). */
export type TokenState =
  { kind: 'token'; token: string } | { kind: 'none'; why: string; afterMs: number; repair?: true };

export type Tokens = {
  current(): Promise<TokenState>;
  /** The platform said that `bad` is no more: the token that another process stored meanwhile, or a new one. */
  renew(bad: string): Promise<TokenState>;
  /** Refreshes ahead of time from now on. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when no token is being got. */
  settled(): Promise<void>;
};

/**
 * The account's access token, shared by all processes through the store. The refresh token works once, so one process
 * exchanges it under a lease in the store, and the new pair is stored before anybody uses it. Never rejects for what
 * the platform answers; rejects when the store is away.
 */
export function createTokens(needs: {
  store: TokenStore;
  http: AxiosInstance;
  appId: string;
  appSecret: string;
  /** ZALO_REFRESH_TOKEN: the first one, or a new one after a refusal. */
  firstToken?: string;
  clock: Clock;
  owner: string;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  alert: Alert;
}): Tokens {
  const { store, clock, owner, log, alert, firstToken } = needs;
  const seed =
    firstToken === undefined
      ? undefined
      : createHash('sha256').update(firstToken).digest('base64url').slice(0, 16);
  let held: TokenPair | undefined;
  /** Got from the platform and not stored yet: the only copy there is. */
  let unsaved: { version: number; pair: TokenPair } | undefined;
  let flight: Promise<TokenState> | undefined;
  let cancelTimer: () => void = () => undefined;
  let running = false;

  const now = (): number => clock.now().getTime();
  const lasts = (pair: { expiresAt: Date }, spare: number): boolean =>
    pair.expiresAt.getTime() - now() > spare;

  const hold = (pair: TokenPair): TokenState => {
    held = pair;
    arm(pair.expiresAt.getTime() - AHEAD_MS);
    return { kind: 'token', token: pair.accessToken };
  };

  /** The token of the store, or a new one when it is `bad` or ends within `spare`. */
  const obtain = async (spare: number, bad?: string): Promise<TokenState> => {
    if (unsaved) return save(unsaved);
    const record = await store.load();
    if (record === undefined) return begin(spare);
    if (record.refused) return adoptOrWait(record, record.refused, spare);
    const pair = pairOf(record);
    if (pair && pair.accessToken !== bad && lasts(pair, spare)) return hold(pair);
    const until = new Date(now() + LEASE_MS);
    if (await store.lease(record.version, owner, clock.now(), until)) return exchange(record);
    // Somebody else is at it: their old token serves until then, unless it is known to be dead.
    return pair && pair.accessToken !== bad && lasts(pair, SPARE_MS)
      ? { kind: 'token', token: pair.accessToken }
      : { kind: 'none', why: 'token-refreshing', afterMs: BUSY_MS };
  };

  const begin = async (spare: number): Promise<TokenState> => {
    if (firstToken === undefined || seed === undefined) {
      await alert('zalo-token-missing', {});
      return { kind: 'none', why: 'token-missing', afterMs: REFUSED_MS, repair: true };
    }
    await store.begin({ refreshToken: firstToken, seed });
    return obtain(spare);
  };

  const adoptOrWait = async (
    record: TokenRecord,
    { code }: { code: number },
    spare: number,
  ): Promise<TokenState> => {
    if (firstToken !== undefined && seed !== undefined && !record.seeds.includes(seed)) {
      await store.adopt(record.version, { refreshToken: firstToken, seed });
      log.info({}, 'zalo-token-adopted');
      return obtain(spare);
    }
    held = undefined;
    return refusedState(code);
  };

  const exchange = async (record: TokenRecord): Promise<TokenState> => {
    const { version, refreshToken, lease } = record;
    const answer = await exchangeToken(needs.http, { ...needs, refreshToken });
    if (answer.kind === 'pair') {
      unsaved = { version, pair: answer.pair };
      return save(unsaved);
    }
    if (answer.kind === 'refused') {
      held = undefined;
      const first = await store.refuse(version, { at: clock.now(), code: answer.code });
      // A lease that was left behind means that a process died, or lost the answer, in the middle of an exchange.
      if (first) await alert(lease ? 'zalo-token-burnt' : 'zalo-token-refused', { code: answer.code });
      return refusedState(answer.code);
    }
    log.warn({ why: answer.why }, 'zalo-token-away');
    // Kept when the token may be spent: whoever finds the lease knows it.
    if (!answer.sent) await store.release(version, owner);
    return {
      kind: 'none',
      why: `token-${answer.why}`,
      afterMs: answer.why === 'limited' ? LIMITED_MS : AWAY_MS,
    };
  };

  const save = async ({ version, pair }: { version: number; pair: TokenPair }): Promise<TokenState> => {
    let stored: boolean;
    try {
      stored = await store.replace(version, pair);
    } catch (err) {
      log.error({ err }, 'zalo-token-not-stored');
      await alert('zalo-token-not-stored', {});
      arm(now() + BUSY_MS);
      return { kind: 'none', why: 'token-not-stored', afterMs: BUSY_MS };
    }
    unsaved = undefined;
    if (stored) log.info({ expiresAt: pair.expiresAt }, 'zalo-token-refreshed');
    return stored ? hold(pair) : obtain(SPARE_MS);
  };

  const once = (spare: number, bad?: string): Promise<TokenState> => {
    flight ??= obtain(spare, bad).finally(() => (flight = undefined));
    return flight;
  };

  const arm = (at: number): void => {
    cancelTimer();
    if (!running) return;
    cancelTimer = clock.wakeAt(new Date(at), () => {
      once(AHEAD_MS).then(
        (state) => {
          // Another process is at it, or the platform is away: the token still serves, so look again soon.
          if (state.kind === 'none') arm(now() + Math.max(state.afterMs, AWAY_MS));
          else if (held && !lasts(held, AHEAD_MS)) arm(now() + LEASE_MS);
        },
        (err: unknown) => {
          log.warn({ err }, 'zalo-token-store-away');
          arm(now() + AWAY_MS);
        },
      );
    });
  };

  return {
    async current() {
      if (held && lasts(held, SPARE_MS)) return { kind: 'token', token: held.accessToken };
      return once(SPARE_MS);
    },
    async renew(bad) {
      if (held?.accessToken !== bad && held && lasts(held, SPARE_MS))
        return { kind: 'token', token: held.accessToken };
      held = undefined;
      const underWay = await flight; // begun before this was known, so it may bring the same
      return underWay && !(underWay.kind === 'token' && underWay.token === bad)
        ? underWay
        : once(SPARE_MS, bad);
    },
    async start() {
      running = true;
      arm(now() + AWAY_MS);
      const state = await once(AHEAD_MS);
      if (state.kind === 'none') arm(now() + Math.max(state.afterMs, AWAY_MS));
    },
    async stop() {
      running = false;
      cancelTimer();
      await flight?.catch(() => undefined); // whoever asked heard of it
      if (unsaved) await save(unsaved);
    },
    async settled() {
      await flight?.catch(() => undefined); // whoever asked heard of it
    },
  };
}

function pairOf({ accessToken, refreshToken, expiresAt }: TokenRecord): TokenPair | undefined {
  return accessToken === undefined ? undefined : { accessToken, refreshToken, expiresAt };
}

function refusedState(code: number): TokenState {
  return { kind: 'none', why: `token-refused${code}`, afterMs: REFUSED_MS, repair: true };
}
