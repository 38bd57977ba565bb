import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sent } from '../../src/channels/channel.js';
import { createPlainChannel } from '../../simulator/plain/createPlainChannel.js';
import { createManualClock } from '../../src/clock.js';
import { createBench, nextNumber, reply, until, type Bench } from '../support/deliveryBench.js';
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

const later = (afterMs?: number): Sent => ({
  kind: 'later',
  why: 'test',
  ...(afterMs === undefined ? {} : { afterMs }),
});

describe('what is said outside a turn', () => {
  it('is delivered once, however often it is enqueued', async () => {
    const bench = await started();
    await bench.delivery.enqueue([reply('plain:1', 'a', 'once')]);
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:1', 'a', 'once')]);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['a']);
    await bench.delivery.stop();
  });

  it('keeps the order of a chat', async () => {
    const bench = await started();
    const texts = Array.from({ length: 30 }, (_, index) => `n${index}`);
    for (const text of texts) await bench.delivery.enqueue([reply('plain:1', text, text)]);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(texts);
    await bench.delivery.stop();
  });

  it('is refused for a channel that does not exist', async () => {
    const bench = await started();
    await expect(bench.delivery.enqueue([reply('pigeon:1', 'a', 'x')])).rejects.toMatchObject({
      code: 'unknown-channel',
    });
    await bench.delivery.stop();
  });

  it('goes in parts when it is too long, with the buttons on the last', async () => {
    const bench = await started();
    const text = Array.from({ length: 60 }, (_, index) => `Câu số ${index} của văn bản.`).join(' ');
    const message = { text, buttons: [[{ title: 'Được', data: 'ok' }]] };
    await bench.delivery.enqueue([{ chat: 'plain:1', message, priority: 'reply', id: 'long' }]);
    await bench.delivery.idle();
    const parts = bench.channel.shown('plain:1');
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map((part) => part.text).join(' ')).toBe(text);
    expect(parts.map((part) => part.message.buttons !== undefined)).toEqual([
      ...parts.slice(1).map(() => false),
      true,
    ]);
    await bench.delivery.stop();
  });

  it('brings a file through the store unharmed', async () => {
    const before = await createBench(store);
    const bytes = new Uint8Array([0, 1, 2, 255, 128]);
    const attachment = { kind: 'file' as const, name: 'a.bin', mime: 'application/octet-stream', bytes };
    await before.delivery.enqueue([
      { chat: 'plain:1', message: { text: 'tệp', attachment }, priority: 'reply', id: 'file' },
    ]);
    const bench = await started();
    await bench.delivery.idle();
    const sent = bench.channel.shown('plain:1')[0]?.message.attachment;
    expect(sent?.kind === 'file' && [...sent.bytes]).toEqual([...bytes]);
    await bench.delivery.stop();
  });
});

describe('times', () => {
  it('are waited for, also across a restart, and known beforehand', async () => {
    const before = await createBench(store);
    const at = new Date(before.clock.now().getTime() + 60_000);
    await before.delivery.enqueue([reply('plain:1', 'then', 'then', { notBefore: at })]);
    const bench = await started({ clock: before.clock });
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual([]);
    expect(bench.delivery.nextDue()).toEqual(at);
    bench.clock.advanceTo(at);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['then']);
    await bench.delivery.stop();
  });

  it('drop what comes too late, and never send it', async () => {
    const bench = await started();
    bench.channel.next.push(() => later(30_000));
    const notAfter = new Date(bench.clock.now().getTime() + 20_000);
    await bench.delivery.enqueue([
      reply('plain:1', 'first', 'f'),
      reply('plain:1', 'reminder', 'r', { notAfter }),
    ]);
    await bench.delivery.idle();
    bench.clock.advance(31_000);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['first']);
    expect(bench.delivery.figures()['dropped:late']).toBe(1);
    await bench.delivery.stop();
  });
});

