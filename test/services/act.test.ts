import fc from 'fast-check';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowedActions, LIFE_CYCLE } from '../../src/domain/lifeCycle.js';
import { ACTIONS, type Action, type Question, type Stage } from '../../src/domain/question.js';
import { SYSTEM } from '../../src/services/act.js';
import type { ActionDetails, Actor } from '../../src/services/services.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import {
  ADMIN,
  CLERK,
  EDITOR,
  STATION,
  startServices,
  toldOf,
  UNIT,
  type TestServices,
} from './support/startServices.js';

let store: TestStore;
let database: Connection;
beforeAll(async () => {
  store = await openTestStore();
  database = await store.database();
});
afterAll(() => store.close());

const EPISODE = '2026-12-1';
const ASKER_ACCOUNT = 'telegram:900';
const ASKER: Actor = { account: ASKER_ACCOUNT, name: 'Nguyễn Thị Hoà', roles: ['asker'] };

/** Details with which each action passes. */
const DETAILS: Partial<Record<Action, ActionDetails>> = {
  reject: { text: 'Ngoài phạm vi chuyên mục' },
  askMore: { text: 'Thửa đất ở xã nào?' },
  clarify: { text: 'Ở xã Châu Thành.' },
  setTopic: { topic: 'moi-truong' },
  route: { unit: UNIT },
  note: { text: 'Đã gọi điện' },
  answer: { text: 'Gồm ba bước.', responsible: 'Bà Phạm Thu, Giám đốc' },
  handBack: { text: 'Thuộc Sở khác' },
  reportDifficulty: { text: 'Thiếu hồ sơ' },
  returnAnswer: { text: 'Nêu rõ căn cứ' },
  choose: { episode: EPISODE },
  reopen: { text: 'Chưa rõ bước hai' },
};
/** The way from received to each stage. */
const WAYS: Partial<Record<Stage, Action[]>> = {
  received: [],
  clarifying: ['askMore'],
  approved: ['approve'],
  routed: ['approve', 'route'],
  answered: ['approve', 'route', 'answer'],
  published: ['approve', 'route', 'answer', 'acceptAnswer'],
  rejected: ['reject'],
  withdrawn: ['withdraw'],
  reopened: ['approve', 'route', 'answer', 'acceptAnswer', 'reopen'],
};

function actorFor(action: Action): Actor {
  const roles = LIFE_CYCLE.filter((row) => row.action === action).flatMap((row) => row.who);
  if (roles.includes('asker')) return ASKER;
  if (roles.includes('unitClerk')) return CLERK;
  return roles.includes('system') ? SYSTEM : EDITOR;
}

async function startWithQuestion(stage: Stage = 'received') {
  const test = await startServices(database);
  const question = await test.submit({ person: await test.person(ASKER_ACCOUNT) });
  let now = question;
  for (const action of WAYS[stage] ?? []) now = await doIt(test, question.code, action);
  return { ...test, question: now, code: question.code, test };
}

let causes = 0;
async function doIt(
  { services }: Pick<TestServices, 'services'>,
  code: string,
  action: Action,
  details = DETAILS[action] ?? {},
) {
  return (await services.act(code, action, actorFor(action), details, `press-${++causes}`)).question;
}

