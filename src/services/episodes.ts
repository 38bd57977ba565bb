import {
  applyChanges,
  findEpisode,
  programmeBetween,
  type Episode,
  type EpisodeChange,
} from '../domain/schedule.js';
import type { Snapshot } from './settingKinds.js';

/** The episode as it stands now, or undefined when the schedule has none with this id (D1). */
export function episodeById(settings: Snapshot, id: string): Episode | undefined {
  const planned = findEpisode(settings.values.schedule, id);
  return planned && applyChanges([planned], changesOf(settings))[0];
}

/** What is really on in [from, to), in order of time. */
export function episodesIn(settings: Snapshot, from: Date, to: Date): Episode[] {
  return programmeBetween(settings.values.schedule, changesOf(settings), from, to);
}

function changesOf(settings: Snapshot): EpisodeChange[] {
  return [...settings.episodes.values()].flatMap(({ change }) => (change ? [change] : []));
}
