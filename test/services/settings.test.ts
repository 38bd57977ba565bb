import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CalendarDay } from '../../src/domain/calendar.js';
import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, EDITOR, startServices, toldOf, UNIT } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const OFF: CalendarDay = {
  date: '2026-11-26',
  kind: 'off',
  title: 'Nghỉ bù',
  document: 'QĐ 1',
  official: true,
};
const local = (text: string): Date => new Date(`${text}+07:00`);

describe('a change of settings', () => {
  it('is recorded with who, when, before and after', async () => {
    const { services, clock } = await startServices(await store.database());
    const topic = { id: 'du-lich', name: { vi: 'Du lịch', en: 'Tourism' } };
    await services.settings.saveTopic(topic, ADMIN, 'u1');
    await services.settings.saveTopic({ ...topic, hidden: true }, ADMIN, 'u2');
    expect((await services.settings.topics()).slice(DEFAULT_TOPICS.length)).toEqual([
      { ...topic, hidden: true },
    ]);
    const common = { what: 'setting-changed', by: ADMIN.account, at: clock.now(), subject: 'topic:du-lich' };
    expect(await services.auditOf('topic:du-lich')).toEqual([
      expect.objectContaining({ ...common, before: null, after: topic }),
      expect.objectContaining({ ...common, before: topic, after: { ...topic, hidden: true } }),
    ]);
  });

  it('is an admin’s', async () => {
    const { services } = await startServices(await store.database());
    const [unit] = await services.settings.units();
    if (!unit) throw new Error('no unit');
    for (const attempt of [
      services.settings.saveUnit(unit, EDITOR, 'u1'),
      services.settings.saveCalendarDay(OFF, EDITOR, 'u2'),
      services.settings.dropCalendarDay(OFF.date, EDITOR, 'u3'),
      services.settings.setValue('workingDays', 5, EDITOR, 'u4'),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('does not come back when an old update is delivered again', async () => {
    const { services } = await startServices(await store.database());
    await services.settings.setValue('workingDays', 4, ADMIN, 'u1');
    await services.settings.setValue('workingDays', 5, ADMIN, 'u2');
    await services.settings.setValue('workingDays', 4, ADMIN, 'u1');
    expect((await services.settings.values()).workingDays).toBe(5);
  });

  it('is seen by other instances within two seconds', async () => {
    const database = await store.database();
    const [a, b] = [await startServices(database), await startServices(database)];
    expect((await b.services.settings.values()).workingDays).toBe(3);
    await a.services.settings.setValue('workingDays', 4, ADMIN, 'u1');
    b.clock.advance(2_000);
    expect((await b.services.settings.values()).workingDays).toBe(4);
  });

  it('loses nothing when two instances change two things at once', async () => {
    const database = await store.database();
    const [a, b] = [await startServices(database), await startServices(database)];
    await Promise.all([
      a.services.settings.setValue('workingDays', 4, ADMIN, 'u1'),
      b.services.settings.setValue('membershipMinutes', 9, ADMIN, 'u2'),
    ]);
    a.clock.advance(2_000);
    expect(await a.services.settings.values()).toMatchObject({ workingDays: 4, membershipMinutes: 9 });
  });

  it.each([
    ['workingDays', 0],
    ['workingDays', 'ba'],
    ['digestAt', '8 giờ'],
    ['defaultMemberRole', 'system'],
  ] as const)('refuses %s = %j', async (name, value) => {
    const { services } = await startServices(await store.database());
    await expect(services.settings.setValue(name, value, ADMIN, 'u1')).rejects.toMatchObject({
      code: 'bad-value',
    });
  });

  it('gives one chat to one unit, and follows it when it gets a new id', async () => {
    const { services } = await startServices(await store.database());
    const [first, second] = await services.settings.units();
    if (!first || !second) throw new Error('no units');
    await services.settings.saveUnit({ ...first, chat: 'telegram:-5' }, ADMIN, 'u1');
    await expect(
      services.settings.saveUnit({ ...second, chat: 'telegram:-5' }, ADMIN, 'u2'),
    ).rejects.toMatchObject({
      code: 'unit-chat-taken',
      fields: { unit: first.name },
    });
    await services.settings.moveChat('telegram:-5', 'telegram:-1005');
    const moved = { ...first, chat: 'telegram:-1005' };
    expect(await services.settings.unitOfChat('telegram:-1005')).toEqual(moved);
    expect((await services.settings.units())[0]).toEqual(moved);
  });
});

describe('a change of the calendar', () => {
  it('moves every open deadline, and tells which', async () => {
    const { services, submit, told } = await startServices(await store.database());
    const [open, met, closed] = [await submit(), await submit(), await submit()];
    await services.act(met.code, 'approve', EDITOR, {}, 'p1');
    const handedOver = await services.act(met.code, 'route', EDITOR, { unit: UNIT }, 'p2');
    await services.act(closed.code, 'reject', EDITOR, { text: 'Ngoài phạm vi' }, 'p3');
    expect(await services.settings.saveCalendarDay(OFF, ADMIN, 'u1')).toEqual({ recomputed: 1 });
    const moved = await services.ledger.byCode(open.code);
    expect(moved).toEqual({ ...open, version: 2, dueAt: local('2026-11-30T23:59:59.999') });
    expect(await services.ledger.byCode(met.code)).toEqual(handedOver.question);
    expect((await services.ledger.byCode(closed.code))?.dueAt).toEqual(closed.dueAt);
    expect(toldOf(told, 'calendarChanged')).toEqual([[[moved], ADMIN, 'u1']]);
  });

  it('goes back with the day', async () => {
    const { services, submit } = await startServices(await store.database());
    const question = await submit();
    await services.settings.saveCalendarDay(OFF, ADMIN, 'u1');
    expect(await services.settings.dropCalendarDay(OFF.date, ADMIN, 'u2')).toEqual({ recomputed: 1 });
    expect((await services.ledger.byCode(question.code))?.dueAt).toEqual(question.dueAt);
    expect((await services.settings.calendarDays(2026)).some(({ date }) => date === OFF.date)).toBe(false);
  });

  it('tells the same when a crash comes before it is told', async () => {
    const { services, submit, told, failOnce } = await startServices(await store.database());
    for (let n = 0; n < 3; n++) await submit();
    failOnce('calendarChanged');
    await expect(services.settings.saveCalendarDay(OFF, ADMIN, 'u1')).rejects.toThrow(
      'calendarChanged failed',
    );
    expect(await services.settings.saveCalendarDay(OFF, ADMIN, 'u1')).toEqual({ recomputed: 3 });
    expect(toldOf(told, 'calendarChanged')).toHaveLength(1);
  });

  it('reaches in the end what another instance counted by the old calendar', async () => {
    const database = await store.database();
    const [a, b] = [await startServices(database), await startServices(database)];
    await a.services.tick();
    const early = await b.submit(); // the other instance knows the settings of now
    await a.services.settings.saveCalendarDay(OFF, ADMIN, 'u1');
    const late = await b.submit(); // and does not ask again within two seconds
    expect(late.dueAt).toEqual(early.dueAt);
    for (let n = 0; n < 3; n++) {
      a.clock.advance(30_000);
      await a.services.tick();
    }
    for (const { code } of [early, late])
      expect((await a.services.ledger.byCode(code))?.dueAt).toEqual(local('2026-11-30T23:59:59.999'));
  });

  it('counts right for presses that come at the same time', async () => {
    const { services, submit } = await startServices(await store.database());
    const questions = await Promise.all(Array.from({ length: 12 }, () => submit()));
    await Promise.all([
      services.settings.saveCalendarDay(OFF, ADMIN, 'u1'),
      ...questions.map(({ code }) => services.act(code, 'takeOver', EDITOR, {}, 'p')),
    ]);
    for (const { code } of questions)
      expect(await services.ledger.byCode(code)).toMatchObject({
        assignee: EDITOR.account,
        dueAt: local('2026-11-30T23:59:59.999'),
      });
  });
});