describe('the rows of the life cycle', () => {
  const rows = LIFE_CYCLE.filter(({ action }) => !['join', 'unchoose', 'air'].includes(action)).flatMap(
    ({ action, from, to }) =>
      from
        .filter((stage) => WAYS[stage])
        .map((stage) => ({ action, from: stage, to: to === 'same' ? stage : to })),
  );

  it.each(rows)('$action leads from $from to $to and appends its event', async ({ action, from, to }) => {
    const { question, services, told } = await startWithQuestion(from);
    expect(question.stage).toBe(from);
    const by = actorFor(action);
    const done = await services.act(question.code, action, by, DETAILS[action] ?? {}, 'the-press');
    expect(done.question).toMatchObject({ stage: to, version: question.version + 1 });
    expect(done.question.events).toEqual([...question.events, done.event]);
    expect(done.event).toMatchObject({ id: 'the-press', action, from, to });
    expect(await services.ledger.byCode(question.code)).toEqual(done.question);
    expect(toldOf(told, 'questionChanged').at(-1)).toEqual([done.question, done.event]);
  });

  it('refuses every action that the table does not have, at every stage, for every role', async () => {
    for (const stage of Object.keys(WAYS) as Stage[]) {
      const { question, services } = await startWithQuestion(stage);
      for (const actor of [EDITOR, STATION, CLERK, ASKER])
        for (const action of ACTIONS) {
          if (allowedActions(question, actor.roles).includes(action)) continue;
          await expect(
            services.act(question.code, action, actor, DETAILS[action] ?? {}, 'x'),
          ).rejects.toMatchObject({
            code: expect.stringMatching(/^(not-allowed|wrong-stage)$/) as string,
          });
        }
      expect(await services.ledger.byCode(question.code)).toEqual(question);
    }
  }, 60_000);

  it('keeps any sequence of presses to the table, with one event and one version each', async () => {
    const test = await startServices(database);
    const person = await test.person(ASKER_ACCOUNT);
    const presses = fc.array(fc.constantFrom(...ACTIONS.filter((action) => action !== 'join')), {
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(presses, async (actions) => {
        let question = await test.submit({ person });
        for (const action of actions) {
          const by = actorFor(action);
          const may = allowedActions(question, by.roles).includes(action);
          const ours = by.unit === undefined || by.unit === question.unit;
          const again = action === 'reopen' && question.events.some((event) => event.action === 'reopen');
          if (may && ours && !again) {
            const next = await doIt(test, question.code, action);
            expect(next.version).toBe(question.version + 1);
            expect(next.events).toHaveLength(next.version);
            question = next;
          } else await expect(doIt(test, question.code, action)).rejects.toThrow();
        }
        expect(await test.services.ledger.byCode(question.code)).toEqual(question);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

describe('two at once', () => {
  it('gives one decision, and tells the other who decided', async () => {
    const { services, code } = await startWithQuestion();
    const [a, b] = await Promise.allSettled([
      services.act(code, 'approve', EDITOR, {}, 'press-a'),
      services.act(code, 'reject', ADMIN, { text: 'Ngoài phạm vi' }, 'press-b'),
    ]);
    const [won, lost] = a.status === 'fulfilled' ? [a, b] : [b, a];
    expect([won.status, lost.status]).toEqual(['fulfilled', 'rejected']);
    const name = a === won ? EDITOR.name : ADMIN.name;
    const lastAction = a === won ? 'approve' : 'reject';
    expect(lost).toMatchObject({
      reason: { code: 'wrong-stage', fields: { code, by: name, byKind: 'member', lastAction } },
    });
    expect((await services.ledger.byCode(code))?.events).toHaveLength(2);
  });

  it('carries out one press once, in however many hands', async () => {
    const { services, code, told } = await startWithQuestion();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => services.act(code, 'approve', EDITOR, {}, 'one-press')),
    );
    for (const { question, event } of all) {
      expect(question.version).toBe(2);
      expect(event).toEqual(all[0]?.event);
    }
    expect(toldOf(told, 'questionChanged')).toHaveLength(9);
  });

  it('applies all of what does not exclude each other', async () => {
    const { services, code } = await startWithQuestion();
    const notes = Array.from({ length: 12 }, (_, n) => `Ghi chú ${n}`);
    await Promise.all(notes.map((text, n) => services.act(code, 'note', EDITOR, { text }, `note-${n}`)));
    const question = await services.ledger.byCode(code);
    expect(question?.version).toBe(13);
    expect(
      question?.events
        .slice(1)
        .map(({ text }) => text)
        .sort(),
    ).toEqual([...notes].sort());
  });

  it('gives a late repeat the event of then with the question of now', async () => {
    const { services, code } = await startWithQuestion();
    const first = await services.act(code, 'approve', EDITOR, {}, 'p1');
    await services.act(code, 'route', EDITOR, { unit: UNIT }, 'p2');
    const again = await services.act(code, 'approve', EDITOR, {}, 'p1');
    expect(again.event).toEqual(first.event);
    expect(again.question.stage).toBe('routed');
  });

  it('names nobody when the asker brought it there', async () => {
    const { services, code, test } = await startWithQuestion();
    await doIt(test, code, 'withdraw');
    await expect(services.act(code, 'approve', EDITOR, {}, 'x')).rejects.toMatchObject({
      code: 'wrong-stage',
      fields: { stage: 'withdrawn', by: '', byKind: 'asker', lastAction: 'withdraw' },
    });
  });
});

describe('who may', () => {
  it('lets a unit act only on what is routed to it', async () => {
    const { services, code } = await startWithQuestion('routed');
    const other: Actor = { ...CLERK, unit: 'so-y-te' };
    await expect(
      services.act(code, 'answer', other, { text: 'a', responsible: 'b' }, 'x'),
    ).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });

  it('lets an asker act only on their own, from any of their accounts', async () => {
    const { services, code, person } = await startWithQuestion();
    await person('telegram:901');
    const stranger: Actor = { account: 'telegram:901', name: 'X', roles: ['asker'] };
    await expect(services.act(code, 'withdraw', stranger, {}, 'x')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect((await services.act(code, 'withdraw', ASKER, {}, 'y')).event).not.toHaveProperty('byName');
  });

  it('records who saw the contact details, and keeps the details out of the record', async () => {
    const { services, code, question } = await startWithQuestion();
    const { event } = await services.act(code, 'revealContact', EDITOR, {}, 'p1');
    expect(event).toMatchObject({ by: EDITOR.account, byName: EDITOR.name, action: 'revealContact' });
    expect(JSON.stringify(event)).not.toContain(question.asker.phone);
    const entries = await services.auditOf(code);
    expect(entries).toEqual([
      expect.objectContaining({ what: 'contact-revealed', by: EDITOR.account, subject: code }),
    ]);
  });

  it('tells an unknown code', async () => {
    const { services } = await startWithQuestion();
    await expect(services.act('KG-2026-999999', 'approve', EDITOR, {}, 'x')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('what an action needs', () => {
  const wrong: [Stage, Action, ActionDetails, string][] = [
    ['received', 'reject', {}, 'reason-missing'],
    ['received', 'reject', { text: ' \n ' }, 'reason-missing'],
    ['received', 'askMore', {}, 'text-missing'],
    ['received', 'note', { text: 'x'.repeat(3_501) }, 'text-too-long'],
    ['received', 'setTopic', { topic: 'khong-co' }, 'unknown-topic'],
    ['received', 'join', { into: 'KG-2026-000999' }, 'unknown-question'],
    ['clarifying', 'clarify', {}, 'text-missing'],
    ['approved', 'route', {}, 'unknown-unit'],
    ['approved', 'route', { unit: 'khong-co' }, 'unknown-unit'],
    ['approved', 'choose', { episode: '2026-12-9' }, 'unknown-episode'],
    ['approved', 'choose', { episode: '2026-11-1' }, 'episode-over'],
    ['routed', 'answer', { text: 'Gồm ba bước.' }, 'responsible-missing'],
    ['routed', 'answer', { responsible: 'X' }, 'text-missing'],
    ['routed', 'handBack', {}, 'reason-missing'],
    ['answered', 'returnAnswer', {}, 'reason-missing'],
    ['published', 'reopen', {}, 'reason-missing'],
  ];
  it.each(wrong)('at %s refuses %s with %j as %s', async (stage, action, details, code) => {
    const { services, question } = await startWithQuestion(stage);
    await expect(services.act(question.code, action, actorFor(action), details, 'x')).rejects.toMatchObject({
      code,
    });
    expect(await services.ledger.byCode(question.code)).toEqual(question);
  });

  it('joins no question to itself', async () => {
    const { services, code } = await startWithQuestion();
    await expect(services.act(code, 'join', EDITOR, { into: code }, 'x')).rejects.toMatchObject({
      code: 'join-not-possible',
    });
  });

  it('refuses a unit that is no more', async () => {
    const { services, code } = await startWithQuestion('approved');
    await services.settings.saveUnit(
      { id: 'so-cu', name: 'Sở cũ', kind: 'so', topics: [], validTo: '2026-06-30' },
      ADMIN,
      'u',
    );
    await expect(services.act(code, 'route', EDITOR, { unit: 'so-cu' }, 'x')).rejects.toMatchObject({
      code: 'unit-not-valid',
    });
  });

  it('takes the head of the unit as the one responsible', async () => {
    const { services, code } = await startWithQuestion('approved');
    const unit = (await services.settings.units()).find(({ id }) => id === 'so-noi-vu');
    if (!unit) throw new Error('no unit');
    await services.settings.saveUnit(
      { ...unit, head: { name: 'Phạm Thu', title: 'Giám đốc' } },
      ADMIN,
      'u-head',
    );
    await services.act(code, 'route', EDITOR, { unit: unit.id }, 'r');
    const clerk: Actor = { ...CLERK, unit: unit.id };
    const { question } = await services.act(code, 'answer', clerk, { text: 'Gồm ba bước.' }, 'x');
    expect(question.answer).toMatchObject({
      text: 'Gồm ba bước.',
      unit: unit.id,
      responsible: 'Phạm Thu, Giám đốc',
      by: CLERK.account,
    });
  });

  it('reopens once', async () => {
    const { test, code } = await startWithQuestion('reopened');
    for (const action of ['approve', 'route', 'answer', 'acceptAnswer'] as const)
      await doIt(test, code, action);
    await expect(doIt(test, code, 'reopen')).rejects.toMatchObject({ code: 'reopened-before' });
  });
});

describe('what an action does', () => {
  it('appends what the asker adds to the content, where a search finds it', async () => {
    const { services, test, code, question } = await startWithQuestion('clarifying');
    const next = await doIt(test, code, 'clarify');
    expect(next.content).toBe(`${question.content}\n\nỞ xã Châu Thành.`);
    expect((await services.ledger.find(`chau thanh ${next.number}`, 0)).questions).toEqual([next]);
  });

  it('publishes an accepted answer, and drops a returned one from the question but not from the record', async () => {
    const { test, code } = await startWithQuestion('answered');
    const returned = await doIt(test, code, 'returnAnswer');
    expect(returned.answer).toBeUndefined();
    expect(returned.events.find((event) => event.action === 'answer')?.text).toBe('Gồm ba bước.');
    await doIt(test, code, 'answer');
    expect((await doIt(test, code, 'acceptAnswer')).answer?.acceptedAt).toEqual(test.clock.now());
  });

  it('meets the deadline by the first hand-over, also when it is handed back later', async () => {
    const { services, test, code, question } = await startWithQuestion('routed');
    const handedOverAt = question.handedOverAt;
    test.clock.advance(10 * 86_400_000);
    const back = await doIt(test, code, 'handBack');
    expect(back).toMatchObject({ stage: 'approved', handedOverAt, dueAt: question.dueAt });
    expect(back.unit).toBeUndefined();
    expect(await services.ledger.due(back)).toMatchObject({ overdue: false });
  });

  it('ends being chosen with the question', async () => {
    const { test, code } = await startWithQuestion('approved');
    await doIt(test, code, 'choose');
    const gone = await doIt(test, code, 'withdraw');
    expect(gone.episodeTrack).toBe('none');
    expect(gone).not.toHaveProperty('episode');
  });

  it('chooses and frees again', async () => {
    const { test, code } = await startWithQuestion('approved');
    expect(await doIt(test, code, 'choose')).toMatchObject({ episodeTrack: 'chosen', episode: EPISODE });
    await expect(doIt(test, code, 'choose')).rejects.toMatchObject({
      code: 'wrong-stage',
      fields: { by: EDITOR.name },
    });
    const freed = await doIt(test, code, 'unchoose');
    expect(freed.episodeTrack).toBe('none');
    expect(freed.episode).toBeUndefined();
  });

  it('joins into another question', async () => {
    const { test, services, code } = await startWithQuestion();
    const other = await test.submit();
    const { question } = await services.act(code, 'join', EDITOR, { into: other.code }, 'x');
    expect(question).toMatchObject({ stage: 'joined', joinedTo: other.code });
  });
});

describe('the deadline while the asker is asked', () => {
  const local = (text: string): Date => new Date(`${text}+07:00`);

  it('moves by the working days of the pause, over a weekend and a holiday', async () => {
    const { test, code, question, services } = await startWithQuestion();
    expect(question.dueAt).toEqual(local('2026-11-27T23:59:59.999')); // 25, 26, 27; 24 is a holiday
    await doIt(test, code, 'askMore'); // Monday 23
    test.clock.advanceTo(local('2026-11-30T10:00:00')); // Monday 30: 25, 26, 27, 30 are lost
    const asked = await services.ledger.byCode(code);
    expect(await services.ledger.due(asked as Question)).toMatchObject({ paused: true, overdue: false });
    const clarified = await doIt(test, code, 'clarify');
    expect(clarified.dueAt).toEqual(local('2026-12-03T23:59:59.999'));
    expect(clarified.pauses).toEqual([
      { from: local('2026-11-23T09:00:00'), to: local('2026-11-30T10:00:00') },
    ]);
  });

  it('closes the pause when the board rejects instead of waiting', async () => {
    const { test, code } = await startWithQuestion('clarifying');
    expect((await doIt(test, code, 'reject')).pauses[0]?.to).toEqual(test.clock.now());
  });
});
