import fc from 'fast-check';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinkCodes } from '../../src/services/linkCodes.js';
import { createLinks } from '../../src/services/link.js';
import type { Consent } from '../../src/domain/question.js';
import { createAuditStore } from '../../src/store/audit.js';
import { createLinkCodesStore } from '../../src/store/linkCodes.js';
import { createMergeStore } from '../../src/store/mergePeople.js';
import { createPeopleStore } from '../../src/store/people.js';
import { createQuestionsStore } from '../../src/store/questions.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { ADMIN, startServices, type TestServices } from './support/startServices.js';

const MINUTE_MS = 60_000;
let store: TestStore;
let connection: Connection;
let town: TestServices;
beforeAll(async () => {
  store = await openTestStore();
  connection = await store.database();
  town = await startServices(connection);
});
afterAll(() => store.close());

let count = 0;
const cause = (): string => `zalo:link-${++count}`;
const pair = (): { a: string; b: string } => ({ a: `telegram:a${++count}`, b: `zalo:b${count}` });
const reminders = (textVersion: string): Consent => ({
  purpose: 'reminders',
  given: true,
  textVersion,
  at: town.clock.now(),
});

/** Shows a code on one account and types it on the other. */
async function link(shown: string, typed: string, by = cause()) {
  const { links } = town.services;
  const { code } = await links.offer(shown, cause());
  return links.join(typed, code, by);
}

/** Two accounts with a question, a consent and a subscription each. */
async function twoPeople() {
  const { a, b } = pair();
  const { people } = town.services;
  const [one, other] = [await people.of(a), await people.of(b)];
  const asked = [await town.submit({ person: one }), await town.submit({ person: other })].map(
    ({ code }) => code,
  );
  await people.subscribe(one.id, ['dat-dai'], reminders('vi/1'));
  await people.subscribe(other.id, ['giao-thong'], reminders('vi/2'));
  return { a, b, one, other, asked };
}

/** What the programme knows of somebody, by one account of theirs. */
async function known(account: string) {
  const person = await town.services.people.of(account);
  const mine = await town.services.ledger.ofPerson(person.id);
  return {
    id: person.id,
    accounts: [...person.accounts].sort(),
    topics: person.subscription?.topics.toSorted(),
    proofs: person.consents
      .filter(({ purpose }) => purpose === 'reminders')
      .map(({ textVersion }) => textVersion)
      .sort(),
    asked: mine.map(({ code }) => code).sort(),
  };
}

