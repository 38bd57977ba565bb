import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from 'mongoose';
import { createManualClock, type ManualClock } from '../../src/clock.js';
import type { Airing, Episode } from '../../src/domain/schedule.js';
import type { PersonRecord } from '../../src/services/services.js';
import { openTestStore, type TestStore } from './support/openDatabase.js';
import {
  ADMIN,
  EDITOR,
  startServices,
  STATION,
  toldOf,
  type TestServices,
  type Told,
} from './support/startServices.js';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

/** The first Saturday of December: on at 18:30 on KG, 21:00 on KG1, Sunday 11:00 on both. */
const EPISODE = '2026-12-1';
const local = (text: string): Date => new Date(`${text}+07:00`);

async function start(database?: Connection, clock?: ManualClock): Promise<TestServices> {
  return startServices(database ?? (await store.database()), {
    clock: clock ?? createManualClock(local('2026-12-01T09:00:00')),
  });
}

async function subscribe(
  { services, person, clock }: TestServices,
  ...topics: string[]
): Promise<PersonRecord> {
  const someone = await person();
  await services.people.subscribe(someone.id, topics, {
    purpose: 'reminders',
    given: true,
    textVersion: '1',
    at: clock.now(),
  });
  return someone;
}

async function choose({ services, submit }: TestServices, topic = 'dat-dai') {
  const { code } = await submit({ topic });
  await services.act(code, 'approve', EDITOR, {}, 'p1');
  return (await services.act(code, 'choose', STATION, { episode: EPISODE }, 'p2')).question;
}

/** What was sent to subscribers, as 'day 2026-12-1.1 <account>'. */
function reminders(told: readonly Told[]): string[] {
  return toldOf(told, 'airing').flatMap(([kind, , airing, , to]) =>
    (to as { account: string }[]).map(
      ({ account }) => `${kind as string} ${(airing as Airing).id} ${account}`,
    ),
  );
}

async function tickAt(
  { services, clock }: Pick<TestServices, 'services' | 'clock'>,
  ...moments: string[]
): Promise<void> {
  for (const moment of moments) {
    clock.advanceTo(local(moment));
    await services.tick();
  }
}

