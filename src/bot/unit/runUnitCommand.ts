import type { Phrase } from '../../conversation/flow.js';
import type { Wrong } from '../board/boardCommand.js';
import { parseArgs, parsePage } from '../board/parseArgs.js';
import { refuse } from '../board/refuse.js';
import { showUnitQueue } from './showUnitQueue.js';
import type { UnitCommandTurn, UnitTurn } from './unitDeps.js';

type Call = UnitCommandTurn & { args: string[] };
type UnitCommand = {
  name: string;
  /** `anyone`: also in a group that is no unit's yet, and by who has no part in it; checked by the command itself. */
  anyone?: true;
  run(call: Call): Promise<void | Wrong>;
};

/** Every command of a unit's chat, in the order of /help and of the client's menu (C6). */
export const UNIT_COMMANDS: readonly UnitCommand[] = [
  { name: 'queue', run: queue },
  { name: 'head', anyone: true, run: head },
  { name: 'bind', anyone: true, run: bind },
  { name: 'cancel', run: async (call) => cancel(call) },
  { name: 'language', run: async (call) => language(call) },
  { name: 'help', anyone: true, run: async (call) => help(call) },
];

/** Runs a command in a unit's chat, or in a group that may become one. */
export async function runUnitCommand(turn: UnitCommandTurn, name: string, raw: string): Promise<void> {
  const { scene, deps, from } = turn;
  const command = UNIT_COMMANDS.find((one) => one.name === (name === 'start' ? 'help' : name));
  if (!turn.unit && !command?.anyone) return scene.say({ key: 'unit:unbound' });
  if (!command) return scene.say({ key: 'board:unknownCommand', values: { name } });
  if (!command.anyone && !turn.actor) return refuse(deps, scene, from, `/${name}`);
  const wrong = await command.run({ ...turn, args: parseArgs(raw) });
  if (wrong)
    scene.say({ key: 'board:badArguments', values: { wrong: wrong.wrong, usage: usageOf(command.name) } });
}

function usageOf(name: string): Phrase {
  return {
    key: 'board:usage',
    values: {
      usage: { key: `commands:unit.${name}.usage` },
      example: { key: `commands:unit.${name}.example` },
    },
  };
}

async function queue(call: Call): Promise<void | Wrong> {
  const { unit, actor, args } = call;
  const page = args.length === 0 ? 1 : parsePage(args[0] ?? '');
  if (page === undefined || args.length > 1) return { wrong: { key: 'board:wrong.page' } };
  if (unit && actor) await showUnitQueue({ ...call, unit, actor } satisfies UnitTurn, page);
}

/**
 * `/head`: the writer is the unit's head, if nobody is yet. `/head "name" "title"`: who is responsible for the
 * answers (plan II.2), entered by an admin.
 */
async function head({ deps, scene, from, unit, actor, args }: Call): Promise<void | Wrong> {
  if (!unit) return scene.say({ key: 'unit:unbound' });
  const { id } = scene.incoming;
  const by = (await adminOf({ deps, from })) ?? actor;
  if (!by) return refuse(deps, scene, from, '/head');
  const { members, settings } = deps.services;
  if (args.length === 0) {
    const member = await members.setUnitHead(unit.id, from.ref, by, id);
    return scene.say({ key: 'unit:isHead', values: { unit: unit.name, name: member.name } });
  }
  const [name = '', title = ''] = args.map((part) => part.trim());
  if (name === '' || title === '' || args.length !== 2) return { wrong: { key: 'board:wrong.head' } };
  await settings.saveUnit({ ...unit, head: { name, title } }, by, id);
  scene.say({ key: 'unit:headSet', values: { unit: unit.name, name, title } });
}

/** Makes this group the chat of a unit: an admin of the board does it, since answers will come from here. */
async function bind({ deps, scene, from, args }: Call): Promise<void | Wrong> {
  const admin = await adminOf({ deps, from });
  if (!admin) return refuse(deps, scene, from, '/bind');
  const units = await deps.services.settings.units();
  const unit = args.length === 1 ? units.find(({ id }) => id === args[0]) : undefined;
  if (!unit) return { wrong: { key: 'unit:wrong.bind' } };
  const { chat } = scene.incoming;
  await deps.services.settings.saveUnit({ ...unit, chat }, admin, scene.incoming.id);
  scene.say({ key: 'unit:bound', values: { unit: unit.name } });
}

async function adminOf({ deps, from }: Pick<Call, 'deps' | 'from'>) {
  const member = await deps.services.members.actor(from.ref, from.name);
  return member?.roles.includes('admin') ? member : undefined;
}

function help({ scene, unit }: Call): void {
  const lines = UNIT_COMMANDS.map(({ name }): Phrase => ({
    key: 'board:helpLine',
    values: { usage: { key: `commands:unit.${name}.usage` }, does: { key: `commands:unit.${name}.does` } },
  }));
  if (unit) scene.say({ key: 'unit:help', values: { unit: unit.name, lines } });
  else scene.say({ key: 'unit:unbound' });
}

function cancel({ scene, from }: Call): void {
  const had = scene.flow(from.ref) !== undefined;
  scene.setFlow(from.ref, null);
  scene.say({ key: had ? 'board:cancelled' : 'board:nothingToCancel' });
}

function language({ scene, args }: Call): Wrong | undefined {
  const [lang] = args;
  if (lang !== 'vi' && lang !== 'en') return { wrong: { key: 'board:wrong.language' } };
  scene.setLanguage(lang);
  scene.say({ key: 'board:languageSet' });
  return undefined;
}
