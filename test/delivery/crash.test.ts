import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Respond } from '../../src/bot/turn.js';
import type { FaultPoint } from '../../src/delivery/context.js';
import { createBench, dieAt, echo, nextNumber, reply, type Bench } from '../support/deliveryBench.js';
import { openDeliveryStore, type TestStore } from '../support/deliveryStore.js';

let store: TestStore;
beforeAll(async () => void (store = await openDeliveryStore()));
beforeEach(() => store.empty());
afterAll(() => store.close());

const POINTS: FaultPoint[] = ['stored', 'answered', 'said', 'saved', 'done', 'sending', 'sent', 'marked'];

/** An answer to the person, and a card in the group. */
const respond: Respond = async (incoming, chat) => {
  const turn = await echo(incoming, chat);
  const card = reply('plain:g9', `card of ${incoming.id}`, `${incoming.id}:card`, {
    slot: incoming.id,
    priority: 'notice',
  });
  return { ...turn, show: [...turn.show, card] };
};

describe('a process that dies', () => {
  it.each(POINTS)('at “%s” leaves everything said once after the restart', async (point) => {
    const { fault, died } = dieAt(point);
    const dying = await createBench(store, { respond, hooks: { fault } });
    await dying.delivery.start();
    const number = nextNumber();
    const answer = dying.say('1', 'a', number);
    await died;
    const isAcknowledged = point !== 'stored' && (await answer) === 200;

    // Only what the platform had and the store did not know of when it died may come a second time.
    const open = await store.connection.collection('outbox').countDocuments({ state: 'waiting' });
    const said = [
      { chat: '1', text: '1 a' },
      { chat: 'g9', text: `card of plain:${number}` },
    ].map(({ chat, text }) => ({ chat, text, atMost: 1 + (open > 0 ? count(dying, chat, text) : 0) }));

    const next = await createBench(store, { respond, channel: dying.channel, clock: dying.clock });
    await next.delivery.start();
    if (!isAcknowledged) await next.say('1', 'a', number);
    await next.delivery.idle();
    await next.say('1', 'b');
    await next.delivery.idle();

    expect(count(next, '1', '2 b')).toBe(1);
    for (const { chat, text, atMost } of said) {
      expect(count(next, chat, text)).toBeGreaterThanOrEqual(1);
      expect(count(next, chat, text)).toBeLessThanOrEqual(atMost);
    }
    expect(await store.connection.collection('inbox').countDocuments({ state: 'waiting' })).toBe(0);
    expect(await store.connection.collection('outbox').countDocuments({ state: 'waiting' })).toBe(0);
    await next.delivery.stop();
  });
});

function count(bench: Bench, chat: string, text: string): number {
  return bench.texts(chat).filter((other) => other === text).length;
}

describe('a graceful stop', () => {
  it('finishes what runs and leaves the rest to the next start', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const bench = await createBench(store, {
      settings: { workers: 1 },
      respond: async (incoming, chat) => {
        await held;
        return echo(incoming, chat);
      },
    });
    await bench.delivery.start();
    await bench.say('1', 'running');
    await bench.say('2', 'queued');
    const stopped = bench.delivery.stop();
    expect(await bench.say('3', 'late')).toBe(200);
    release();
    await stopped;
    expect(bench.worked).toEqual(['plain:1 running']);
    expect(bench.texts('1')).toEqual(['1 running']);
    expect(await store.connection.collection('inbox').countDocuments({ state: 'waiting' })).toBe(2);

    const next = await createBench(store, { channel: bench.channel, clock: bench.clock });
    await next.delivery.start();
    await next.delivery.idle();
    expect(['1', '2', '3'].map((chat) => next.texts(chat))).toEqual([
      ['1 running'],
      ['1 queued'],
      ['1 late'],
    ]);
    await next.delivery.stop();
  });

  it('does not wait for ever', async () => {
    const bench = await createBench(store, { respond: () => new Promise(() => undefined) });
    await bench.delivery.start();
    await bench.say('1', 'stuck');
    const stopped = bench.delivery.stop();
    bench.clock.advance(10_000);
    await expect(stopped).resolves.toBeUndefined();
  });
});
