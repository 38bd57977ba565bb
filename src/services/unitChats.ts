import type { Clock } from '../clock.js';
import type { AuditStore } from '../store/audit.js';
import type { LinkCodes } from './linkCodes.js';
import { refuse } from './refuse.js';
import { requireAdmin } from './requireAdmin.js';
import type { Services } from './services.js';
import { findUnitOfChat } from './settings.js';
import type { SettingsCache } from './settingsCache.js';

/** How long an invitation is good. */
const INVITED_MS = 24 * 3_600_000;

/**
 * A chat becomes a unit's by a code that an admin gave to it (C4): also a private one, where a platform has no groups
 * for bots. The board's authority is the code; who used it is on record.
 */
export function createUnitChats(deps: {
  settings: SettingsCache;
  audit: AuditStore;
  members: Services['members'];
  linkCodes: LinkCodes;
  clock: Clock;
}): Services['unitChats'] {
  const { settings, audit, members, linkCodes, clock } = deps;

  return {
    async invite(id, by, cause) {
      requireAdmin(by);
      const unit = (await settings.read()).units.find((one) => one.id === id);
      if (!unit) throw refuse('unknown-unit', { unit: id });
      const kept = { purpose: 'unit' as const, subject: id, by: by.account, byName: by.name, cause };
      const { code, expireAt } = await linkCodes.make(kept, INVITED_MS);
      await audit.add({
        id: `unit-invited:${cause}`,
        at: clock.now(),
        by: by.account,
        what: 'unit-invited',
        subject: id,
      });
      return { code, until: expireAt };
    },

    async bind(chat, person, typed, cause) {
      const found = await linkCodes.read(person.ref, typed, 'unit', cause);
      if (!found.ok) return found;
      const { code, subject, by, byName } = found.code;
      const inviter = await members.actor(by, byName);
      const snapshot = await settings.read();
      const unit = snapshot.units.find(({ id }) => id === subject);
      if (!unit || !inviter?.roles.includes('admin')) return { ok: false, why: 'wrong' };
      const other = findUnitOfChat(snapshot, chat);
      if (other && other.id !== unit.id) throw refuse('unit-chat-taken', { unit: other.name });
      if (!(await linkCodes.use(code, person.ref, cause))) return { ok: false, why: 'wrong' };
      const bound = { ...unit, chat };
      await settings.change({
        kind: 'unit',
        key: unit.id,
        value: bound,
        fallback: unit,
        by: person.ref,
        cause,
      });
      await members.unitSeen(chat, person, true);
      if (
        chat === person.ref &&
        !(await members.unitMembers(unit.id)).some(({ role }) => role === 'unitHead')
      ) {
        const actor = await members.unitActor(chat, person.ref, person.name);
        if (actor) await members.setUnitHead(unit.id, person.ref, actor, cause);
      }
      await audit.add({
        id: `unit-bound:${cause}`,
        at: clock.now(),
        by: person.ref,
        what: 'unit-bound',
        subject: unit.id,
      });
      return { ok: true, unit: bound };
    },

    async leave(chat, by, cause) {
      const id = `unit-unbound:${cause}`;
      const snapshot = await settings.read();
      const done = (await audit.get(id))?.subject;
      if (done !== undefined) return snapshot.units.find((unit) => unit.id === done);
      const unit = findUnitOfChat(snapshot, chat);
      if (!unit) return undefined;
      const { chat: _chat, ...left } = unit;
      await settings.change({
        kind: 'unit',
        key: unit.id,
        value: left,
        fallback: unit,
        by: by.account,
        cause,
      });
      await audit.add({ id, at: clock.now(), by: by.account, what: 'unit-unbound', subject: unit.id });
      return left;
    },
  };
}
