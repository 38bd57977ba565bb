import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Episode } from '../domain/schedule.js';
import type { PeopleStore } from '../store/people.js';
import type { QuestionsStore } from '../store/questions.js';
import { episodeById, episodesIn } from './episodes.js';
import { refuse } from './refuse.js';
import type { Actor, Announce, Services } from './services.js';
import type { EpisodeSetting } from './settingKinds.js';
import type { SettingsCache } from './settingsCache.js';

const DAY_MS = 86_400_000;
/** How far ahead the schedule is read. */
const AHEAD_MS = 400 * DAY_MS;
const linkSchema = z.url({ protocol: /^https?$/ });

/** Episodes as they stand and their changes (D1, A4), by an admin or the station. */
export function createProgramme(deps: {
  questions: QuestionsStore;
  people: PeopleStore;
  settings: SettingsCache;
  clock: Clock;
  announce: Announce;
  act: Services['act'];
}): Services['programme'] {
  const { questions, people, settings, clock, announce, act } = deps;

  const coming = async (): Promise<Episode[]> => {
    const now = clock.now();
    const episodes = episodesIn(await settings.read(), now, new Date(now.getTime() + AHEAD_MS));
    return episodes.filter(({ airings }) => airings.length > 0);
  };
  const known = async (id: string): Promise<Episode> => {
    const episode = episodeById(await settings.read(), id);
    if (!episode) throw refuse('unknown-episode', { episode: id });
    return episode;
  };
  const change = async (id: string, part: EpisodeSetting, by: Actor, cause: string): Promise<void> => {
    const before = (await settings.read()).episodes.get(id) ?? {};
    await settings.change({
      kind: 'episode',
      key: id,
      value: { ...before, ...part },
      fallback: {},
      by: by.account,
      cause,
    });
  };

  return {
    async nextEpisode() {
      const [episode] = await coming();
      if (!episode) return undefined;
      const now = clock.now();
      const airings = episode.airings.filter(({ until }) => until > now);
      return { episode, airings, questions: await questions.ofEpisode(episode.id) };
    },
    async upcoming(count) {
      const now = clock.now();
      const next = (await coming()).filter(({ at }) => at > now).slice(0, count);
      return Promise.all(
        next.map(async (episode) => ({ episode, questions: await questions.ofEpisode(episode.id) })),
      );
    },
    async moveEpisode(id, to, by, cause) {
      requireProgramme(by);
      await known(id);
      if (to <= clock.now()) throw refuse('time-passed');
      await change(id, { change: { episode: id, kind: 'moved', to } }, by, cause);
      return known(id);
    },
    async cancelEpisode(id, reason, by, cause) {
      requireProgramme(by);
      await known(id);
      if (reason.trim() === '') throw refuse('reason-missing');
      await change(id, { change: { episode: id, kind: 'cancelled', reason: reason.trim() } }, by, cause);
      // What was to be on is free again for another episode.
      for (const { code, episodeTrack } of await questions.ofEpisode(id))
        if (episodeTrack === 'chosen') await act(code, 'unchoose', by, {}, cause);
      return known(id);
    },
    async setLink(id, link, by, cause) {
      requireProgramme(by);
      const episode = await known(id);
      const parsed = linkSchema.safeParse(link.trim());
      if (!parsed.success) throw refuse('bad-value', { field: 'link' });
      await change(id, { link: parsed.data }, by, cause);
      for (const main of await questions.ofEpisode(id))
        for (const question of [main, ...(await questions.joinedTo(main.code))]) {
          const asker = await people.byId(question.asker.person);
          if (asker) await announce.linkReady(episode, parsed.data, question, asker);
        }
    },
    linkOf: async (id) => (await settings.read()).episodes.get(id)?.link,
  };
}

function requireProgramme(by: Actor): void {
  if (!by.roles.includes('admin') && !by.roles.includes('station')) throw refuse('not-allowed');
}
