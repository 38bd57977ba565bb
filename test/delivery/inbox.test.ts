import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBench, echo, nextNumber, reply, until, type Bench } from '../support/deliveryBench.js';
import { openDeliveryStore, type TestStore } from '../support/deliveryStore.js';

let store: TestStore;
beforeAll(async () => void (store = await openDeliveryStore()));
beforeEach(() => store.empty());
afterAll(() => store.close());

async function started(options: Parameters<typeof createBench>[1] = {}): Promise<Bench> {
  const bench = await createBench(store, options);
  await bench.delivery.start();
  return bench;
}

describe('the way in', () => {
  it('answers an update', async () => {
    const bench = await started();
    expect(await bench.say('1', 'xin chào')).toBe(200);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['1 xin chào']);
    await bench.delivery.stop();
  });

  it('works an update once however often it is delivered', async () => {
    const bench = await started();
    const number = nextNumber();
    const statuses = await Promise.all([1, 2, 3].map(() => bench.say('1', 'một', number)));
    await bench.delivery.idle();
    statuses.push(await bench.say('1', 'một', number));
    await bench.delivery.idle();
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(bench.worked).toEqual(['plain:1 một']);
    expect(bench.texts('1')).toEqual(['1 một']);
    await bench.delivery.stop();
  });

  it('works what was accepted while nobody worked', async () => {
    const before = await createBench(store);
    for (const text of ['a', 'b', 'c']) await before.say('1', text);
    const bench = await started();
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['1 a', '2 b', '3 c']);
    await bench.delivery.stop();
  });

  it('puts updates of a chat that wait into the order of the platform', async () => {
    const before = await createBench(store);
    const first = nextNumber();
    const second = nextNumber();
    const third = nextNumber();
    await before.say('1', 'c', third);
    await before.say('1', 'a', first);
    await before.say('1', 'b', second);
    const bench = await started();
    await bench.delivery.idle();
    expect(bench.worked).toEqual(['plain:1 a', 'plain:1 b', 'plain:1 c']);
    await bench.delivery.stop();
  });

  it('works each of many chats in order', async () => {
    const bench = await started();
    const chats = Array.from({ length: 20 }, (_, index) => String(index + 1));
    const texts = Array.from({ length: 8 }, (_, index) => `t${index}`);
    for (const text of texts) await Promise.all(chats.map((chat) => bench.say(chat, text)));
    await bench.delivery.idle();
    for (const chat of chats)
      expect(bench.texts(chat)).toEqual(texts.map((text, index) => `${index + 1} ${text}`));
    await bench.delivery.stop();
  });

  it('works other chats while one waits for its answer', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const bench = await started({
      respond: async (incoming, chat) => {
        if (chat.ref === 'plain:1') await held;
        return echo(incoming, chat);
      },
    });
    await bench.say('1', 'slow');
    await bench.say('2', 'quick');
    await until(() => bench.texts('2').length === 1);
    expect(bench.texts('1')).toEqual([]);
    release();
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['1 slow']);
    await bench.delivery.stop();
  });

  it('counts what is not for us and acknowledges it', async () => {
    const bench = await started();
    expect(await bench.channel.deliver({ number: nextNumber(), chat: '1' })).toBe(200);
    expect(bench.delivery.figures()['ignored:other-kind']).toBe(1);
    expect(await store.connection.collection('inbox').countDocuments()).toBe(0);
    await bench.delivery.stop();
  });

  it('keeps only the id of what was worked', async () => {
    const bench = await started();
    await bench.say('1', 'bí mật');
    await bench.delivery.idle();
    const [inbox, outbox] = await Promise.all(
      ['inbox', 'outbox'].map((name) => store.connection.collection(name).find({}).toArray()),
    );
    expect(inbox).toMatchObject([{ state: 'done' }]);
    expect(outbox).toMatchObject([{ state: 'sent' }]);
    expect(JSON.stringify([inbox, outbox])).not.toContain('bí mật');
    await bench.delivery.stop();
  });

  it('forgets the ids after their time', async () => {
    const bench = await started();
    await bench.say('1', 'a');
    await bench.delivery.idle();
    bench.clock.advance(91 * 86_400_000); // the purge that was due wakes at its own time …
    await bench.delivery.idle();
    bench.clock.advance(3_600_000); // … and the next one now
    await until(() => (bench.delivery.figures()['purged'] ?? 0) >= 2);
    expect(await store.connection.collection('inbox').countDocuments()).toBe(0);
    expect(await store.connection.collection('outbox').countDocuments()).toBe(0);
    await bench.delivery.stop();
  });

  it('answers a press that the bot has no word for', async () => {
    const bench = await started();
    await bench.channel.deliver({
      number: nextNumber(),
      chat: '1',
      from: { id: '1', name: 'An' },
      press: { id: 'p1', data: 'x' },
    });
    await bench.delivery.idle();
    expect(bench.channel.log.map(({ outgoing }) => outgoing)).toEqual([
      { kind: 'toast', chat: 'plain:1', pressId: 'p1' },
    ]);
    await bench.delivery.stop();
  });
});

