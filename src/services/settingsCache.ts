import type { Clock } from '../clock.js';
import type { AuditStore } from '../store/audit.js';
import type { SettingsStore } from '../store/settings.js';
import { readSnapshot, type Snapshot } from './settingKinds.js';

/** How long a snapshot is used before the store is asked whether another instance changed something. */
export const SNAPSHOT_MS = 2_000;
const MOST_ATTEMPTS = 20;

export type SettingChange = {
  kind: string;
  key: string;
  value: unknown; // null drops it
  fallback?: unknown; // what stood before the first change
  by: string;
  cause: string;
};
export type SettingsCache = ReturnType<typeof createSettingsCache>;

/** All settings in memory, at most SNAPSHOT_MS behind other instances, and the one way to change one on record. */
export function createSettingsCache(deps: { store: SettingsStore; audit: AuditStore; clock: Clock }) {
  const { store, audit, clock } = deps;
  let snapshot: Snapshot | undefined;
  let checkedAt = 0;
  let loading: Promise<Snapshot> | undefined;

  const load = async (): Promise<Snapshot> => {
    const now = clock.now().getTime();
    // The counter first: what changes while the rest is read is then read again next time.
    const revision = await store.revision();
    const next = snapshot?.revision === revision ? snapshot : readSnapshot(revision, await store.all());
    snapshot = next;
    checkedAt = now;
    return next;
  };

  /** The settings as they stand. */
  const read = async (): Promise<Snapshot> => {
    if (snapshot && clock.now().getTime() - checkedAt < SNAPSHOT_MS) return snapshot;
    loading ??= load().finally(() => (loading = undefined));
    return loading;
  };

  /** Reads past the cache, after a change. */
  const refresh = async (): Promise<Snapshot> => {
    await loading?.catch(() => undefined);
    return load();
  };

  /**
   * Changes one setting and records who, when, before and after. Done once a cause: a repeat finishes what a crash
   * left, and never writes an old value over a newer one.
   */
  const change = async (wanted: SettingChange): Promise<void> => {
    const { kind, key, by, cause } = wanted;
    const id = `setting:${kind}:${key}:${cause}`;
    if (await audit.get(id)) return;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      let record = await store.get(kind, key);
      if (record?.last.cause !== cause) {
        const before = record ? record.value : (wanted.fallback ?? null);
        const next = {
          kind,
          key,
          value: wanted.value,
          revision: 0,
          last: { cause, by, at: clock.now(), before },
        };
        if (!(await store.put(next, record?.revision ?? 0))) continue;
        record = next;
      }
      await store.touch();
      const { at, before } = record.last;
      await audit.add({
        id,
        at,
        by,
        what: 'setting-changed',
        subject: `${kind}:${key}`,
        before,
        after: record.value,
      });
      await refresh();
      return;
    }
    throw new Error(`setting ${kind}:${key} is changed by too many at once`);
  };

  return { read, refresh, change, get: store.get };
}
