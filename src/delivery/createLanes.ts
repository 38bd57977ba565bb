/** Which lanes this instance works. Leases in the store share them out among the instances that live. */
import type { Logger } from 'pino';
import { sleep, type Clock } from '../clock.js';
import type { LeaseDocument, LeasesStore } from '../store/leases.js';
import type { DeliverySettings } from './settings.js';

/** How long lanes are kept for what runs in them before another instance gets them. */
const QUIESCE_MS = 2_000;

export type Lanes = {
  /** Takes what it can get; resolves after the first round. Rejects when the store is away. */
  start(): Promise<void>;
  /** Gives everything up, so that others need not wait for the leases to end. */
  stop(): Promise<void>;
  holds(lane: number): boolean;
  /** The same for something else that only one instance does, such as `poller:telegram`; claimed from the first asking on. */
  holdsName(name: string): boolean;
  held(): number[];
  /** This instance's part of all lanes, 0–1. */
  share(): number;
  /** Resolves when no renewal is under way. */
  settled(): Promise<void>;
  /** Other instances live. */
  several(): boolean;
};

/**
 * `exclusive`: nobody else can use the store, so all lanes are taken at once and kept. Else a third of the lease's
 * time is the beat: renew, count who lives, give up what is more than a fair share, claim what is free. A lease
 * counts as held only until it ends by this instance's own clock, whatever the store says.
 */
export function createLanes(needs: {
  leases: LeasesStore;
  clock: Clock;
  owner: string;
  settings: DeliverySettings;
  exclusive: boolean;
  log: Pick<Logger, 'info' | 'warn'>;
  gained(lanes: readonly number[]): void;
  /** Resolves when nothing runs in these lanes any more. */
  lost(lanes: readonly number[]): Promise<void>;
}): Lanes {
  const { leases, clock, owner, settings, exclusive, log } = needs;
  const all = Array.from({ length: settings.lanes }, (_, lane) => lane);
  const wanted = new Set<string>();
  let held = new Set<number>();
  let heldNames = new Set<string>();
  let heldUntil = 0;
  let living = 1;
  let beating: Promise<void> | undefined;
  let cancelBeat: () => void = () => undefined;
  let stopped = true;

  const valid = (): boolean => exclusive || clock.now().getTime() < heldUntil;

  const adopt = (documents: readonly LeaseDocument[], lapsed: boolean): void => {
    const mine = documents.filter((lease) => lease.owner === owner).map(({ _id }) => _id);
    const lanes = new Set(
      mine.filter((name) => name.startsWith('lane:')).map((name) => Number(name.slice(5))),
    );
    // Nothing was done in a lapsed lane meanwhile, so it is looked through like a new one.
    const gained = [...lanes].filter((lane) => lapsed || !held.has(lane));
    const lost = [...held].filter((lane) => !lanes.has(lane));
    held = lanes;
    heldNames = new Set(mine);
    if (lost.length > 0) void needs.lost(lost);
    if (gained.length > 0) needs.gained(gained);
    if (gained.length + lost.length > 0)
      log.info({ gained: gained.length, lost: lost.length, held: lanes.size }, 'lanes');
  };

  const round = async (): Promise<void> => {
    const now = clock.now();
    const until = new Date(now.getTime() + settings.leaseMs);
    const lapsed = !valid();
    await leases.renew(owner, until);
    let documents = await leases.all();
    heldUntil = until.getTime();
    const live = documents.filter((lease) => lease._id.startsWith('instance:') && lease.until > now);
    living = Math.max(1, live.length);
    const fair = Math.ceil(settings.lanes / living);
    const mine = documents
      .filter((lease) => lease.owner === owner && lease._id.startsWith('lane:'))
      .map(({ _id }) => _id);
    if (mine.length > fair) await giveUp(mine.slice(fair));
    const names = claimable(documents, now, fair - mine.length);
    if (names.length > 0) await leases.claim(names, owner, now, until);
    if (names.length > 0 || mine.length > fair) documents = await leases.all();
    if (!stopped) adopt(documents, lapsed);
    if (documents.length > live.length + settings.lanes + wanted.size) await leases.forgetDead(now);
  };

  const giveUp = async (names: readonly string[]): Promise<void> => {
    const lanes = names.map((name) => Number(name.slice(5)));
    lanes.forEach((lane) => held.delete(lane));
    await Promise.race([needs.lost(lanes), sleep(clock, QUIESCE_MS)]);
    await leases.release(owner, names);
  };

  const claimable = (documents: readonly LeaseDocument[], now: Date, room: number): string[] => {
    const taken = new Set(documents.filter(({ until }) => until > now).map(({ _id }) => _id));
    // Each instance begins at another place, so that they do not all reach for the same lanes.
    const first = owner.charCodeAt(owner.length - 1) % settings.lanes;
    const lanes = all
      .map((lane) => `lane:${(lane + first) % settings.lanes}`)
      .filter((name) => !taken.has(name));
    return [...lanes.slice(0, Math.max(0, room)), ...[...wanted].filter((name) => !taken.has(name))];
  };

  const beat = (): Promise<void> => {
    cancelBeat();
    beating ??= round().finally(() => {
      beating = undefined;
      if (!stopped) cancelBeat = clock.wakeAt(new Date(clock.now().getTime() + settings.leaseMs / 3), beatOn);
    });
    return beating;
  };

  const beatOn = (): void => {
    beat().catch((error: unknown) => log.warn({ error: nameOf(error) }, 'leases-not-renewed'));
  };

  return {
    async start() {
      stopped = false;
      if (exclusive) {
        await leases.releaseEverybody();
        held = new Set(all);
        needs.gained(all);
        return;
      }
      await beat();
    },
    async stop() {
      stopped = true;
      cancelBeat();
      await beating?.catch(() => undefined); // said by beatOn
      const lanes = [...held];
      held = new Set();
      heldNames = new Set();
      await needs.lost(lanes);
      if (!exclusive) await leases.releaseAll(owner);
    },
    holds: (lane) => held.has(lane) && valid(),
    holdsName(name) {
      if (exclusive) return !stopped;
      if (!wanted.has(name)) {
        wanted.add(name);
        if (!stopped) beatOn();
      }
      return heldNames.has(name) && valid();
    },
    held: () => (valid() ? [...held] : []),
    share: () => Math.max(1, held.size) / settings.lanes,
    async settled() {
      await beating?.catch(() => undefined); // said by beatOn
    },
    several: () => !exclusive && living > 1,
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