describe('reminders of airings', () => {
  it('come a day before the first showing and half an hour before each, once', async () => {
    const test = await start();
    const { accounts } = await subscribe(test);
    await test.services.tick();
    const seen: string[] = [];
    for (
      let at = local('2026-12-04T17:00:00');
      at < local('2026-12-06T13:00:00');
      at = new Date(+at + 30 * 60_000)
    ) {
      test.clock.advanceTo(at);
      await test.services.tick();
      const fresh = reminders(test.told).slice(seen.length);
      seen.push(...fresh.map((one) => `${new Date(+at + 7 * 3_600_000).toISOString().slice(5, 16)} ${one}`));
    }
    expect(seen).toEqual([
      `12-04T18:30 day ${EPISODE}.1 ${accounts[0]}`,
      `12-05T18:00 halfHour ${EPISODE}.1 ${accounts[0]}`,
      `12-05T20:30 halfHour ${EPISODE}.2 ${accounts[0]}`,
      `12-06T10:30 halfHour ${EPISODE}.3 ${accounts[0]}`,
    ]);
    const [, , last] = toldOf(test.told, 'airing').at(-1) ?? [];
    expect(last).toMatchObject({ channel: 'KG, KG1', rerun: true });
  });

  it('come a day before each showing when the setting says so', async () => {
    const test = await start();
    await subscribe(test);
    await test.services.settings.setValue('dayReminder', 'every', ADMIN, 'u1');
    await test.services.settings.setValue('halfHourReminder', 'first', ADMIN, 'u2');
    await tickAt(
      test,
      '2026-12-04T18:30:00',
      '2026-12-04T21:00:00',
      '2026-12-05T11:00:00',
      '2026-12-05T18:10:00',
      '2026-12-05T20:40:00',
    );
    expect(reminders(test.told).map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      `day ${EPISODE}.1`,
      `day ${EPISODE}.2`,
      `day ${EPISODE}.3`,
      `halfHour ${EPISODE}.1`,
    ]);
  });

  it('go to those who follow one of its topics, or all', async () => {
    const test = await start();
    const [all, land, tax] = [
      await subscribe(test),
      await subscribe(test, 'dat-dai'),
      await subscribe(test, 'thue'),
    ];
    const question = await choose(test, 'dat-dai');
    await tickAt(test, '2026-12-05T09:00:00');
    const [[, , , questions, to] = []] = toldOf(test.told, 'airing');
    expect((to as { account: string }[]).map(({ account }) => account).sort()).toEqual(
      [...all.accounts, ...land.accounts].sort(),
    );
    expect(reminders(test.told).join()).not.toContain(tax.accounts[0]);
    expect(questions).toEqual([question]);
  });

  it('are skipped, on record and with an alert, when nothing ran in their window', async () => {
    const test = await start();
    await subscribe(test);
    await test.services.tick();
    await tickAt(test, '2026-12-05T16:30:00', '2026-12-05T16:31:00'); // two hours before: too late for 'a day before'
    expect(reminders(test.told)).toEqual([]);
    expect(toldOf(test.told, 'alert').map(([code]) => code)).toEqual(['airing-skipped']);
    await tickAt(test, '2026-12-05T18:30:00', '2026-12-05T19:00:00');
    expect(reminders(test.told)).toEqual([]);
    expect(
      (await test.services.auditOf(`${EPISODE}.1`)).map(({ what, details }) => [what, details?.['kind']]),
    ).toEqual([
      ['airing-skipped', 'day'],
      ['airing-skipped', 'halfHour'],
    ]);
  });

  it('of what was before the bot first ran are nobody’s omission', async () => {
    const test = await start(undefined, createManualClock(local('2026-12-06T13:00:00')));
    await test.services.tick();
    expect(test.told).toEqual([]);
  });

  it('are not sent for a cancelled episode, and are sent anew for a moved one', async () => {
    const test = await start();
    await subscribe(test);
    await tickAt(test, '2026-12-05T09:00:00');
    await test.services.programme.moveEpisode(EPISODE, local('2026-12-09T20:00:00'), STATION, 'u1');
    await tickAt(test, '2026-12-05T18:10:00', '2026-12-08T20:00:00');
    const times = toldOf(test.told, 'airing').map(([kind, , airing]) => [kind, (airing as Airing).at]);
    expect(times).toEqual([
      ['day', local('2026-12-05T18:30:00')],
      ['day', local('2026-12-09T20:00:00')],
    ]);
    await test.services.programme.cancelEpisode(EPISODE, 'Bão số 9', STATION, 'u2');
    await tickAt(test, '2026-12-09T19:40:00');
    expect(toldOf(test.told, 'airing')).toHaveLength(2);
  });

  describe('to 1,203 subscribers', () => {
    async function startWithMany(clock = createManualClock(local('2026-12-01T09:00:00'))) {
      const database = await store.database();
      const test = await start(database, clock);
      const people = Array.from({ length: 1_203 }, (_, n) => ({
        _id: `s-${String(n).padStart(5, '0')}`,
        accounts: [`telegram:${n}`],
        language: 'vi',
        consents: [],
        subscription: { topics: [], since: clock.now() },
        subscribed: true,
      }));
      await database.collection<{ _id: string }>('people').insertMany(people);
      return { test, database, clock };
    }

    it('reach each once, also with two instances ticking at once', async () => {
      const { test, database, clock } = await startWithMany();
      const other = await start(database, clock);
      clock.advanceTo(local('2026-12-05T09:00:00'));
      await Promise.all([test.services.tick(), other.services.tick(), test.services.tick()]);
      await test.services.tick();
      // A page may be announced by two at once; its ids make one message of them.
      const all = new Set([...reminders(test.told), ...reminders(other.told)]);
      expect(all.size).toBe(1_203);
      const before = test.told.length;
      await test.services.tick();
      expect(test.told).toHaveLength(before);
    });

    it('stop between two pages when the window closes meanwhile', async () => {
      const { test, clock } = await startWithMany();
      clock.advanceTo(local('2026-12-05T18:29:59'));
      const push = test.told.push.bind(test.told);
      test.told.push = (...items) => {
        clock.advance(1_000);
        return push(...items);
      };
      await test.services.tick();
      expect(reminders(test.told)).toHaveLength(500);
      await test.services.tick();
      expect(reminders(test.told)).toHaveLength(500);
      const entries = await test.services.auditOf(`${EPISODE}.1`);
      expect(entries.map(({ what, details }) => [what, details])).toEqual([
        ['airing-cut', { kind: 'halfHour', reached: 500 }],
      ]);
    });

    it('go on after a crash where they were, and stop when the window closes', async () => {
      const { test, clock } = await startWithMany();
      clock.advanceTo(local('2026-12-05T16:29:00'));
      const pages: number[] = [];
      const push = test.told.push.bind(test.told);
      const failing = new Set([1, 4]); // the second page, and later the first of the next reminder
      test.told.push = (...items) => {
        const [one] = items;
        if (one?.what === 'airing') {
          pages.push((one.args[4] as unknown[]).length);
          if (failing.has(pages.length - 1)) throw new Error('crash');
        }
        return push(...items);
      };
      await expect(test.services.tick()).rejects.toThrow(AggregateError);
      await test.services.tick();
      expect(pages).toEqual([500, 500, 500, 203]);
      expect(reminders(test.told)).toHaveLength(1_203);

      clock.advanceTo(local('2026-12-05T18:29:59'));
      await expect(test.services.tick()).rejects.toThrow(AggregateError);
      await tickAt({ services: test.services, clock }, '2026-12-05T18:30:00');
      expect(reminders(test.told).filter((one) => one.startsWith('halfHour'))).toEqual([]);
      expect((await test.services.auditOf(`${EPISODE}.1`)).map(({ what }) => what)).toEqual(['airing-cut']);
    });
  });
});

