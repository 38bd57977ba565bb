import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/question.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, EDITOR, startServices, toldOf, UNIT, type TestServices } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const local = (text: string): Date => new Date(`${text}+07:00`);
const codes = (calls: unknown[][]): string[] => calls.map(([question]) => (question as Question).code);

/** Ticks every half minute would be too many; these are the moments around which something happens. */
async function tickAt(
  { services, clock }: Pick<TestServices, 'services' | 'clock'>,
  ...moments: string[]
): Promise<void> {
  for (const moment of moments) {
    clock.advanceTo(local(moment));
    await services.tick();
  }
}

describe('deadlines', () => {
  it('are reminded of at 08:00 on the working day before, escalated once after, and each only once', async () => {
    const test = await startServices(await store.database());
    const { code } = await test.submit(); // due Friday 27 November
    await tickAt(test, '2026-11-26T07:59:30');
    expect(toldOf(test.told, 'dueSoon')).toEqual([]);
    await tickAt(test, '2026-11-26T08:00:00', '2026-11-26T08:00:30', '2026-11-27T23:59:59');
    expect(codes(toldOf(test.told, 'dueSoon'))).toEqual([code]);
    expect(toldOf(test.told, 'overdue')).toEqual([]);
    await tickAt(test, '2026-11-28T00:00:00', '2026-11-28T00:00:30', '2026-12-01T09:00:00');
    expect(codes(toldOf(test.told, 'overdue'))).toEqual([code]);
    expect(toldOf(test.told, 'overdue')[0]?.[1]).toMatchObject({ dueDate: '2026-11-27', overdue: true });
    expect(toldOf(test.told, 'dueSoon')).toHaveLength(1);
  });

  it('are not reminded of when handed over, closed or paused', async () => {
    const test = await startServices(await store.database());
    const { services } = test;
    const [routed, rejected, asked, open] = [
      await test.submit(),
      await test.submit(),
      await test.submit(),
      await test.submit(),
    ];
    await services.act(routed.code, 'approve', EDITOR, {}, 'p1');
    await services.act(routed.code, 'route', EDITOR, { unit: UNIT }, 'p2');
    await services.act(rejected.code, 'reject', EDITOR, { text: 'Ngoài phạm vi' }, 'p3');
    await services.act(asked.code, 'askMore', EDITOR, { text: 'Ở đâu?' }, 'p4');
    await tickAt(test, '2026-11-26T08:00:00', '2026-12-28T09:00:00');
    expect(codes(toldOf(test.told, 'dueSoon'))).toEqual([open.code]);
    expect(codes(toldOf(test.told, 'overdue'))).toEqual([open.code]);
  });

  it('run again after the asker answered', async () => {
    const test = await startServices(await store.database());
    const { id } = await test.person('telegram:900');
    const { code } = await test.submit({ person: { ...(await test.person('telegram:900')), id } });
    await test.services.act(code, 'askMore', EDITOR, { text: 'Ở đâu?' }, 'p1');
    await tickAt(test, '2026-11-26T08:00:00', '2026-11-30T10:00:00');
    expect(toldOf(test.told, 'dueSoon')).toEqual([]);
    const asker = { account: 'telegram:900', name: '', roles: ['asker' as const] };
    await test.services.act(code, 'clarify', asker, { text: 'Ở Rạch Giá' }, 'p2'); // due Thursday 3 December
    await tickAt(test, '2026-12-02T07:59:00');
    expect(toldOf(test.told, 'dueSoon')).toEqual([]);
    await tickAt(test, '2026-12-02T08:00:00', '2026-12-04T00:00:00');
    expect(codes(toldOf(test.told, 'dueSoon'))).toEqual([code]);
    expect(codes(toldOf(test.told, 'overdue'))).toEqual([code]);
  });

  it('are escalated also when nothing ran at the reminder, and only that', async () => {
    const test = await startServices(await store.database());
    const { code } = await test.submit();
    await tickAt(test, '2026-11-30T09:00:00');
    expect(toldOf(test.told, 'dueSoon')).toEqual([]);
    expect(codes(toldOf(test.told, 'overdue'))).toEqual([code]);
  });

  it('are reminded of anew for a due date that the calendar moved', async () => {
    const test = await startServices(await store.database());
    await test.submit();
    await tickAt(test, '2026-11-26T08:00:00');
    const off = { date: '2026-11-27', kind: 'off' as const, title: 'Nghỉ', official: true };
    await test.services.settings.saveCalendarDay(off, ADMIN, 'u1'); // due Monday 30
    await tickAt(test, '2026-11-26T08:10:00', '2026-11-26T08:10:30');
    const due = toldOf(test.told, 'dueSoon').map(([, due]) => (due as { dueDate: string }).dueDate);
    expect(due).toEqual(['2026-11-27', '2026-11-30']);
  });

  it('are told again when the telling failed, and the other parts still run', async () => {
    const test = await startServices(await store.database());
    await test.submit();
    await tickAt(test, '2026-11-25T09:00:00');
    test.failOnce('dueSoon');
    test.clock.advanceTo(local('2026-11-26T08:00:00'));
    await expect(test.services.tick()).rejects.toThrow(AggregateError);
    expect(toldOf(test.told, 'digest').map(([date]) => date)).toEqual(['2026-11-26']);
    expect(toldOf(test.told, 'dueSoon')).toHaveLength(0);
    await test.services.tick();
    expect(toldOf(test.told, 'dueSoon')).toHaveLength(1);
  });

  it('are all reached when hundreds are due at once', async () => {
    const test = await startServices(await store.database());
    const person = await test.person();
    const all = await Promise.all(Array.from({ length: 220 }, () => test.submit({ person })));
    await tickAt(test, '2026-11-26T08:00:00');
    expect(codes(toldOf(test.told, 'dueSoon')).sort()).toEqual(all.map(({ code }) => code).sort());
  });
});

