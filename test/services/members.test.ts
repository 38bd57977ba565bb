import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, BOARD_CHAT, EDITOR, startServices, UNIT } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const MINUTE_MS = 60_000;
const THU = { ref: 'telegram:7', name: 'Phạm Thu' };
const UNIT_CHAT = 'telegram:-200';

describe('a member of the board', () => {
  it('has the default role from being seen in the group', async () => {
    const { services, asked } = await startServices(await store.database());
    await services.members.seen(THU, true, false);
    expect(await services.members.actor(THU.ref, THU.name)).toEqual({
      account: THU.ref,
      name: THU.name,
      roles: ['editor'],
    });
    expect(asked).toEqual([]);
  });

  it('has no rights at the next press after leaving', async () => {
    const { services } = await startServices(await store.database());
    await services.members.seen(THU, true, false);
    await services.members.seen(THU, false, false);
    expect(await services.members.actor(THU.ref, THU.name)).toBeUndefined();
  });

  it('is asked of the platform when unknown, and again some minutes later', async () => {
    const { services, asked, groups, clock } = await startServices(await store.database());
    const at = `${BOARD_CHAT} ${THU.ref}`;
    expect(await services.members.actor(THU.ref, THU.name)).toBeUndefined();
    groups.set(at, { present: true, admin: false });
    expect(await services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['editor'] });
    groups.set(at, { present: false, admin: false });
    clock.advance(4 * MINUTE_MS);
    expect(await services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['editor'] });
    clock.advance(MINUTE_MS);
    expect(await services.members.actor(THU.ref, THU.name)).toBeUndefined();
    expect(asked).toEqual([at, at, at]);
  });

  it('is what was known last while the platform does not answer', async () => {
    const { services, clock } = await startServices(await store.database());
    await services.members.seen(THU, true, false);
    clock.advance(60 * MINUTE_MS);
    expect(await services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['editor'] });
  });

  it('gets roles from an admin alone, at once on every instance, on record', async () => {
    const database = await store.database();
    const [a, b] = [await startServices(database), await startServices(database)];
    await a.services.members.seen(THU, true, false);
    await expect(a.services.members.setRoles(THU.ref, ['admin'], EDITOR, 'u0')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect(await b.services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['editor'] });
    const member = await a.services.members.setRoles(THU.ref, ['station', 'viewer'], ADMIN, 'u1');
    expect(member).toEqual({ account: THU.ref, name: THU.name, roles: ['station', 'viewer'], present: true });
    expect(await b.services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['station', 'viewer'] });
    expect(await b.services.auditOf(`roles:${THU.ref}`)).toEqual([
      expect.objectContaining({ by: ADMIN.account, before: null, after: ['station', 'viewer'] }),
    ]);
  });

  it('gets no role that is none of the board, and nobody unknown gets one', async () => {
    const { services } = await startServices(await store.database());
    await services.members.seen(THU, true, false);
    await expect(services.members.setRoles(THU.ref, ['system'], ADMIN, 'u1')).rejects.toMatchObject({
      code: 'bad-value',
    });
    await expect(services.members.setRoles('telegram:8', ['editor'], ADMIN, 'u2')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('has the default role that the board set', async () => {
    const { services } = await startServices(await store.database());
    await services.members.seen(THU, true, false);
    await services.settings.setValue('defaultMemberRole', 'viewer', ADMIN, 'u1');
    expect(await services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['viewer'] });
  });

  it('is always admin when the configuration says so', async () => {
    const { services } = await startServices(await store.database());
    expect(await services.members.actor(ADMIN.account, ADMIN.name)).toEqual({ ...ADMIN });
    await services.members.seen({ ref: ADMIN.account, name: ADMIN.name }, true, true);
    await services.members.setRoles(ADMIN.account, ['viewer'], ADMIN, 'u1');
    expect((await services.members.actor(ADMIN.account, ADMIN.name))?.roles).toEqual(['admin', 'viewer']);
    expect((await services.members.list()).map(({ account }) => account)).toEqual([ADMIN.account]);
  });

  it('stays one when the group gets a new id', async () => {
    const { services, clock, asked } = await startServices(await store.database());
    await services.members.seen(THU, true, false);
    await services.settings.moveChat(BOARD_CHAT, 'telegram:-100777');
    expect(await services.settings.boardChat()).toBe('telegram:-100777');
    expect(await services.members.actor(THU.ref, THU.name)).toMatchObject({ roles: ['editor'] });
    clock.advance(6 * MINUTE_MS);
    await services.members.actor(THU.ref, THU.name);
    expect(asked).toEqual([`telegram:-100777 ${THU.ref}`]);
  });

  it('leaves a refused press on record, once', async () => {
    const { services } = await startServices(await store.database());
    await services.members.refused('telegram:99', 'approve', 'press-1');
    await services.members.refused('telegram:99', 'approve', 'press-1');
    expect(await services.auditOf('approve')).toEqual([
      expect.objectContaining({ what: 'press-refused', by: 'telegram:99', subject: 'approve' }),
    ]);
  });
});

describe('the people of a unit', () => {
  async function startWithUnit() {
    const test = await startServices(await store.database());
    const unit = (await test.services.settings.units()).find(({ id }) => id === UNIT);
    if (!unit) throw new Error('no unit');
    await test.services.settings.saveUnit({ ...unit, chat: UNIT_CHAT }, ADMIN, 'u0');
    return test;
  }

  it('are clerks by being in its chat, and nobody elsewhere', async () => {
    const { services } = await startWithUnit();
    await services.members.unitSeen(UNIT_CHAT, THU, true);
    const clerk = { account: THU.ref, name: THU.name, roles: ['unitClerk'], unit: UNIT };
    expect(await services.members.unitActor(UNIT_CHAT, THU.ref, THU.name)).toEqual(clerk);
    expect(await services.members.unitActor('telegram:-300', THU.ref, THU.name)).toBeUndefined();
    expect(await services.members.actor(THU.ref, THU.name)).toBeUndefined();
    await services.members.unitSeen(UNIT_CHAT, THU, false);
    expect(await services.members.unitActor(UNIT_CHAT, THU.ref, THU.name)).toBeUndefined();
  });

  it('have one head: of themselves while there is none, then by an admin', async () => {
    const { services } = await startWithUnit();
    const other = { ref: 'telegram:8', name: 'Lý An' };
    for (const person of [THU, other]) await services.members.unitSeen(UNIT_CHAT, person, true);
    const actor = await services.members.unitActor(UNIT_CHAT, THU.ref, THU.name);
    if (!actor) throw new Error('no actor');
    await services.members.setUnitHead(UNIT, THU.ref, actor, 'u1');
    expect(await services.members.unitActor(UNIT_CHAT, THU.ref, THU.name)).toMatchObject({
      roles: ['unitHead'],
    });
    const second = { ...actor, account: other.ref };
    await expect(services.members.setUnitHead(UNIT, other.ref, second, 'u2')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await services.members.setUnitHead(UNIT, other.ref, ADMIN, 'u3');
    const people = await services.members.unitMembers(UNIT);
    expect(people.map(({ account, role }) => [account, role]).sort()).toEqual([
      [THU.ref, 'unitClerk'],
      [other.ref, 'unitHead'],
    ]);
  });
});
