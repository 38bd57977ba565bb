import { splitRef, type Ref } from '../../../channels/channel.js';
import type { Phrase } from '../../../conversation/flow.js';
import { DomainError } from '../../../domain/errors.js';
import type { Role } from '../../../domain/lifeCycle.js';
import { foldedWords } from '../../../domain/text.js';
import type { Member } from '../../../services/services.js';
import { ALL_MEMBERS, type BoardCommand, type CommandCall, type Wrong } from '../boardCommand.js';
import { questionOf } from '../onQuestion.js';
import { codeOf } from './ledgerCommands.js';

/** The roles that somebody in the board's group may have. */
const BOARD_ROLES: readonly Role[] = ['admin', 'editor', 'viewer', 'station'];
const NO_ROLE = 'none';

/** Who is on the board and what each may do; askers who may not ask any more (C6). */
export const memberCommands: readonly BoardCommand[] = [
  { name: 'members', who: ALL_MEMBERS, run: members },
  { name: 'roles', who: ['admin'], run: roles },
  { name: 'block', who: ['admin'], run: block },
  { name: 'unblock', who: ['admin'], run: unblock },
];

async function members({ deps, scene }: CommandCall): Promise<void> {
  const present = (await deps.services.members.list()).filter((member) => member.present);
  if (present.length === 0) return scene.say({ key: 'board:members.none' });
  const lines = present.map((member) => ({
    key: 'board:members.line',
    values: { name: member.name, roles: rolesPhrases(member.roles), id: splitRef(member.account).id },
  }));
  scene.say({ key: 'board:members.head', values: { n: present.length, lines } });
}

/** The roles of the board that a member has, named one after the other. */
function rolesPhrases(roles: readonly Role[]): Phrase {
  const [first, ...others] = roles
    .filter((role) => BOARD_ROLES.includes(role))
    .map((role): Phrase => ({ key: `board:role.${role}` }));
  if (!first) return { key: 'board:role.none' };
  return others.reduce((named, role) => ({ key: 'board:role.pair', values: { named, role } }), first);
}

async function roles({ deps, scene, actor, args }: CommandCall): Promise<void | Wrong> {
  const [who = '', ...named] = args;
  const wanted = BOARD_ROLES.filter((role) => named.includes(role));
  const known = named.every((name) => name === NO_ROLE || BOARD_ROLES.some((role) => role === name));
  if (who === '' || named.length === 0 || !known) return { wrong: { key: 'board:wrong.roles' } };
  const [found, ...others] = findMembers(await deps.services.members.list(), who, scene.incoming.channel);
  if (others.length > 0) return { wrong: { key: 'board:wrong.many-members', values: { name: who } } };
  if (!found) return { wrong: { key: 'board:wrong.no-member', values: { name: who } } };
  const member = await deps.services.members.setRoles(found.account, wanted, actor, scene.incoming.id);
  scene.say({ key: 'board:roles.set', values: { name: member.name, roles: rolesPhrases(member.roles) } });
}

/** The members meant by an account (`42`, `telegram:42`), or by a name with or without @ and marks. */
export function findMembers(all: readonly Member[], who: string, channel: string): Member[] {
  const ref = /^\d+$/.test(who) ? `${channel}:${who}` : who;
  const exact = all.filter((member) => member.account === ref);
  if (exact.length > 0) return exact;
  const words = foldedWords(who).join(' ');
  return words === '' ? [] : all.filter((member) => foldedWords(member.name).join(' ') === words);
}

async function block(call: CommandCall): Promise<void | Wrong> {
  const { deps, scene, actor, args } = call;
  const code = codeOf(call, args[0]);
  const reason = args.slice(1).join(' ').trim();
  if (code === undefined || reason === '') return { wrong: { key: 'board:wrong.block' } };
  await deps.services.people.block(await askerOf(call, code), actor, reason, scene.incoming.id);
  scene.say({ key: 'board:blocked', values: { code } });
}

async function unblock(call: CommandCall): Promise<void | Wrong> {
  const { deps, scene, actor, args } = call;
  const code = args.length === 1 ? codeOf(call, args[0]) : undefined;
  if (code === undefined) return { wrong: { key: 'board:wrong.code' } };
  await deps.services.people.unblock(await askerOf(call, code), actor, scene.incoming.id);
  scene.say({ key: 'board:unblocked', values: { code } });
}

/** The account behind a question: the board names the question, never the person (C1). */
async function askerOf(call: CommandCall, code: string): Promise<Ref> {
  const question = await questionOf(call, code);
  const account = (await call.deps.services.people.byId(question.asker.person))?.accounts[0];
  if (account === undefined) throw new DomainError('asker-gone', { code });
  return account;
}