describe('the digest', () => {
  it('comes once at 08:00 on working days with what is open and what is overdue', async () => {
    const test = await startServices(await store.database());
    await test.services.tick();
    const late = await test.submit();
    await tickAt(test, '2026-11-24T08:00:00'); // a holiday
    expect(toldOf(test.told, 'digest')).toEqual([]);
    await tickAt(
      test,
      '2026-11-27T09:00:00',
      '2026-11-28T08:00:00',
      '2026-11-29T08:00:00',
      '2026-11-30T07:59:00',
    );
    const early = await test.submit();
    await tickAt(test, '2026-11-30T08:00:00', '2026-11-30T08:00:30', '2026-11-30T15:00:00');
    const digests = toldOf(test.told, 'digest').map(([date, open, overdue, totals]) => ({
      date,
      open: codes((open as Question[]).map((question) => [question])),
      overdue,
      totals,
    }));
    expect(digests).toEqual([
      { date: '2026-11-27', open: [late.code], overdue: [], totals: { open: 1, overdue: 0 } },
      {
        date: '2026-11-30',
        open: [late.code, early.code],
        overdue: [late.code],
        totals: { open: 2, overdue: 1 },
      },
    ]);
  });

  it('of a day that ended while nothing ran is not sent later', async () => {
    const test = await startServices(await store.database());
    await test.services.tick();
    await tickAt(test, '2026-11-25T17:00:00', '2026-11-26T08:00:00');
    expect(toldOf(test.told, 'digest').map(([date]) => date)).toEqual(['2026-11-26']);
  });

  it('does not come for a morning before the bot first ran', async () => {
    const test = await startServices(await store.database());
    await test.services.tick(); // Monday 09:00
    await tickAt(test, '2026-11-23T10:00:00');
    expect(toldOf(test.told, 'digest')).toEqual([]);
  });
});