describe('priorities and limits', () => {
  it('let replies go before notices, and notices before broadcasts', async () => {
    const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
    const channel = createPlainChannel({ clock, limits: { perSecond: 10 } });
    const bench = await started({ clock, channel });
    const shows = [0, 1, 2].flatMap((round) =>
      (['broadcast', 'notice', 'reply'] as const).map((priority, kind) =>
        reply(`plain:${round * 3 + kind}`, priority, `${priority}${round}`, { priority }),
      ),
    );
    await bench.delivery.enqueue(shows);
    await pass(bench, 3_000, 100);
    const order = channel.log.map(({ outgoing }) => (outgoing.kind === 'send' ? outgoing.message.text : ''));
    // The first went while nothing else was there.
    expect(order.slice(1)).toEqual([...order.slice(1)].sort((a, b) => rank(a) - rank(b)));
    expect(order).toHaveLength(9);
    await bench.delivery.stop();
  });

  it('keep to the limit overall', async () => {
    const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
    const channel = createPlainChannel({ clock, limits: { perSecond: 30 } });
    const bench = await started({ clock, channel });
    await bench.delivery.enqueue(Array.from({ length: 100 }, (_, n) => reply(`plain:${n}`, 'x', `o${n}`)));
    await pass(bench, 1_000, 100);
    expect(channel.log.length).toBeGreaterThanOrEqual(30);
    expect(channel.log.length).toBeLessThanOrEqual(34);
    await pass(bench, 2_400, 100);
    expect(channel.log).toHaveLength(100);
    await bench.delivery.stop();
  });

  it('keep to the limit of a chat after its burst', async () => {
    const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
    const channel = createPlainChannel({ clock, limits: { perChatPerSecond: 1, chatBurst: 3 } });
    const bench = await started({ clock, channel });
    await bench.delivery.enqueue(Array.from({ length: 6 }, (_, n) => reply('plain:1', `x${n}`, `c${n}`)));
    await bench.delivery.idle();
    expect(bench.texts('1')).toHaveLength(3);
    await pass(bench, 2_000);
    expect(bench.texts('1')).toHaveLength(5);
    await pass(bench, 1_000);
    expect(bench.texts('1')).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'x5']);
    await bench.delivery.stop();
  });

  it('keep to the limit of a group in any minute', async () => {
    const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
    const channel = createPlainChannel({ clock, limits: { perGroupPerMinute: 20 } });
    const bench = await started({ clock, channel });
    await bench.delivery.enqueue(Array.from({ length: 30 }, (_, n) => reply('plain:g1', `x${n}`, `g${n}`)));
    await bench.delivery.idle();
    expect(bench.texts('g1')).toHaveLength(20);
    await pass(bench, 59_000, 1_000);
    expect(bench.texts('g1')).toHaveLength(20);
    await pass(bench, 2_000);
    expect(bench.texts('g1')).toHaveLength(30);
    await bench.delivery.stop();
  });
});

describe('a platform in trouble', () => {
  it('is given the time that it asks for, for that chat alone', async () => {
    const bench = await started();
    bench.channel.next.push(() => later(5_000));
    await bench.delivery.enqueue([reply('plain:1', 'a', 'a'), reply('plain:1', 'b', 'b')]);
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:2', 'c', 'c')]);
    await bench.delivery.idle();
    expect(bench.texts('2')).toEqual(['c']);
    bench.clock.advance(4_999);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual([]);
    bench.clock.advance(1);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['a', 'b']);
    await bench.delivery.stop();
  });

  it('is asked more and more rarely while it fails, and gets the message in the end', async () => {
    const bench = await started();
    const tries: number[] = [];
    bench.channel.always = () => {
      tries.push(bench.clock.now().getTime());
      return later();
    };
    await bench.delivery.enqueue([reply('plain:1', 'a', 'a')]);
    await pass(bench, 20_000, 250);
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(2);
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    bench.channel.always = undefined;
    await pass(bench, 60_000, 1_000);
    expect(bench.texts('1')).toEqual(['a']);
    await bench.delivery.stop();
  });

  it('slows everything down when it limits many chats at once', async () => {
    const bench = await started();
    bench.channel.always = () => later(3_000);
    await bench.delivery.enqueue(Array.from({ length: 20 }, (_, n) => reply(`plain:${n}`, 'x', `s${n}`)));
    await bench.delivery.idle();
    bench.channel.always = undefined;
    await bench.delivery.enqueue([reply('plain:99', 'other', 'other')]);
    await bench.delivery.idle();
    expect(bench.texts('99')).toEqual([]);
    await pass(bench, 4_000);
    expect(bench.texts('99')).toEqual(['other']);
    await bench.delivery.stop();
  });

  it('gives a message up after a day, with an alert', async () => {
    const bench = await started();
    bench.channel.always = () => later(3_600_000);
    await bench.delivery.enqueue([reply('plain:1', 'a', 'hopeless')]);
    for (let hour = 0; hour < 26; hour++) await pass(bench, 3_600_000, 3_600_000);
    expect(bench.alerts).toEqual([{ code: 'message-given-up', cause: 'hopeless' }]);
    await bench.delivery.stop();
  });

  it('sets a refused message aside with an alert and goes on with the chat', async () => {
    const bench = await started();
    bench.channel.next.push(() => ({ kind: 'refused', why: 'markup' }));
    await bench.delivery.enqueue([reply('plain:1', 'a', 'bad'), reply('plain:1', 'b', 'good')]);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['b']);
    expect(bench.alerts).toEqual([{ code: 'message-refused', cause: 'bad' }]);
    await bench.delivery.stop();
  });
});

