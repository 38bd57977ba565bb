import type { Api } from './createApi.js';
import { PATHS } from './facts.js';
import { profileSchema } from './wire.js';

const KEPT = 5_000;

/** Display names, which no event brings. */
export type Profiles = {
  /**
   * The name as far as it is known; else the end of the id, and the name is fetched for the next time, since the
   * webhook has no time to wait for it.
   */
  nameOf: (userId: string) => string;
  /** Resolves when nothing is being fetched. */
  settled(): Promise<void>;
};

export function createProfiles(api: Pick<Api, 'get'>): Profiles {
  const names = new Map<string, string>();
  const underWay = new Map<string, Promise<void>>();

  const fetchName = async (userId: string): Promise<void> => {
    const answer = await api.get(PATHS.profile, { user_id: userId });
    const profile = profileSchema.safeParse(answer.kind === 'ok' ? answer.data : undefined);
    if (!profile.success) return; // asked again at the next event
    if (names.size >= KEPT) for (const oldest of [...names.keys()].slice(0, KEPT / 10)) names.delete(oldest);
    names.set(userId, profile.data.display_name.normalize('NFC').slice(0, 100));
  };

  return {
    nameOf(userId) {
      const name = names.get(userId);
      if (name === undefined && !underWay.has(userId))
        underWay.set(
          userId,
          fetchName(userId).finally(() => underWay.delete(userId)),
        );
      return name ?? `Zalo ${userId.slice(-4)}`;
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}
