import type { Phrase } from '../../../conversation/flow.js';
import { atLocalTime, formatDateTime, parseDate, parseTime } from '../../../domain/localDate.js';
import type { Episode } from '../../../domain/schedule.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from '../boardCommand.js';
import { act } from '../onQuestion.js';
import { codeOf } from './ledgerCommands.js';

const EPISODES_SHOWN = 6;
const EPISODE_ID = /^\d{4}-\d{1,2}-\d$/;
const NOT_CHOSEN = 'none';
const LINK = /^https?:\/\/[^\s"<>]{3,300}$/;

/** The programme: what is on when, moving and cancelling episodes, choosing questions for them (D1, D2). */
export const programmeCommands: readonly BoardCommand[] = [
  { name: 'schedule', who: ALL_MEMBERS, run: schedule },
  { name: 'choose', who: ['admin', 'editor', 'station'], run: choose },
  { name: 'episode', who: ['admin'], run: episode },
];

async function schedule({ deps, scene }: CommandCall): Promise<void> {
  const upcoming = await deps.services.programme.upcoming(EPISODES_SHOWN);
  if (upcoming.length === 0) return scene.say({ key: 'board:schedule.none' });
  const lines = upcoming.map(({ episode, questions }): Phrase => {
    const codes = questions.map(({ code }) => code).join(', ');
    return {
      key: codes === '' ? 'board:schedule.empty' : 'board:schedule.line',
      values: { id: episode.id, when: formatDateTime(episode.at), codes },
    };
  });
  scene.say({ key: 'board:schedule.head', values: { lines } });
}

async function choose(call: CommandCall): Promise<void | Wrong> {
  const [typed, episode = ''] = call.args;
  const code = codeOf(call, typed);
  if (code === undefined) return { wrong: { key: 'board:wrong.code' } };
  if (episode !== NOT_CHOSEN && !EPISODE_ID.test(episode)) return { wrong: { key: 'board:wrong.episode' } };
  if (episode === NOT_CHOSEN) await act(call, { code }, 'unchoose', {});
  else await act(call, { code }, 'choose', { episode });
  call.scene.say({
    key: episode === NOT_CHOSEN ? 'board:unchosen' : 'board:chosen',
    values: { code, episode },
  });
}

async function episode(call: CommandCall): Promise<void | Wrong> {
  const [verb, id = '', ...rest] = call.args;
  if (!EPISODE_ID.test(id)) return { wrong: { key: 'board:wrong.episode' } };
  if (verb === 'move') return move(call, id, rest);
  if (verb === 'cancel') return cancel(call, id, rest.join(' ').trim());
  if (verb === 'link') return link(call, id, rest);
  return { wrong: { key: 'board:wrong.episode-verb' } };
}

async function move({ deps, scene, actor }: CommandCall, id: string, rest: string[]): Promise<void | Wrong> {
  const date = parseDate(rest[0] ?? '');
  const time = parseTime(rest[1] ?? '');
  if (date === undefined || time === undefined) return { wrong: { key: 'board:wrong.date-time' } };
  const moved = await deps.services.programme.moveEpisode(
    id,
    atLocalTime(date, time),
    actor,
    scene.incoming.id,
  );
  scene.say({ key: 'board:episode.moved', values: whenOf(moved) });
}

async function cancel(
  { deps, scene, actor }: CommandCall,
  id: string,
  reason: string,
): Promise<void | Wrong> {
  if (reason === '') return { wrong: { key: 'board:wrong.reason' } };
  const cancelled = await deps.services.programme.cancelEpisode(id, reason, actor, scene.incoming.id);
  scene.say({ key: 'board:episode.cancelled', values: { ...whenOf(cancelled), reason } });
}

async function link({ deps, scene, actor }: CommandCall, id: string, rest: string[]): Promise<void | Wrong> {
  const [address = ''] = rest;
  if (!LINK.test(address) || rest.length > 1) return { wrong: { key: 'board:wrong.link' } };
  await deps.services.programme.setLink(id, address, actor, scene.incoming.id);
  scene.say({ key: 'board:episode.linked', values: { id, link: address } });
}

const whenOf = (episode: Episode): { id: string; when: string } => ({
  id: episode.id,
  when: formatDateTime(episode.at),
});