describe('alerts', () => {
  it('tell of a trouble, not of each of its cases', async () => {
    const bench = await started();
    bench.channel.always = () => ({ kind: 'refused', why: 'markup' });
    await bench.delivery.enqueue(Array.from({ length: 30 }, (_, n) => reply(`plain:${n}`, 'x', `r${n}`)));
    await bench.delivery.idle();
    expect(bench.alerts).toHaveLength(5);
    expect(bench.delivery.figures()).toMatchObject({ aside: 30, alertsHeldBack: 25 });
    await bench.delivery.stop();
  });
});

describe('a chat that cannot be reached', () => {
  it('is left alone, also after a restart, until its person is back', async () => {
    const bench = await started();
    bench.channel.next.push(() => ({ kind: 'unreachable', why: 'blocked' }));
    await bench.delivery.enqueue([reply('plain:1', 'a', 'a'), reply('plain:1', 'b', 'b')]);
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:1', 'c', 'c')]);
    await bench.delivery.idle();
    expect(bench.channel.log).toHaveLength(1);
    await bench.delivery.stop();

    const next = await started({ channel: bench.channel, clock: bench.clock });
    await next.delivery.enqueue([reply('plain:1', 'd', 'd')]);
    await next.delivery.idle();
    expect(bench.channel.log).toHaveLength(1);
    await next.say('1', 'I am back');
    await next.delivery.idle();
    await next.delivery.enqueue([reply('plain:1', 'e', 'e')]);
    await next.delivery.idle();
    expect(next.texts('1')).toEqual(['1 I am back', 'e']);
    expect(await store.connection.collection('chats').findOne({ unreachable: { $exists: true } })).toBeNull();
    await next.delivery.stop();
  });

  it('is marked when the person blocks the bot and unmarked when they unblock it', async () => {
    const bench = await started();
    await bench.say('1', 'hi');
    await bench.channel.deliver({ number: nextNumber(), chat: '1', blocked: true });
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:1', 'unheard', 'u')]);
    await bench.delivery.idle();
    await bench.channel.deliver({ number: nextNumber(), chat: '1', blocked: false });
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:1', 'heard', 'h')]);
    await bench.delivery.idle();
    expect(bench.texts('1')).toEqual(['1 hi', 'heard']);
    await bench.delivery.stop();
  });
});

describe('a chat that moved', () => {
  it('is followed by what waits, by what is said later, and by its conversation', async () => {
    const moves: string[] = [];
    const bench = await started({ hooks: { onMoved: async (from, to) => void moves.push(`${from} ${to}`) } });
    await bench.say('g1', 'before');
    await bench.delivery.idle();
    bench.channel.next.push(() => ({ kind: 'moved', to: 'plain:g2' }));
    await bench.delivery.enqueue([reply('plain:g1', 'a', 'a'), reply('plain:g1', 'b', 'b')]);
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:g1', 'c', 'c')]);
    await bench.delivery.idle();
    await bench.say('g2', 'after');
    await bench.delivery.idle();
    expect(bench.texts('g2')).toEqual(['a', 'b', 'c', '1 after']);
    expect(bench.texts('g1')).toEqual(['1 before']);
    expect(moves).toEqual(['plain:g1 plain:g2']);
    await bench.delivery.stop();
  });

  it('is followed when the platform tells of it, also after a restart', async () => {
    const bench = await started();
    await bench.channel.deliver({ number: nextNumber(), chat: 'g1', movedTo: 'g5' });
    await bench.delivery.idle();
    await bench.delivery.stop();
    const next = await started({ channel: bench.channel, clock: bench.clock });
    await next.delivery.enqueue([reply('plain:g1', 'card', 'card')]);
    await next.delivery.idle();
    expect(next.texts('g5')).toEqual(['card']);
    await next.delivery.stop();
  });
});