describe('who asked', () => {
  it('is told on the day of the showing, once, and not after it', async () => {
    const test = await start();
    const question = await choose(test);
    await tickAt(test, '2026-12-05T08:00:00');
    expect(toldOf(test.told, 'yourQuestionIsOn')).toEqual([]);
    await tickAt(test, '2026-12-05T08:30:00', '2026-12-05T12:00:00', '2026-12-05T18:29:00');
    const [[episode, airing, told, to] = [], ...more] = toldOf(test.told, 'yourQuestionIsOn');
    expect(more).toEqual([]);
    expect(episode).toMatchObject({ id: EPISODE });
    expect(airing).toMatchObject({ id: `${EPISODE}.1`, at: local('2026-12-05T18:30:00') });
    expect(told).toEqual(question);
    expect(to).toMatchObject({ id: question.asker.person });
  });

  it('is not told when nothing ran until airtime', async () => {
    const test = await start();
    await choose(test);
    await tickAt(test, '2026-12-05T18:30:00');
    expect(toldOf(test.told, 'yourQuestionIsOn')).toEqual([]);
  });
});

describe('being chosen', () => {
  it('becomes having been on after the last minute of the first showing', async () => {
    const test = await start();
    const { code } = await choose(test);
    await tickAt(test, '2026-12-05T18:59:59');
    expect(await test.services.ledger.byCode(code)).toMatchObject({ episodeTrack: 'chosen' });
    await tickAt(test, '2026-12-05T19:00:00', '2026-12-05T19:00:30');
    const aired = await test.services.ledger.byCode(code);
    expect(aired).toMatchObject({ episodeTrack: 'aired', episode: EPISODE, stage: 'approved' });
    expect(aired?.events.filter(({ action }) => action === 'air')).toEqual([
      expect.objectContaining({ by: 'system', episode: EPISODE, at: local('2026-12-05T19:00:00') }),
    ]);
  });

  it('is carried out once by instances that tick at once, and after any downtime', async () => {
    const database = await store.database();
    const clock = createManualClock(local('2026-12-01T09:00:00'));
    const [a, b] = [await start(database, clock), await start(database, clock)];
    const { code } = await choose(a);
    clock.advanceTo(local('2027-03-01T09:00:00'));
    await Promise.all([a.services.tick(), b.services.tick()]);
    const events = (await a.services.ledger.byCode(code))?.events ?? [];
    expect(events.filter(({ action }) => action === 'air')).toHaveLength(1);
  });

  it('ends with the cancellation of the episode', async () => {
    const test = await start();
    const { code } = await choose(test);
    await test.services.programme.cancelEpisode(EPISODE, 'Bão số 9', ADMIN, 'u1');
    await test.services.programme.cancelEpisode(EPISODE, 'Bão số 9', ADMIN, 'u1');
    const freed = await test.services.ledger.byCode(code);
    expect(freed).toMatchObject({ episodeTrack: 'none' });
    expect(freed?.events.at(-1)).toMatchObject({ action: 'unchoose', byName: ADMIN.name });
  });
});

