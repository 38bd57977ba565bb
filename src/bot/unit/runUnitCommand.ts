import type { Phrase } from '../../conversation/flow.js';
import { parseLinkCode } from '../../services/linkCodes.js';
import { CITIZEN_COMMANDS } from '../citizen/commands.js';
import { timeInWords } from '../phrases.js';
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
  { name: 'unbind', anyone: true, run: unbind },
  { name: 'cancel', run: async (call) => cancel(call) },
  { name: 'language', run: async (call) => language(call) },
  { name: 'help', anyone: true, run: async (call) => help(call) },
];

/** A citizen's commands that mean nothing in a unit's private chat. */
const CITIZENS_ONLY: readonly string[] = CITIZEN_COMMANDS.filter(
  (name) => name !== 'start' && !UNIT_COMMANDS.some((command) => command.name === name),
);
const isPrivate = ({ scene }: Pick<Call, 'scene'>): boolean => scene.incoming.chatKind === 'private';

/** Runs a command in a unit's chat, or in a group that may become one. */
export async function runUnitCommand(turn: UnitCommandTurn, name: string, raw: string): Promise<void> {
  const { scene, deps, from } = turn;
  if (turn.unit && isPrivate(turn) && CITIZENS_ONLY.includes(name))
    return scene.say({ key: 'unit:private.notHere', values: { unit: turn.unit.name } });
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

/**
 * Makes this chat the unit's, since answers will come from here: by a code that an admin of the board gave to the unit
 * (/unit ID invite), also in private; or by an admin, with the unit's id.
 */
async function bind(call: Call): Promise<void | Wrong> {
  const { deps, scene, from, args } = call;
  if (parseLinkCode(args.join('')) !== undefined) return bindByCode(call);
  if (isPrivate(call) && !(await adminOf(call))) return { wrong: { key: 'unit:wrong.code' } };
  const admin = await adminOf({ deps, from });
  if (!admin) return refuse(deps, scene, from, '/bind');
  const units = await deps.services.settings.units();
  const unit = args.length === 1 ? units.find(({ id }) => id === args[0]) : undefined;
  if (!unit) return { wrong: { key: 'unit:wrong.bind' } };
  const { chat } = scene.incoming;
  await deps.services.settings.saveUnit({ ...unit, chat }, admin, scene.incoming.id);
  scene.say({ key: 'unit:bound', values: { unit: unit.name } });
}

async function bindByCode(call: Call): Promise<void | Wrong> {
  const { deps, scene, from, args } = call;
  const { chat, id } = scene.incoming;
  const bound = await deps.services.unitChats.bind(chat, from, args.join(''), id);
  if (!bound.ok) {
    if (bound.why === 'wrong') return { wrong: { key: 'unit:wrong.code' } };
    return scene.say({ key: 'unit:tooManyCodes', values: { until: timeInWords(bound.until) } });
  }
  if (!isPrivate(call)) return scene.say({ key: 'unit:bound', values: { unit: bound.unit.name } });
  scene.dropFlows(); // what was begun here as a citizen
  scene.say({ key: 'unit:private.bound', values: { unit: bound.unit.name } });
}

/** Takes the chat from its unit: in private whoever it is, in a group an admin. */
async function unbind(call: Call): Promise<void> {
  const { deps, scene, from } = call;
  const { chat, id } = scene.incoming;
  const by = isPrivate(call) ? { account: from.ref } : await adminOf(call);
  if (!by) return refuse(deps, scene, from, '/unbind');
  const left = await deps.services.unitChats.leave(chat, by, id);
  if (!left) return scene.say({ key: isPrivate(call) ? 'unit:private.notBound' : 'unit:unbound' });
  scene.dropFlows();
  scene.say({ key: isPrivate(call) ? 'unit:private.left' : 'unit:left', values: { unit: left.name } });
}

async function adminOf({ deps, from }: Pick<Call, 'deps' | 'from'>) {
  const member = await deps.services.members.actor(from.ref, from.name);
  return member?.roles.includes('admin') ? member : undefined;
}

function help(call: Call): void {
  const { scene, unit } = call;
  const lines = UNIT_COMMANDS.map(({ name }): Phrase => ({
    key: 'board:helpLine',
    values: { usage: { key: `commands:unit.${name}.usage` }, does: { key: `commands:unit.${name}.does` } },
  }));
  if (unit)
    scene.say({
      key: isPrivate(call) ? 'unit:private.help' : 'unit:help',
      values: { unit: unit.name, lines },
    });
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
