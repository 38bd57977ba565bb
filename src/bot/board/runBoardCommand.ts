import type { Phrase } from '../../conversation/flow.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from './boardCommand.js';
import type { BoardTurn } from './boardDeps.js';
import { ledgerCommands } from './commands/ledgerCommands.js';
import { memberCommands } from './commands/memberCommands.js';
import { programmeCommands } from './commands/programmeCommands.js';
import { settingCommands } from './commands/settingCommands.js';
import { calendarCommands } from './commands/calendarCommands.js';
import { valueCommands } from './commands/valueCommands.js';
import { parseArgs } from './parseArgs.js';

/** Every command of the board's group, in the order of /help and of the client's menu (C6). */
export const BOARD_COMMANDS: readonly BoardCommand[] = [
  ...ledgerCommands,
  ...programmeCommands,
  ...memberCommands,
  ...settingCommands,
  ...calendarCommands,
  ...valueCommands,
  { name: 'cancel', who: ALL_MEMBERS, run: async (call) => cancel(call) },
  { name: 'language', who: ALL_MEMBERS, run: async (call) => language(call) },
  { name: 'help', who: ALL_MEMBERS, run: async (call) => help(call) },
];

/** Runs a command of the board's group. A command that the member's roles do not allow is refused and recorded. */
export async function runBoardCommand(turn: BoardTurn, name: string, raw: string): Promise<void> {
  const { scene, deps, actor } = turn;
  const command = BOARD_COMMANDS.find((one) => one.name === (name === 'start' ? 'help' : name));
  if (!command) return scene.say({ key: 'board:unknownCommand', values: { name } });
  if (!command.who.some((role) => actor.roles.includes(role))) {
    await deps.services.members.refused(actor.account, `/${name}`, scene.incoming.id);
    return scene.say({ key: 'errors:not-allowed-command', values: { name } });
  }
  const wrong = await command.run({ ...turn, args: parseArgs(raw), raw: raw.trim() });
  if (wrong) scene.say({ key: 'board:badArguments', values: { wrong: wrong.wrong, usage: usageOf(name) } });
}

/** How a command is written, with an example. */
function usageOf(name: string): Phrase {
  return {
    key: 'board:usage',
    values: {
      usage: { key: `commands:board.${name}.usage` },
      example: { key: `commands:board.${name}.example` },
    },
  };
}

function help({ scene, actor }: CommandCall): void {
  const lines = BOARD_COMMANDS.filter(({ who }) => who.some((role) => actor.roles.includes(role))).map(
    ({ name }): Phrase => ({
      key: 'board:helpLine',
      values: {
        usage: { key: `commands:board.${name}.usage` },
        does: { key: `commands:board.${name}.does` },
      },
    }),
  );
  scene.say({ key: 'board:help', values: { lines } });
}

function cancel({ scene, actor }: CommandCall): void {
  const had = scene.flow(actor.account) !== undefined;
  scene.setFlow(actor.account, null);
  scene.say({ key: had ? 'board:cancelled' : 'board:nothingToCancel' });
}

function language({ scene, args }: CommandCall): Wrong | undefined {
  const [lang] = args;
  if (lang !== 'vi' && lang !== 'en') return { wrong: { key: 'board:wrong.language' } };
  scene.setLanguage(lang);
  scene.say({ key: 'board:languageSet' });
  return undefined;
}
