import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/clock.js';
import { laneOf } from '../../src/delivery/laneOf.js';
import { createBench, dieAt, reply, until, type Bench } from '../support/deliveryBench.js';
import { openDeliveryStore, type TestStore } from '../support/deliveryStore.js';

let store: TestStore;
beforeAll(async () => void (store = await openDeliveryStore()));
beforeEach(() => store.empty());
afterAll(() => store.close());

/** Two instances on one store and one platform, with the lanes shared out. */
async function two(): Promise<[Bench, Bench]> {
  const first = await createBench(store, { exclusive: false });
  await first.delivery.start();
  const second = await createBench(store, { exclusive: false, clock: first.clock, channel: first.channel });
  await second.delivery.start();
  for (let round = 0; round < 3; round++) await pass([first, second], 3_400);
  return [first, second];
}

describe('several instances on one store', () => {
  it('share the lanes evenly', async () => {
    const benches = await two();
    expect(benches.map((bench) => bench.delivery.figures()['lanes'])).toEqual([16, 16]);
    await Promise.all(benches.map((bench) => bench.delivery.stop()));
  });

  it('work each chat in order and once, whichever of them hears of it', async () => {
    const [first, second] = await two();
    const chats = Array.from({ length: 12 }, (_, index) => String(index + 1));
    const texts = ['a', 'b', 'c', 'd'];
    for (const [index, text] of texts.entries()) {
      for (const chat of chats) await (index % 2 === 0 ? first : second).say(chat, text);
    }
    for (let round = 0; round < 20; round++) await pass([first, second], 300);
    for (const chat of chats)
      expect(first.texts(chat)).toEqual(texts.map((text, index) => `${index + 1} ${text}`));
    expect(first.worked.length).toBeGreaterThan(0);
    expect(second.worked.length).toBeGreaterThan(0);
    expect(first.worked.length + second.worked.length).toBe(chats.length * texts.length);
    await Promise.all([first.delivery.stop(), second.delivery.stop()]);
  });

  it('send what the other enqueued for their chats', async () => {
    const [first, second] = await two();
    const shows = Array.from({ length: 20 }, (_, n) =>
      reply(`plain:${n}`, 'notice', `n${n}`, { priority: 'notice' }),
    );
    await first.delivery.enqueue(shows);
    for (let round = 0; round < 4; round++) await pass([first, second], 300);
    expect(first.channel.log).toHaveLength(20);
    expect(new Set(first.channel.log.map(({ outgoing }) => outgoing.chat)).size).toBe(20);
    await Promise.all([first.delivery.stop(), second.delivery.stop()]);
  });

  it('take over the lanes of one that stops, at once', async () => {
    const [first, second] = await two();
    await first.delivery.stop();
    await pass([second], 3_400);
    expect(second.delivery.figures()['lanes']).toBe(32);
    await second.delivery.stop();
  });

  it('take over what one that died was at, when its leases have ended', async () => {
    const { fault, died } = dieAt('saved');
    const dying = await createBench(store, { exclusive: false, hooks: { fault } });
    await dying.delivery.start();
    await Promise.all([dying.say('1', 'a'), dying.say('2', 'b')]);
    await died;

    // The dead one's clock stands still, so that it renews nothing.
    const clock = createManualClock(dying.clock.now());
    const next = await createBench(store, { exclusive: false, clock, channel: dying.channel });
    await next.delivery.start();
    await pass([next], 5_000);
    expect(next.texts('1')).toEqual([]);
    for (let round = 0; round < 3; round++) await pass([next], 3_400);
    expect(next.delivery.figures()['lanes']).toBe(32);
    expect(next.texts('1')).toEqual(['1 a']);
    expect(next.texts('2')).toEqual(['1 b']);
    await next.delivery.stop();
  });

  it('let a sleeper that lost its lanes change nothing when it wakes', async () => {
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const sleeper = await createBench(store, {
      exclusive: false,
      respond: async (incoming, chat) => {
        await asleep;
        return {
          chat: { ...chat, language: 'en' },
          show: [reply(chat.ref, 'from the sleeper', `${incoming.id}:echo`)],
        };
      },
    });
    await sleeper.delivery.start();
    await sleeper.say('1', 'a');
    await until(() => sleeper.worked.length === 1);

    const clock = createManualClock(sleeper.clock.now());
    const next = await createBench(store, { exclusive: false, clock, channel: sleeper.channel });
    await next.delivery.start();
    for (let round = 0; round < 4; round++) await pass([next], 3_400);
    expect(next.texts('1')).toEqual(['1 a']);
    wake();
    sleeper.clock.advance(20_000);
    for (let round = 0; round < 3; round++) await pass([next, sleeper], 3_400);
    expect(next.texts('1')).toEqual(['1 a']);
    expect(await store.connection.collection('chats').countDocuments({ 'chat.language': 'en' })).toBe(0);
    await Promise.all([next.delivery.stop(), sleeper.delivery.stop()]);
  });

  it('let one of them poll, and another when that one stops', async () => {
    const [first, second] = await two();
    const polls = (): boolean[] => [first, second].map((bench) => bench.delivery.holds('poller:plain'));
    expect(polls()).toEqual([false, false]);
    await pass([first, second], 3_400);
    const holder = polls().indexOf(true);
    expect(polls().filter(Boolean)).toHaveLength(1);
    await [first, second][holder]?.delivery.stop();
    await pass(
      [first, second].filter((_, index) => index !== holder),
      3_400,
    );
    expect(polls()[1 - holder]).toBe(true);
    await Promise.all([first.delivery.stop(), second.delivery.stop()]);
  });
});

describe('the lanes', () => {
  it('take up chats evenly', () => {
    const counts = Array.from({ length: 32 }, () => 0);
    for (let id = 0; id < 32_000; id++) {
      const lane = laneOf(`telegram:${7_000_000 + id}`, 32);
      counts[lane] = (counts[lane] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

/** Lets time pass on the clock that they share, and all that is due happen, renewals of leases too. */
async function pass(benches: readonly Bench[], ms: number): Promise<void> {
  for (const clock of new Set(benches.map((bench) => bench.clock))) clock.advance(ms);
  for (let round = 0; round < 2; round++) {
    for (const bench of benches) await bench.delivery.idle();
  }
}
