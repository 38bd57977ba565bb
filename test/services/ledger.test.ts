import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldedWords } from '../../src/domain/text.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import { CLERK, EDITOR, startServices, submission, UNIT } from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const DAY_MS = 86_400_000;

describe('the queue', () => {
  it('shows what is open, soonest due first, ten a page, and nothing that is closed', async () => {
    const { services, submit, clock } = await startServices(await store.database());
    const codes: string[] = [];
    for (let n = 0; n < 13; n++) {
      codes.push((await submit()).code);
      clock.advance(DAY_MS);
    }
    const rejected = codes.splice(4, 1)[0] ?? '';
    await services.act(rejected, 'reject', EDITOR, { text: 'Ngoài phạm vi' }, 'p');
    const [first, second] = [await services.ledger.queue(0), await services.ledger.queue(1)];
    expect([first.total, second.total]).toEqual([12, 12]);
    const listed = [...first.questions, ...second.questions];
    expect(first.questions).toHaveLength(10);
    expect(listed.map(({ code }) => code).sort()).toEqual(codes);
    expect(listed.map(({ dueAt }) => dueAt)).toEqual(
      listed.map(({ dueAt }) => dueAt).sort((a, b) => +a - +b),
    );
  });
});

describe('the questions of a person', () => {
  it('are theirs alone, newest first', async () => {
    const { services, submit, person, clock } = await startServices(await store.database());
    const [me, other] = [await person(), await person()];
    const first = await submit({ person: me });
    await submit({ person: other });
    clock.advance(1_000);
    const second = await submit({ person: me });
    expect(await services.ledger.ofPerson(me.id)).toEqual([second, first]);
  });
});

describe('finding', () => {
  it.each([
    ['with marks', 'giấy chứng nhận', true],
    ['without marks', 'giay chung nhan', true],
    ['in any order and case', 'NHẬN giấy', true],
    ['with the last word unfinished', 'giay chun', true],
    ['by the name', 'nguyen thi hòa', true],
    ['by its number', '1', true],
    ['by a whole code', 'kg-2026-000001', true],
    ['by a word that is not there', 'giay phep', false],
    ['by an unfinished word before the last', 'chun giay', false],
    ['by the e-mail address', 'hoa@example.vn', false],
    ['by nothing', ' ?! ', false],
  ])('%s', async (_, words, found) => {
    const { services, submit } = await startServices(await store.database());
    const question = await submit();
    const result = await services.ledger.find(words, 0);
    expect(result).toEqual(found ? { questions: [question], total: 1 } : { questions: [], total: 0 });
  });

  it('agrees with reading every question, for any words', async () => {
    const { services, submit, clock } = await startServices(await store.database());
    const some = ['đường', 'đất', 'nước', 'điện', 'thuế', 'trường', 'Đường', 'dat', 'đá'];
    const all: { code: string; words: string[] }[] = [];
    for (let n = 0; n < 25; n++) {
      clock.advance(1_000);
      const content = some.filter((_, bit) => ((n * 37 + 11) >> bit) & 1).join(' ');
      const { code } = await submit({ content });
      all.unshift({ code, words: foldedWords(content) });
    }
    const typed = fc.array(fc.constantFrom(...some, 'tru', 'd', 'du', 'nuoc'), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(typed, async (words) => {
        const wanted = foldedWords(words.join(' '));
        const prefix = wanted.pop() ?? '';
        const expected = all.filter(
          (one) =>
            wanted.every((word) => one.words.includes(word)) &&
            one.words.some((word) => word.startsWith(prefix)),
        );
        const found = await services.ledger.find(words.join(' '), 0);
        expect(found.total).toBe(expected.length);
        expect(found.questions.map(({ code }) => code)).toEqual(
          expected.slice(0, 10).map(({ code }) => code),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('the statistics', () => {
  it('count by stage, topic and unit, what is overdue, and subscribers', async () => {
    const { services, submit, person, clock } = await startServices(await store.database());
    const asker = await person();
    const [a, b] = [await submit({ person: asker }), await submit({ person: asker, topic: 'thue' })];
    await submit({ person: asker });
    for (const { code } of [a, b]) {
      await services.act(code, 'approve', EDITOR, {}, 'p1');
      await services.act(code, 'route', EDITOR, { unit: UNIT }, 'p2');
    }
    await services.act(a.code, 'answer', CLERK, { text: 'Có.', responsible: 'Bà Thu' }, 'p3');
    await services.people.subscribe(asker.id, [], {
      purpose: 'reminders',
      given: true,
      textVersion: '1',
      at: clock.now(),
    });
    clock.advance(5 * DAY_MS);
    expect(await services.ledger.stats()).toEqual({
      total: 3,
      byStage: { received: 1, routed: 1, answered: 1 },
      overdue: 1,
      byTopic: [
        { topic: 'dat-dai', count: 2 },
        { topic: 'thue', count: 1 },
      ],
      byUnit: [{ unit: UNIT, count: 2, answered: 1 }],
      subscribers: 1,
    });
  });
});

describe('the due date', () => {
  it('is shown with how it was counted', async () => {
    const { services, submit } = await startServices(await store.database());
    const due = await services.ledger.due(await submit());
    expect(due).toMatchObject({ dueDate: '2026-11-27', overdue: false, paused: false });
    expect(due.days.map(({ date, counted }) => [date, counted])).toEqual([
      ['2026-11-23', null],
      ['2026-11-24', null],
      ['2026-11-25', 1],
      ['2026-11-26', 2],
      ['2026-11-27', 3],
    ]);
  });

  it('is over the moment after the last of its day, and not before', async () => {
    const { services, person, clock } = await startServices(await store.database());
    const question = await services.submit(submission((await person()).id, clock.now()));
    clock.advanceTo(question.dueAt);
    expect(await services.ledger.due(question)).toMatchObject({ overdue: false });
    expect((await services.ledger.stats()).overdue).toBe(0);
    clock.advance(1);
    expect(await services.ledger.due(question)).toMatchObject({ overdue: true });
    expect((await services.ledger.stats()).overdue).toBe(1);
  });
});
