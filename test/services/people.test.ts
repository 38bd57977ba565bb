import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, EDITOR, startServices } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const ACCOUNT = 'telegram:500';
const PHOTO = { channel: 'telegram', fileRef: 'file-1', kind: 'photo' as const };

describe('a person', () => {
  it('is one, however many updates come first at once, and speaks Vietnamese', async () => {
    const database = await store.database();
    const [a, b] = [await startServices(database), await startServices(database)];
    const all = await Promise.all([a, b, a, b, a, b].map((instance) => instance.person(ACCOUNT)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({ accounts: [ACCOUNT], language: 'vi', consents: [] });
  });

  it('changes the language', async () => {
    const { services, person } = await startServices(await store.database());
    const { id } = await person(ACCOUNT);
    await services.people.setLanguage(id, 'en');
    expect((await services.people.of(ACCOUNT)).language).toBe('en');
  });

  it('keeps every proof of consent, in order, and no repeat', async () => {
    const { services, person, clock } = await startServices(await store.database());
    const { id } = await person();
    for (const given of [true, true, false, true]) {
      await services.people.consent(id, 'nameOnAir', given, '2');
      clock.advance(1_000);
    }
    const consents = (await services.people.byId(id))?.consents ?? [];
    expect(consents.map(({ given }) => given)).toEqual([true, false, true]);
    expect(consents[0]).toEqual({
      purpose: 'nameOnAir',
      given: true,
      textVersion: '2',
      at: new Date('2026-11-23T02:00:00Z'),
    });
  });

  it('subscribes and unsubscribes with proof; a repeat says the same', async () => {
    const { services, person, clock } = await startServices(await store.database());
    const { id } = await person();
    expect(await services.people.unsubscribe(id, 'u0')).toBe(false);
    await services.people.subscribe(id, ['thue'], {
      purpose: 'reminders',
      given: true,
      textVersion: '1',
      at: clock.now(),
    });
    expect((await services.people.byId(id))?.subscription).toEqual({ topics: ['thue'], since: clock.now() });
    expect(await services.people.unsubscribe(id, 'u1')).toBe(true);
    expect(await services.people.unsubscribe(id, 'u1')).toBe(true);
    expect(await services.people.unsubscribe(id, 'u2')).toBe(false);
    const after = await services.people.byId(id);
    expect(after?.subscription).toBeUndefined();
    expect(after?.consents.map(({ given }) => given)).toEqual([true, false]);
  });

  it('is blocked and unblocked by an admin, on record', async () => {
    const { services, person } = await startServices(await store.database());
    const { id } = await person(ACCOUNT);
    await expect(services.people.block(ACCOUNT, EDITOR, 'x', 'u0')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await services.people.block(ACCOUNT, ADMIN, 'quảng cáo', 'u1');
    expect((await services.people.of(ACCOUNT)).blocked).toMatchObject({
      by: ADMIN.account,
      reason: 'quảng cáo',
    });
    await services.people.unblock(ACCOUNT, ADMIN, 'u2');
    expect((await services.people.of(ACCOUNT)).blocked).toBeUndefined();
    expect((await services.auditOf(id)).map(({ what }) => what).sort()).toEqual([
      'asker-blocked',
      'asker-unblocked',
    ]);
  });
});

describe('a copy of the data', () => {
  it('holds all about the person and nobody else', async () => {
    const { services, person, submit } = await startServices(await store.database());
    const asker = await person(ACCOUNT);
    const question = await submit({ person: asker });
    await services.act(question.code, 'revealContact', EDITOR, {}, 'p');
    await submit({ content: 'Câu hỏi của người khác về thuế trước bạ nhà ở?' });
    const copy = JSON.stringify(await services.people.copyOf(asker.id));
    for (const part of [
      ACCOUNT,
      'Nguyễn Thị Hoà',
      '+84912345678',
      'Ấp Minh Phú',
      question.content,
      'revealContact',
      '"consents"',
    ])
      expect(copy).toContain(part);
    for (const part of [EDITOR.name, EDITOR.account, 'người khác']) expect(copy).not.toContain(part);
  });
});

describe('forgetting', () => {
  it('leaves the questions in the ledger without who asked them, and records that it was done', async () => {
    const { services, person, submit, clock } = await startServices(await store.database());
    const asker = await person(ACCOUNT);
    const consents = [{ purpose: 'record' as const, given: true, textVersion: '1', at: clock.now() }];
    await services.people.subscribe(asker.id, [], {
      purpose: 'reminders',
      given: true,
      textVersion: '1',
      at: clock.now(),
    });
    const question = await submit({ person: asker, attachments: [PHOTO], consents });
    const other = await submit();
    expect((await services.ledger.find('nguyen thi hoa', 0)).total).toBe(2);
    expect(await services.people.forget(asker.id, 'u1')).toEqual({ questionsPseudonymised: 1 });

    const kept = await services.ledger.byCode(question.code);
    expect(kept).toMatchObject({ content: question.content, attachments: [], consents });
    expect(kept?.asker).toEqual({
      person: asker.id,
      kind: 'citizen',
      name: '—',
      place: 'rach-gia',
      address: '',
    });
    expect((await services.ledger.find('nguyen thi hoa', 0)).questions).toEqual([other]);
    const gone = await services.people.byId(asker.id);
    expect(gone).toEqual({
      id: asker.id,
      accounts: [],
      language: 'vi',
      consents: expect.any(Array) as unknown,
    });
    expect(await services.auditOf(asker.id)).toEqual([
      expect.objectContaining({ what: 'person-forgotten', details: { questions: 1 } }),
    ]);
    expect(JSON.stringify([kept, gone, await services.auditOf(asker.id)])).not.toMatch(
      /Hoà|84912345678|example\.vn|Minh Phú|telegram:500/,
    );
    expect((await services.ledger.stats()).subscribers).toBe(0);
  });

  it('says the same to a repeat, and lets the account begin anew', async () => {
    const { services, person, submit } = await startServices(await store.database());
    const asker = await person(ACCOUNT);
    await submit({ person: asker });
    await services.people.forget(asker.id, 'u1');
    const anew = await person(ACCOUNT);
    expect(anew.id).not.toBe(asker.id);
    expect(await services.people.forget(anew.id, 'u1')).toEqual({ questionsPseudonymised: 1 });
    expect((await services.people.byId(anew.id))?.accounts).toEqual([ACCOUNT]);
    expect(await services.people.forget(anew.id, 'u2')).toEqual({ questionsPseudonymised: 0 });
  });

  it('does not unblock', async () => {
    const { services, person } = await startServices(await store.database());
    const asker = await person(ACCOUNT);
    await services.people.block(ACCOUNT, ADMIN, 'quảng cáo', 'u1');
    await services.people.forget(asker.id, 'u2');
    expect(await services.people.of(ACCOUNT)).toMatchObject({
      id: asker.id,
      blocked: { reason: 'quảng cáo' },
    });
  });

  it('wins over a press at the same time', async () => {
    const { services, person, submit } = await startServices(await store.database());
    const asker = await person(ACCOUNT);
    const { code } = await submit({ person: asker });
    await Promise.all([
      services.people.forget(asker.id, 'u1'),
      services.act(code, 'approve', EDITOR, {}, 'p'),
    ]);
    expect(await services.ledger.byCode(code)).toMatchObject({
      stage: 'approved',
      asker: { name: '—', address: '' },
    });
  });
});
