import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/clock.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, startServices, submission, toldOf } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const numbers = (codes: { code: string }[]): number[] =>
  codes.map(({ code }) => Number(code.slice(-6))).sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('submitting a question', () => {
  it('gives the code of the year, the first event and a deadline of three working days', async () => {
    const { submit, told } = await startServices(await store.database());
    const question = await submit();
    expect(question).toMatchObject({
      code: 'KG-2026-000001',
      stage: 'received',
      version: 1,
      episodeTrack: 'none',
    });
    // Tuesday 24/11 is a holiday: Wednesday, Thursday, Friday.
    expect(question.dueAt).toEqual(new Date('2026-11-27T16:59:59.999Z'));
    expect(question.events).toEqual([
      expect.objectContaining({ id: question.cause, action: 'submit', from: null, to: 'received' }),
    ]);
    expect(toldOf(told, 'questionChanged')).toEqual([[question, question.events[0]]]);
  });

  it('keeps what the ledger reads equal to what was answered', async () => {
    const { submit, services } = await startServices(await store.database());
    const question = await submit();
    expect(await services.ledger.byCode(question.code)).toEqual(question);
  });

  it('numbers 50 at once without gaps or doubles', async () => {
    const { submit } = await startServices(await store.database());
    const all = await Promise.all(upTo(50).map(() => submit()));
    expect(numbers(all)).toEqual(upTo(50));
  });

  it('numbers without gaps or doubles when several instances work at once', async () => {
    const database = await store.database();
    const instances = await Promise.all(upTo(3).map(() => startServices(database)));
    const all = await Promise.all(instances.flatMap(({ submit }) => upTo(15).map(() => submit())));
    expect(numbers(all)).toEqual(upTo(45));
  });

  it('gives a repeat with the same cause the same question and announces it again', async () => {
    const { services, person, clock, told } = await startServices(await store.database());
    const wanted = submission((await person()).id, clock.now());
    const first = await services.submit(wanted);
    const again = await services.submit(wanted);
    expect(again).toEqual(first);
    expect(toldOf(told, 'questionChanged')).toHaveLength(2);
    expect((await services.submit(submission(wanted.asker.person, clock.now()))).number).toBe(2);
  });

  it('makes one question of the same update in the hands of several workers at once', async () => {
    const { services, person, clock } = await startServices(await store.database());
    const wanted = submission((await person()).id, clock.now());
    const all = await Promise.all(upTo(10).map(() => services.submit(wanted)));
    expect(new Set(all.map(({ code }) => code))).toEqual(new Set(['KG-2026-000001']));
    expect((await services.ledger.queue(0)).total).toBe(1);
  });

  it('leaves no gap behind a question that was stored but not announced', async () => {
    const { services, person, clock, failOnce } = await startServices(await store.database());
    const wanted = submission((await person()).id, clock.now());
    failOnce('questionChanged');
    await expect(services.submit(wanted)).rejects.toThrow('questionChanged failed');
    expect((await services.submit(wanted)).code).toBe('KG-2026-000001');
  });

  it('begins again at one with the local new year', async () => {
    const clock = createManualClock(new Date('2026-12-31T16:59:00Z'));
    const { submit } = await startServices(await store.database(), { clock });
    expect((await submit()).code).toBe('KG-2026-000001');
    clock.advance(60_000);
    expect((await submit()).code).toBe('KG-2027-000001');
  });

  it('marks what looks like a denunciation', async () => {
    const { submit } = await startServices(await store.database());
    const question = await submit({
      content: 'Tôi làm đơn tố cáo ông Nguyễn Văn B, chủ tịch xã, đã nhận hối lộ của gia đình tôi.',
    });
    expect(question.suspected).toBe('denunciation');
  });

  it('refuses without the consent to record it', async () => {
    const { submit, clock } = await startServices(await store.database());
    const consents = [{ purpose: 'record' as const, given: false, textVersion: '1', at: clock.now() }];
    await expect(submit({ consents })).rejects.toMatchObject({ code: 'consent-missing' });
  });

  it('refuses a blocked asker, and an unknown one', async () => {
    const { submit, services, person } = await startServices(await store.database());
    const blocked = await person('telegram:66');
    await services.people.block('telegram:66', ADMIN, 'quảng cáo', 'u1');
    await expect(submit({ person: blocked })).rejects.toMatchObject({ code: 'blocked' });
    await expect(submit({ person: { ...blocked, id: 'nobody' } })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('keeps details and proofs with the person, each proof once', async () => {
    const { services, person, clock } = await startServices(await store.database());
    const { id } = await person();
    const wanted = submission(id, clock.now());
    await services.submit(wanted);
    await services.submit(wanted);
    const kept = await services.people.byId(id);
    expect(kept?.profile).toMatchObject({ name: 'Nguyễn Thị Hoà', phone: '+84912345678' });
    expect(kept?.profile).not.toHaveProperty('person');
    expect(kept?.consents).toEqual(wanted.consents);
  });

  it('counts the questions of a local day against the limit', async () => {
    const { services, submit, person, clock } = await startServices(await store.database());
    const asker = await person();
    for (const _ of upTo(5)) await submit({ person: asker });
    expect(await services.mayAsk(asker.id)).toEqual({ ok: false, limit: 5 });
    await services.settings.setValue('questionsPerDay', 6, ADMIN, 'u1');
    expect(await services.mayAsk(asker.id)).toEqual({ ok: true });
    await services.settings.setValue('questionsPerDay', 5, ADMIN, 'u2');
    clock.advanceTo(new Date('2026-11-23T17:00:00Z'));
    expect(await services.mayAsk(asker.id)).toEqual({ ok: true });
  });
});
