import type { Ref } from '../channels/channel.js';
import type { Clock } from '../clock.js';
import type { Role } from '../domain/lifeCycle.js';
import type { AuditStore } from '../store/audit.js';
import type { MembersStore, Presence } from '../store/members.js';
import { refuse } from './refuse.js';
import { requireAdmin } from './requireAdmin.js';
import type { Member, Services, UnitMember } from './services.js';
import { rolesSchema } from './settingKinds.js';
import type { SettingsCache } from './settingsCache.js';
import { findUnitOfChat, resolveChat } from './settings.js';

export type AskMembership = (
  chat: Ref,
  account: Ref,
) => Promise<{ present: boolean; admin: boolean } | undefined>;

export type MembersDeps = {
  members: MembersStore;
  settings: SettingsCache;
  audit: AuditStore;
  clock: Clock;
  askMembership: AskMembership;
  config: { admins: readonly Ref[]; boardChat?: Ref };
};

const BOARD = 'board';
const groupOf = (unit: string): string => `unit:${unit}`;

/**
 * Who somebody is at this very press (C2). Being in the group is known from what the platform tells (`seen`), and
 * asked of it when unknown or some minutes old; when it does not answer, what was known last counts.
 */
export function createMembers(deps: MembersDeps): Services['members'] {
  const { members, settings, audit, clock, config } = deps;

  const isPresent = async (group: string, chat: Ref, account: Ref, name: string): Promise<boolean> => {
    if (chat === account) return true; // a private chat: nobody else can be in it
    const known = await members.get(group, account);
    const { values } = await settings.read();
    const age = known ? clock.now().getTime() - known.checkedAt.getTime() : Infinity;
    if (known && age < values.membershipMinutes * 60_000) return known.present;
    const told = await deps.askMembership(chat, account);
    if (!told) return known?.present ?? false;
    await members.save({ group, account, name, ...told, checkedAt: clock.now() });
    return told.present;
  };

  /** Read past the cache: a role that was taken away has no effect from the next press on. */
  const rolesOf = async (account: Ref): Promise<Role[]> => {
    const stored = (await settings.get('roles', account))?.value;
    const roles: Role[] =
      stored == null ? [(await settings.read()).values.defaultMemberRole] : rolesSchema.parse(stored);
    return withAdmin(account, roles);
  };
  const withAdmin = (account: Ref, roles: Role[]): Role[] =>
    config.admins.includes(account) && !roles.includes('admin') ? ['admin', ...roles] : roles;

  const asMember = async ({ account, name, present }: Presence): Promise<Member> => ({
    account,
    name,
    present,
    roles: await rolesOf(account),
  });

  const headOf = async (unit: string): Promise<unknown> => (await settings.get('head', unit))?.value;
  const asUnitMember = (unit: string, head: unknown, { account, name, present }: Presence): UnitMember => ({
    account,
    name,
    unit,
    present,
    role: head === account ? 'unitHead' : 'unitClerk',
  });
  const save = (
    group: string,
    person: { ref: Ref; name: string },
    present: boolean,
    admin: boolean,
  ): Promise<void> =>
    members.save({ group, account: person.ref, name: person.name, present, admin, checkedAt: clock.now() });

  return {
    async actor(account, name) {
      const board = resolveChat(await settings.read(), config.boardChat);
      const present = board !== undefined && (await isPresent(BOARD, board, account, name));
      if (present) return { account, name, roles: await rolesOf(account) };
      return config.admins.includes(account) ? { account, name, roles: ['admin'] } : undefined;
    },
    async list() {
      const known = await Promise.all((await members.list(BOARD)).map(asMember));
      const missing = config.admins.filter((admin) => !known.some(({ account }) => account === admin));
      return [
        ...known,
        ...missing.map((account): Member => ({ account, name: account, roles: ['admin'], present: true })),
      ];
    },
    seen: (person, present, admin) => save(BOARD, person, present, admin),

    async setRoles(account, roles, by, cause) {
      requireAdmin(by);
      const known = await members.get(BOARD, account);
      if (!known) throw refuse('not-found');
      const parsed = rolesSchema.safeParse([...new Set(roles)]);
      if (!parsed.success) throw refuse('bad-value', { field: 'roles' });
      await settings.change({ kind: 'roles', key: account, value: parsed.data, by: by.account, cause });
      return asMember(known);
    },

    async unitActor(chat, account, name) {
      const unit = findUnitOfChat(await settings.read(), chat);
      if (!unit || !(await isPresent(groupOf(unit.id), chat, account, name))) return undefined;
      const role = (await headOf(unit.id)) === account ? 'unitHead' : 'unitClerk';
      return { account, name, roles: [role], unit: unit.id };
    },
    async unitSeen(chat, person, present) {
      const unit = findUnitOfChat(await settings.read(), chat);
      if (unit) await save(groupOf(unit.id), person, present, false);
    },
    async unitMembers(unit) {
      const head = await headOf(unit);
      return (await members.list(groupOf(unit))).map((presence) => asUnitMember(unit, head, presence));
    },
    async setUnitHead(unit, account, by, cause) {
      const known = await members.get(groupOf(unit), account);
      if (!known?.present) throw refuse('not-found');
      const head = await headOf(unit);
      // Nobody is head yet: somebody of the unit may say it of themselves.
      const first = head == null && by.unit === unit && by.account === account;
      if (!first && head !== account) requireAdmin(by);
      await settings.change({ kind: 'head', key: unit, value: account, by: by.account, cause });
      return asUnitMember(unit, account, known);
    },

    refused: (account, what, cause) =>
      audit.add({
        id: `refused:${cause}`,
        at: clock.now(),
        by: account,
        what: 'press-refused',
        subject: what,
      }),
  };
}
