import { allowedActions } from '../domain/lifeCycle.js';
import type { Question } from '../domain/question.js';
import type { Airing, Episode } from '../domain/schedule.js';
import type { Progress } from '../store/progress.js';
import { SYSTEM } from './act.js';
import { episodeById, episodesIn } from './episodes.js';
import type { PersonRecord } from './services.js';
import type { SettingValues } from './settingKinds.js';
import type { WatchDeps } from './watchDeps.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long before the airing each reminder may begin to go out, and when it is too late for it (D4). */
const WINDOWS = {
  day: { opens: 24 * HOUR_MS, closes: 2 * HOUR_MS },
  halfHour: { opens: 30 * MINUTE_MS, closes: 0 },
} as const;
type Kind = keyof typeof WINDOWS;
const ASKER_TOLD_MS = 10 * HOUR_MS;
const LOOK_BACK_MS = 7 * 24 * HOUR_MS;
const LOOK_AHEAD_MS = 25 * HOUR_MS;
const SUBSCRIBERS_AT_ONCE = 500;

/**
 * Reminders of airings to subscribers and to those whose question is on, and the end of being chosen (D4, A4). Never
 * after airtime; a reminder whose window passed while nothing ran is skipped, on record.
 */
export function createWatchAirings(deps: WatchDeps): (since: Date) => Promise<void> {
  const { questions, people, settings, progress, clock, announce, audit } = deps;

  const remind = async (kind: Kind, episode: Episode, airing: Airing, since: Date): Promise<void> => {
    const now = clock.now();
    const opens = new Date(airing.at.getTime() - WINDOWS[kind].opens);
    const closes = new Date(airing.at.getTime() - WINDOWS[kind].closes);
    if (now < opens) return;
    // The time is part of it: a moved episode is a new occasion to remind of.
    const id = `airing:${airing.id}@${airing.at.toISOString()}:${kind}`;
    const begun = await progress.get(id);
    if (begun && begun.state !== 'running') return;
    if (now < closes) {
      const asked = await questions.ofEpisode(episode.id);
      const start =
        begun ?? (await progress.begin({ id, state: 'running', cursor: '', reached: 0, at: now }));
      await sendOn(start, kind, { episode, airing, closes, asked });
    } else if (begun) await close(begun, 'cut', kind, airing);
    else if (opens >= since)
      await close({ id, state: 'running', cursor: '', reached: 0, at: now }, 'skipped', kind, airing);
  };

  type Occasion = { episode: Episode; airing: Airing; closes: Date; asked: Question[] };
  /** Goes on after the last subscriber that was reached, a page at a time, until all are or the window closes. */
  const sendOn = async (
    from: Progress,
    kind: Kind,
    { episode, airing, closes, asked }: Occasion,
  ): Promise<void> => {
    let at = from;
    while (at.state === 'running' && clock.now() < closes) {
      const page = await people.subscribers(at.cursor, SUBSCRIBERS_AT_ONCE);
      const to = page
        .filter((person) => wants(person, asked))
        .flatMap((person) => person.accounts.map((account) => ({ person, account })));
      if (to.length > 0) await announce.airing(kind, episode, airing, asked, to);
      const last = page.at(-1);
      const next: Progress = {
        id: at.id,
        state: page.length < SUBSCRIBERS_AT_ONCE ? 'done' : 'running',
        cursor: last?.id ?? at.cursor,
        reached: at.reached + to.length,
        at: clock.now(),
      };
      if (!(await advance(at, next))) return; // another instance is at it
      at = next;
    }
  };
  const advance = (from: Progress, { state, cursor, reached, at }: Progress): Promise<boolean> =>
    progress.advance(from, { state, cursor, reached, at });

  const close = async (
    from: Progress,
    state: 'cut' | 'skipped',
    kind: Kind,
    airing: Airing,
  ): Promise<void> => {
    const at = clock.now();
    await announce.alert(`airing-${state}`, { airing: airing.id, kind, reached: from.reached }, from.id);
    await audit.add({
      id: `${state}:${from.id}`,
      at,
      by: 'system',
      what: `airing-${state}`,
      subject: airing.id,
      details: { kind, reached: from.reached },
    });
    if (state === 'cut') await advance(from, { ...from, state, at });
    else await progress.begin({ ...from, state });
  };

  /** On the day itself, those whose question is on. */
  const tellAskers = async (episode: Episode, airing: Airing): Promise<void> => {
    const now = clock.now();
    if (now >= airing.at || airing.at.getTime() - now.getTime() > ASKER_TOLD_MS) return;
    const occasion = `${airing.id}@${airing.at.toISOString()}`;
    for (const question of await questions.ofEpisode(episode.id)) {
      if (question.episodeTrack !== 'chosen' || (await questions.onAirTold(question.code)) === occasion)
        continue;
      // Everybody whose question was joined with it is told of their own (A5).
      for (const one of [question, ...(await questions.joinedTo(question.code))]) {
        const asker = await people.byId(one.asker.person);
        if (asker && asker.accounts.length > 0) await announce.yourQuestionIsOn(episode, airing, one, asker);
      }
      await questions.markOnAirTold(question.code, occasion);
    }
  };

  /** After the last minute of the first showing, what was chosen has been on. */
  const air = async (): Promise<void> => {
    const snapshot = await settings.read();
    for (const question of await questions.chosen()) {
      const first =
        question.episode === undefined ? undefined : episodeById(snapshot, question.episode)?.airings[0];
      if (!first || first.until > clock.now() || !allowedActions(question, SYSTEM.roles).includes('air'))
        continue;
      await deps.act(question.code, 'air', SYSTEM, {}, `air:${first.id}@${first.at.toISOString()}`);
    }
  };

  return async (since) => {
    const now = clock.now().getTime();
    const snapshot = await settings.read();
    for (const episode of episodesIn(snapshot, new Date(now - LOOK_BACK_MS), new Date(now + LOOK_AHEAD_MS))) {
      for (const [index, airing] of showings(episode).entries()) {
        if (index === 0) await tellAskers(episode, airing);
        for (const kind of kindsFor(index, snapshot.values)) await remind(kind, episode, airing, since);
      }
    }
    await air();
  };
}

/** The airings, those at one moment on several channels as one: nobody is reminded twice of the same showing. */
function showings(episode: Episode): Airing[] {
  const byTime = new Map<number, Airing>();
  for (const airing of episode.airings) {
    const same = byTime.get(airing.at.getTime());
    byTime.set(
      airing.at.getTime(),
      same ? { ...same, channel: `${same.channel}, ${airing.channel}` } : airing,
    );
  }
  return [...byTime.values()];
}

function kindsFor(index: number, values: SettingValues): Kind[] {
  const wanted: Record<Kind, 'first' | 'every'> = {
    day: values.dayReminder,
    halfHour: values.halfHourReminder,
  };
  return (['day', 'halfHour'] as const).filter((kind) => index === 0 || wanted[kind] === 'every');
}

/** No topics: all. While nothing is chosen, nobody can tell what it will be about, and all are reminded. */
function wants(person: PersonRecord, asked: readonly Question[]): boolean {
  const topics = person.subscription?.topics ?? [];
  return topics.length === 0 || asked.length === 0 || asked.some(({ topic }) => topics.includes(topic));
}