describe('a code', () => {
  it('has letters and digits that no keyboard changes and nobody mixes up, and is the same for the same update', async () => {
    const { a } = pair();
    const by = cause();
    const first = await town.services.links.offer(a, by);
    expect(first.code).toMatch(/^[23456789CFHKMNPQRTVX]{8}$/);
    expect(first.until.getTime() - town.clock.now().getTime()).toBe(10 * MINUTE_MS);
    expect(await town.services.links.offer(a, by)).toEqual(first);
    expect((await town.services.links.offer(a, cause())).code).not.toBe(first.code);
  });

  it('is drawn from the randomness given', async () => {
    const drawn = [0, 19];
    const codes = createLinkCodes({
      codes: createLinkCodesStore(connection),
      clock: town.clock,
      randomInt: (below) => (drawn.shift() ?? 1) % below,
    });
    const kept = { purpose: 'link', subject: 'zalo:r', by: 'zalo:r', byName: '', cause: cause() } as const;
    expect((await codes.make(kept, MINUTE_MS)).code).toBe('2X333333');
  });

  it('may be typed in small letters with spaces and dashes', async () => {
    const { a, b } = pair();
    const { code } = await town.services.links.offer(a, cause());
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    expect(await town.services.links.join(b, typed, cause())).toEqual({ ok: true, other: a });
  });

  it('is refused to the account that showed it, and to the same person', async () => {
    const { a, b } = pair();
    const { code } = await town.services.links.offer(a, cause());
    expect(await town.services.links.check(a, code, cause())).toEqual({ ok: false, why: 'own' });
    await link(a, b);
    const next = await town.services.links.offer(a, cause());
    expect(await town.services.links.join(b, next.code, cause())).toEqual({ ok: false, why: 'same' });
  });

  it('works once, for ten minutes, and not after a newer one', async () => {
    const { a, b } = pair();
    const { links } = town.services;
    const old = await links.offer(a, cause());
    const { code } = await links.offer(a, cause());
    expect(await links.join(b, old.code, cause())).toEqual({ ok: false, why: 'wrong' });
    expect(await links.join(b, code, cause())).toMatchObject({ ok: true });
    expect(await links.join('zalo:third', code, cause())).toEqual({ ok: false, why: 'wrong' });
    const late = await links.offer(a, cause());
    town.clock.advance(10 * MINUTE_MS);
    expect(await links.join('zalo:third', late.code, cause())).toEqual({ ok: false, why: 'wrong' });
  });

  it('cannot be guessed: after five wrong ones in an hour even a right one is refused until the hour is over', async () => {
    const { a, b } = pair();
    const { links } = town.services;
    const repeated = cause();
    for (let n = 0; n < 3; n++) await links.check(b, 'XXXX2222', repeated); // a redelivery counts once
    for (let n = 0; n < 4; n++)
      expect(await links.check(b, 'not a code', cause())).toEqual({ ok: false, why: 'wrong' });
    const { code } = await links.offer(a, cause());
    expect(await links.check(b, code, cause())).toMatchObject({ ok: false, why: 'tooMany' });
    town.clock.advance(61 * MINUTE_MS);
    const { code: next } = await links.offer(a, cause());
    expect(await links.check(b, next, cause())).toEqual({ ok: true, other: a });
  });
});