describe('a slot', () => {
  it('is one message that is edited in place, also after a restart', async () => {
    const bench = await started();
    await bench.delivery.enqueue([reply('plain:g1', 'card 1', 'c1', { slot: 'q1' })]);
    await bench.delivery.idle();
    await bench.delivery.enqueue([
      reply('plain:g1', 'card 2', 'c2', { slot: 'q1' }),
      reply('plain:g1', 'other', 'o', { slot: 'q2' }),
    ]);
    await bench.delivery.idle();
    expect(bench.texts('g1')).toEqual(['card 2', 'other']);
    await bench.delivery.stop();
    const next = await started({ channel: bench.channel, clock: bench.clock });
    await next.delivery.enqueue([reply('plain:g1', 'card 3', 'c3', { slot: 'q1' })]);
    await next.delivery.idle();
    expect(next.texts('g1')).toEqual(['card 3', 'other']);
    await next.delivery.stop();
  });

  it('shows only the newest of what waits', async () => {
    const bench = await started();
    bench.channel.next.push(() => later(1_000));
    await bench.delivery.enqueue([reply('plain:g1', 'first', 'f')]);
    await bench.delivery.idle();
    for (const n of [1, 2, 3])
      await bench.delivery.enqueue([reply('plain:g1', `card ${n}`, `c${n}`, { slot: 'q' })]);
    bench.clock.advance(1_000);
    await bench.delivery.idle();
    expect(bench.texts('g1')).toEqual(['first', 'card 3']);
    expect(bench.channel.log.filter(({ sent }) => sent.kind === 'sent')).toHaveLength(2);
    await bench.delivery.stop();
  });

  it('lets an older one that has to be tried again go for a newer one', async () => {
    const bench = await started();
    let release: (sent: Sent) => void = () => undefined;
    bench.channel.next.push(() => new Promise<Sent>((resolve) => (release = resolve)));
    await bench.delivery.enqueue([reply('plain:g1', 'old', 'old', { slot: 'q' })]);
    await until(() => bench.channel.next.length === 0);
    await bench.delivery.enqueue([reply('plain:g1', 'new', 'new', { slot: 'q' })]);
    release(later(1_000));
    await bench.delivery.idle();
    bench.clock.advance(1_000);
    await bench.delivery.idle();
    expect(bench.texts('g1')).toEqual(['new']);
    expect(await store.connection.collection('outbox').countDocuments({ state: 'waiting' })).toBe(0);
    await bench.delivery.stop();
  });

  it('gets a new message when the old one is gone', async () => {
    const bench = await started();
    await bench.delivery.enqueue([reply('plain:g1', 'card 1', 'c1', { slot: 'q' })]);
    await bench.delivery.idle();
    bench.channel.next.push(() => ({ kind: 'gone', why: 'message' }));
    await bench.delivery.enqueue([reply('plain:g1', 'card 2', 'c2', { slot: 'q' })]);
    await bench.delivery.idle();
    await bench.delivery.enqueue([reply('plain:g1', 'card 3', 'c3', { slot: 'q' })]);
    await bench.delivery.idle();
    expect(bench.texts('g1')).toEqual(['card 1', 'card 3']);
    await bench.delivery.stop();
  });
});

describe('a broadcast', () => {
  it('reaches everybody once though little of it is in memory, and tells how far it is', async () => {
    const bench = await started({ settings: { maxHeld: 50 } });
    const count = 600;
    const page = async (after: string | undefined) => {
      const from = Number(after ?? 0);
      const shows = Array.from({ length: 200 }, (_, n) =>
        reply(`plain:${from + n}`, 'reminder', `b:${from + n}`, { priority: 'broadcast' }),
      );
      return { shows, ...(from + 200 < count ? { next: String(from + 200) } : {}) };
    };
    bench.channel.always = ({ chat }) =>
      chat.endsWith('7') ? { kind: 'unreachable', why: 'blocked' } : undefined;
    await bench.delivery.broadcasts.run('b', page);
    await until(() => bench.channel.log.length >= count);
    await bench.delivery.broadcasts.run('b', page);
    await bench.delivery.idle();
    expect(bench.channel.log).toHaveLength(count);
    expect(await bench.delivery.broadcasts.progress('b')).toEqual({
      complete: true,
      total: count,
      waiting: 0,
      sent: (count * 9) / 10,
      dropped: count / 10,
      aside: 0,
    });
    await bench.delivery.stop();
  });
});

/** Lets time pass in steps and all that is due happen. */
async function pass(bench: Bench, ms: number, step = 20): Promise<void> {
  await bench.delivery.idle();
  for (let passed = 0; passed < ms; passed += step) {
    const due = bench.delivery.nextDue();
    bench.clock.advance(step);
    if (due && due <= bench.clock.now()) await bench.delivery.idle();
  }
}

function rank(text: string): number {
  return ['reply', 'notice', 'broadcast'].indexOf(text);
}
