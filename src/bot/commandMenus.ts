import type { CommandMenu, Ref } from '../channels/channel.js';
import type { Lang } from '../services/services.js';
import { citizenCommandHints } from './citizen/commands.js';
import { BOARD_COMMANDS } from './board/runBoardCommand.js';
import { LANGS, type Texts } from './texts.js';
import { UNIT_COMMANDS } from './unit/runUnitCommand.js';

type Scope = CommandMenu['scope'];
const NAMES: Record<Exclude<Scope, 'private'>, readonly string[]> = {
  board: BOARD_COMMANDS.map(({ name }) => name),
  unit: UNIT_COMMANDS.map(({ name }) => name),
};

/**
 * The commands as clients show them, for each scope and language (C6): from the tables that run them and the
 * sentences that /help says. Vietnamese is also what a client in any other language shows.
 */
export function commandMenus(
  texts: Texts,
  chats: { board?: Ref | undefined; units: readonly Ref[] },
): CommandMenu[] {
  const places: { scope: Scope; chat?: Ref }[] = [
    { scope: 'private' },
    ...(chats.board === undefined ? [] : [{ scope: 'board' as const, chat: chats.board }]),
    ...chats.units.map((chat) => ({ scope: 'unit' as const, chat })),
  ];
  return places.flatMap((place) => [
    { ...place, commands: hints(texts, place.scope, 'vi') },
    ...LANGS.map((lang) => ({ ...place, language: lang, commands: hints(texts, place.scope, lang) })),
  ]);
}

function hints(texts: Texts, scope: Scope, lang: Lang): CommandMenu['commands'] {
  if (scope === 'private') return citizenCommandHints(texts, lang);
  return NAMES[scope].map((name) => ({
    name,
    description: texts.plain({ key: `commands:${scope}.${name}.does` }, lang),
  }));
}