describe('two linked accounts', () => {
  it('are one person: questions, topics and proofs of both, whichever showed the code', async () => {
    for (const swapped of [false, true]) {
      const { a, b, asked } = await twoPeople();
      await link(swapped ? b : a, swapped ? a : b);
      const person = await known(a);
      expect(await known(b)).toEqual(person);
      expect(person).toMatchObject({
        accounts: [a, b].sort(),
        topics: ['dat-dai', 'giao-thong'],
        proofs: ['vi/1', 'vi/2'],
        asked: asked.toSorted(),
      });
    }
  });

  it('stay what they are when the update comes again', async () => {
    const { a, b } = await twoPeople();
    const by = cause();
    const { code } = await town.services.links.offer(a, cause());
    expect(await town.services.links.join(b, code, by)).toEqual({ ok: true, other: a });
    const before = await known(a);
    expect(await town.services.links.join(b, code, by)).toEqual({ ok: true, other: a });
    expect(await known(a)).toEqual(before);
  });

  it('are subscribed to all topics when one of them was', async () => {
    const { a, b, other } = await twoPeople();
    await town.services.people.subscribe(other.id, [], reminders('vi/3'));
    await link(a, b);
    expect((await known(a)).topics).toEqual([]);
  });

  it('end their reminders together, each is reached by what is told, and the counts have them once', async () => {
    const { a, b } = await twoPeople();
    const before = (await town.services.ledger.stats()).subscribers;
    await link(a, b);
    expect((await town.services.ledger.stats()).subscribers).toBe(before - 1);
    expect(await town.services.people.unsubscribe((await town.person(b)).id)).toBe(true);
    expect((await known(a)).topics).toBeUndefined();
    expect((await town.services.ledger.stats()).subscribers).toBe(before - 2);
  });

  it('are reached by the ids from before', async () => {
    const { a, b, one, other } = await twoPeople();
    await link(a, b);
    const ids = await Promise.all(
      [one, other].map(async ({ id }) => (await town.services.people.byId(id))?.id),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('act on the questions of both', async () => {
    const { a, b, asked } = await twoPeople();
    await link(a, b);
    for (const code of asked) {
      const by = { account: a, name: '', roles: ['asker' as const] };
      expect((await town.services.act(code, 'withdraw', by, {}, cause())).question.stage).toBe('withdrawn');
    }
  });

  it('are forgotten together, and a copy has all', async () => {
    const { a, b, asked } = await twoPeople();
    await link(a, b);
    const { id } = await town.person(a);
    const copy = JSON.stringify(await town.services.people.copyOf(id));
    for (const code of asked) expect(copy).toContain(code);
    expect(await town.services.people.forget(id, cause())).toEqual({ questionsPseudonymised: 2 });
    for (const account of [a, b]) {
      const now = await known(account);
      expect(now).toMatchObject({ accounts: [account], topics: undefined, proofs: [], asked: [] });
      expect(now.id).not.toBe(id);
    }
    for (const code of asked) expect((await town.services.ledger.byCode(code))?.asker.address).toBe('');
  });

  it('are blocked together, and none gets out of it', async () => {
    const { a, b } = await twoPeople();
    await town.services.people.block(b, ADMIN, 'spam', cause());
    await link(a, b);
    expect((await town.person(a)).blocked).toBeDefined();
    expect(await town.services.links.leave(b, cause())).toBe('blocked');
  });

  it('keep what somebody sent in the moment of linking', async () => {
    const { a, b, one, other } = await twoPeople();
    await link(a, b);
    const stale = (await town.person(a)).id === one.id ? other : one;
    const { code } = await town.submit({ person: stale });
    await town.services.tick();
    expect((await known(a)).asked).toContain(code);
  });

  it('agree when the codes are typed in both directions at once', async () => {
    const { a, b } = await twoPeople();
    const { links } = town.services;
    const [ofA, ofB] = [await links.offer(a, cause()), await links.offer(b, cause())];
    await Promise.all([links.join(b, ofA.code, cause()), links.join(a, ofB.code, cause())]);
    const person = await known(a);
    expect(await known(b)).toEqual(person);
    expect(person.accounts).toEqual([a, b].sort());
  });

  it('are one person with everybody they were linked with, in any order and repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ from: fc.nat(4), to: fc.nat(4), again: fc.boolean(), leaves: fc.boolean() }), {
          maxLength: 6,
        }),
        async (steps) => {
          const accounts = Array.from({ length: 5 }, (_, n) => `${n % 2 ? 'zalo' : 'telegram'}:p${++count}`);
          let groups = accounts.map((account) => new Set([account]));
          const codes = await Promise.all(
            accounts.map(async (account) => (await town.submit({ person: await town.person(account) })).code),
          );
          const groupOf = (account: string) => groups.find((group) => group.has(account)) ?? new Set();
          const owned = new Map(accounts.map((account, n) => [account, [codes[n]]]));
          for (const { from, to, again, leaves } of steps) {
            const [a, b] = [accounts[from] ?? '', accounts[to] ?? ''];
            if (leaves) {
              const group = groupOf(a);
              expect(await town.services.links.leave(a, cause())).toBe(group.size > 1 ? 'done' : 'alone');
              if (group.size === 1) continue;
              const left = new Set([...group].filter((one) => one !== a));
              const heir = [...left][0] ?? '';
              owned.set(heir, [...(owned.get(heir) ?? []), ...(owned.get(a) ?? [])]);
              owned.set(a, []);
              groups = [...groups.filter((one) => one !== group), left, new Set([a])];
              continue;
            }
            const by = cause();
            const { code } = await town.services.links.offer(a, cause());
            const joined = await town.services.links.join(b, code, by);
            if (again) expect(await town.services.links.join(b, code, by)).toEqual(joined);
            expect(joined.ok).toBe(groupOf(a) !== groupOf(b));
            if (!joined.ok) continue;
            const both = new Set([...groupOf(a), ...groupOf(b)]);
            groups = [...groups.filter((group) => !group.has(a) && !group.has(b)), both];
          }
          for (const group of groups)
            for (const account of group) {
              const now = await known(account);
              expect(now.accounts).toEqual([...group].sort());
              expect(now.asked).toEqual([...group].flatMap((one) => owned.get(one) ?? []).sort());
            }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('an account that is taken out', () => {
  it('stands alone without questions and reminders, whichever it was; the other keeps them', async () => {
    for (const which of [0, 1]) {
      const { a, b, asked } = await twoPeople();
      await link(a, b);
      const [out, stays] = which === 0 ? [a, b] : [b, a];
      const by = cause();
      expect(await town.services.links.leave(out, by)).toBe('done');
      expect(await town.services.links.leave(out, by)).toBe('done');
      expect(await known(out)).toMatchObject({ accounts: [out], topics: undefined, proofs: [], asked: [] });
      expect(await known(stays)).toMatchObject({ accounts: [stays], asked: asked.toSorted() });
      expect(await town.services.links.leave(out, cause())).toBe('alone');
      await link(out, stays);
      expect((await known(out)).accounts).toEqual([a, b].sort());
    }
  });
});

describe('a crash', () => {
  const WRITES = 12;

  /** Use cases whose `at`-th write of a merge fails, before it or after it. */
  function failing(at: number, after: boolean) {
    let done = 0;
    const guard = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, name) {
          const value: unknown = Reflect.get(object, name);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]): Promise<unknown> => {
            const fails = ++done === at;
            if (fails && !after) throw new Error('crash');
            const result: unknown = await Reflect.apply(value, object, args);
            if (fails) throw new Error('crash');
            return result;
          };
        },
      });
    const codes = createLinkCodesStore(connection);
    return createLinks({
      people: createPeopleStore(connection),
      merges: guard(createMergeStore(connection)),
      questions: guard(createQuestionsStore(connection)),
      audit: guard(createAuditStore(connection)),
      linkCodes: guard(createLinkCodes({ codes, clock: town.clock, randomInt: () => 0 })),
      clock: town.clock,
      newId: () => `id-crash-${++count}`,
    });
  }

  for (const after of [false, true])
    for (let at = 1; at <= WRITES; at++)
      it(`${after ? 'after' : 'before'} step ${at} is completed by the same update, or by the tick`, async () => {
        for (const by of ['update', 'tick'] as const) {
          const { a, b, asked } = await twoPeople();
          const { code } = await town.services.links.offer(a, cause());
          const update = cause();
          const crashed = await failing(at, after)
            .join(b, code, update)
            .then(
              () => false,
              () => true,
            );
          if (by === 'update')
            expect(await town.services.links.join(b, code, update)).toMatchObject({ ok: true });
          else await town.services.tick();
          const person = await known(a);
          // The tick goes on with what was decided; before that nothing has happened.
          if (by === 'tick' && crashed && person.accounts.length === 1) {
            expect(await known(b)).toMatchObject({ accounts: [b] });
            continue;
          }
          expect(await known(b)).toEqual(person);
          expect(person).toMatchObject({
            accounts: [a, b].sort(),
            topics: ['dat-dai', 'giao-thong'],
            asked: asked.toSorted(),
          });
        }
      });

  it('between its steps never leaves an account to nobody: until it is completed it is one of the two', async () => {
    for (let at = 1; at <= WRITES; at++) {
      const { a, b, one, other } = await twoPeople();
      const { code } = await town.services.links.offer(a, cause());
      await failing(at, true)
        .join(b, code, cause())
        .catch(() => undefined);
      for (const account of [a, b]) expect([one.id, other.id]).toContain((await town.person(account)).id);
    }
  });

  it('does not subscribe again who unsubscribed before it was completed', async () => {
    const { a, b } = await twoPeople();
    const { code } = await town.services.links.offer(a, cause());
    const update = cause();
    for (let at = WRITES; at > 0; at--)
      await failing(at, true)
        .join(b, code, update)
        .catch(() => undefined);
    await town.services.people.unsubscribe((await town.person(a)).id);
    await town.services.links.join(b, code, update);
    await town.services.tick();
    expect((await known(b)).topics).toBeUndefined();
  });
});