describe('the programme', () => {
  it('shows the next episode with its questions, and its showings still to come', async () => {
    const test = await start();
    const question = await choose(test);
    const next = await test.services.programme.nextEpisode();
    expect(next).toMatchObject({ episode: { id: EPISODE }, questions: [question] });
    expect(next?.airings).toHaveLength(4);
    test.clock.advanceTo(local('2026-12-05T20:00:00'));
    expect((await test.services.programme.nextEpisode())?.airings).toHaveLength(3);
    test.clock.advanceTo(local('2026-12-06T12:00:00'));
    expect(await test.services.programme.nextEpisode()).toMatchObject({
      episode: { id: '2026-12-2' },
      questions: [],
    });
  });

  it('lists what is to come without what is cancelled, a moved one where it is now', async () => {
    const test = await start();
    const { programme } = test.services;
    await programme.cancelEpisode('2026-12-2', 'Nghỉ', STATION, 'u1');
    await programme.moveEpisode('2027-1-1', local('2027-01-20T20:00:00'), ADMIN, 'u2');
    const ids = (await programme.upcoming(4)).map(({ episode }: { episode: Episode }) => episode.id);
    expect(ids).toEqual([EPISODE, '2027-1-2', '2027-1-1', '2027-2-1']);
  });

  it('is changed by an admin or the station, on record, and never into the past', async () => {
    const test = await start();
    const { programme } = test.services;
    const to = local('2026-12-09T20:00:00');
    await expect(programme.moveEpisode(EPISODE, to, EDITOR, 'u1')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await expect(programme.moveEpisode('2026-12-7', to, STATION, 'u2')).rejects.toMatchObject({
      code: 'unknown-episode',
    });
    const past = local('2026-11-30T20:00:00');
    await expect(programme.moveEpisode(EPISODE, past, STATION, 'u3')).rejects.toMatchObject({
      code: 'time-passed',
    });
    expect(await programme.moveEpisode(EPISODE, to, STATION, 'u4')).toMatchObject({
      status: 'moved',
      at: to,
    });
    expect(await test.services.auditOf(`episode:${EPISODE}`)).toEqual([
      expect.objectContaining({
        by: STATION.account,
        before: {},
        after: { change: { episode: EPISODE, kind: 'moved', to } },
      }),
    ]);
  });

  it('tells the askers the link afterwards, and keeps a move', async () => {
    const test = await start();
    const question = await choose(test);
    await test.services.programme.moveEpisode(EPISODE, local('2026-12-04T20:00:00'), STATION, 'u1');
    await tickAt(test, '2026-12-04T20:30:00');
    const link = 'https://example.vn/xem-lai/1';
    await test.services.programme.setLink(EPISODE, link, STATION, 'u2');
    const [[episode, told, about] = []] = toldOf(test.told, 'linkReady');
    expect([episode, told, about]).toMatchObject([
      { id: EPISODE, status: 'moved' },
      link,
      { code: question.code, episodeTrack: 'aired' },
    ]);
    expect(await test.services.programme.linkOf(EPISODE)).toBe(link);
    await expect(
      test.services.programme.setLink(EPISODE, 'javascript:alert(1)', STATION, 'u3'),
    ).rejects.toMatchObject({
      code: 'bad-value',
    });
  });
});