describe('too much from one account', () => {
  it('is answered once a minute and dropped', async () => {
    const bench = await started({
      settings: { perAccountPerMinute: 3 },
      hooks: { overRate: async (incoming) => reply(incoming.chat, 'slow down', `${incoming.id}:slow`) },
    });
    for (let index = 0; index < 8; index++) expect(await bench.say('1', `m${index}`)).toBe(200);
    await bench.delivery.idle();
    expect(bench.worked).toEqual(['plain:1 m0', 'plain:1 m1', 'plain:1 m2']);
    expect(bench.texts('1').filter((text) => text === 'slow down')).toHaveLength(1);
    expect(bench.delivery.figures()['overRate']).toBe(5);
    bench.clock.advance(60_000);
    await bench.say('1', 'again');
    await bench.delivery.idle();
    expect(bench.worked).toContain('plain:1 again');
    await bench.delivery.stop();
  });
});

describe('a handler that fails', () => {
  it('is tried again and then answers once', async () => {
    let failures = 2;
    const bench = await started({
      respond: async (incoming, chat) => {
        if (failures-- > 0) throw new Error('no luck');
        return echo(incoming, chat);
      },
    });
    await bench.say('1', 'a');
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual([]);
    for (let tries = 0; tries < 2; tries++) {
      bench.clock.advance(10_000);
      await bench.delivery.idle();
    }
    expect(bench.texts('1')).toEqual(['1 a']);
    expect(bench.alerts).toEqual([]);
    await bench.delivery.stop();
  });

  it('is set aside with an alert and an apology; its chat waits in order, others go on', async () => {
    const bench = await started({
      respond: async (incoming, chat) => {
        if (incoming.event.kind === 'text' && incoming.event.text === 'poison') throw new Error('always');
        return echo(incoming, chat);
      },
      hooks: { apologise: async (incoming) => reply(incoming.chat, 'sorry', `${incoming.id}:sorry`) },
    });
    const number = nextNumber();
    await bench.say('1', 'poison', number);
    await bench.say('1', 'after');
    await bench.say('2', 'other');
    await bench.delivery.idle();
    expect(bench.texts('2')).toEqual(['1 other']);
    expect(bench.texts('1')).toEqual([]);
    for (let tries = 0; tries < 5; tries++) {
      bench.clock.advance(20_000);
      await bench.delivery.idle();
    }
    expect(bench.worked.filter((entry) => entry.endsWith('poison'))).toHaveLength(5);
    expect(bench.alerts).toEqual([{ code: 'update-set-aside', cause: `plain:${number}` }]);
    expect(bench.texts('1')).toEqual(['sorry', '1 after']);
    expect(await store.connection.collection('inbox').countDocuments({ state: 'aside' })).toBe(1);
    await bench.delivery.stop();
  });
});

describe('a conversation that rests', () => {
  it('is found and can be changed outside a turn, whatever the worker remembers of it', async () => {
    const bench = await started();
    await bench.say('1', 'a');
    await bench.delivery.idle();
    bench.clock.advance(7_200_000);
    const [resting] = await bench.delivery.restingChats(bench.clock.now(), 10);
    expect(resting?.ref).toBe('plain:1');
    const changed = await bench.delivery.changeChat('plain:1', (chat) => ({
      chat: { ...chat, flows: {} },
      show: [reply(chat.ref, 'lapsed', 'lapse:1')],
    }));
    expect(changed).toBe(true);
    await bench.say('1', 'b');
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['1 a', 'lapsed', '1 b']);
    await bench.delivery.stop();
  });
});
