import type { Phrase } from '../../conversation/flow.js';
import { formatDateTime, localDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import type { Unit } from '../../services/services.js';
import { type CardAction, type CardData, fitsCardData } from '../cards/cardData.js';
import { pickList } from '../cards/pickList.js';
import type { BoardTurn } from './boardDeps.js';

type PickAction = 'setTopic' | 'route' | 'choose';
const TURN = { setTopic: 'topics', route: 'units', choose: 'episodes' } as const satisfies Record<
  PickAction,
  CardAction
>;
const EPISODES_OFFERED = 16;

/** Shows one page of topics, units or episodes to pick for a question, in a message that the next page replaces. */
export async function showPicks(
  turn: BoardTurn,
  question: Question,
  { action, page, list }: { action: PickAction; page: number; list: string },
): Promise<void> {
  const { code } = question;
  const entries = (await entriesOf(turn, question, action)).filter(({ id }) => fitsCardData(id));
  const shown = pickList({
    picks: entries.map(({ id, title }) => ({
      title,
      data: { action, code, arg: id, list } satisfies CardData,
    })),
    page,
    turn: { action: TURN[action], code },
    list,
  });
  turn.scene.say(
    {
      key: entries.length > 0 ? `board:pick.${action}` : 'board:pick.nothing',
      values: { code, page: shown.page, pages: shown.pages },
    },
    { slot: listSlot(list), buttons: shown.buttons },
  );
}

/** The message of a list; each list has its own, so that a new one does not appear far up in the chat. */
export const listSlot = (list: string): string => `list:${list}`;

type Entry = { id: string; title: Phrase | { plain: string } };

async function entriesOf(
  { deps, lang }: BoardTurn,
  question: Question,
  action: PickAction,
): Promise<Entry[]> {
  const { settings, programme } = deps.services;
  if (action === 'setTopic')
    return (await settings.topics())
      .filter((topic) => !topic.hidden && topic.id !== question.topic)
      .map((topic) => ({ id: topic.id, title: { plain: topic.name[lang] } }));
  if (action === 'route')
    return unitsFor(await settings.units(), question.topic, localDate(deps.clock.now())).map((unit) => ({
      id: unit.id,
      title:
        unit.chat === undefined
          ? { key: 'board:pick.unitWithoutChat', values: { unit: unit.name } }
          : { plain: unit.name },
    }));
  return (await programme.upcoming(EPISODES_OFFERED)).map(({ episode, questions }) => ({
    id: episode.id,
    title: { key: 'board:pick.episode', values: { when: formatDateTime(episode.at), n: questions.length } },
  }));
}

/** The units that exist on `today` (yyyy-MM-dd): those that answer for the topic first, each part by name. */
export function unitsFor(units: readonly Unit[], topic: string, today: string): Unit[] {
  const answersFor = (unit: Unit): number => (unit.topics.includes(topic) ? 0 : 1);
  return units
    .filter(
      (unit) => (unit.validFrom ?? '') <= today && (unit.validTo === undefined || unit.validTo >= today),
    )
    .sort((a, b) => answersFor(a) - answersFor(b) || a.name.localeCompare(b.name, 'vi'));
}
