import { describe, expect, it } from 'vitest';
import { verifySignature } from '../../../src/channels/zalo/verifySignature.js';
import { refOf, startBench } from './support.js';

const event = (sim: { appId: string }, more: object = {}) => ({
  app_id: sim.appId,
  event_name: 'user_send_text',
  timestamp: '1763863200000',
  sender: { id: '1' },
  recipient: { id: '2' },
  message: { msg_id: 'm1', text: 'Chào' },
  ...more,
});

describe('the webhook', () => {
  it('hears what people do, stored before it is acknowledged', async () => {
    const { sim, heard } = await startBench();
    const lan = sim.user({ name: 'Lan' });
    lan.follows();
    lan.says('Tôi muốn hỏi');
    await sim.idle();

    expect(heard.map(({ chat, event: { kind } }) => [chat, kind])).toEqual([
      [refOf(lan), 'reachable'],
      [refOf(lan), 'command'],
      [refOf(lan), 'text'],
    ]);
    expect(sim.pendingEvents()).toBe(0);
  });

  it('answers the unsigned probe of the console, and stores nothing of it', async () => {
    const { sim, heard, ignored } = await startBench();
    expect([await sim.post('{}'), await sim.post(' { } '), await sim.post('')]).toEqual([
      '200',
      '200',
      '200',
    ]);
    expect([heard, ignored]).toEqual([[], []]);
  });

  it.each([
    ['unsigned', () => ({})],
    ['signed with another key', () => ({ 'x-zevent-signature': `mac=${'0'.repeat(64)}` })],
    ['with a signature that is none', () => ({ 'x-zevent-signature': 'mac=xyz' })],
  ])('refuses an event that is %s', async (_what, headers) => {
    const { sim, heard } = await startBench();
    expect(await sim.post(JSON.stringify(event(sim)), headers())).toBe('401');
    expect(heard).toEqual([]);
  });

  it('refuses a body that was changed after signing, even by a space', async () => {
    const { sim } = await startBench();
    const body = JSON.stringify(event(sim));
    const headers = { 'x-zevent-signature': sim.sign(event(sim), body) };
    expect([await sim.post(body, headers), await sim.post(`${body} `, headers)]).toEqual(['200', '401']);
  });

  it('takes a signature whose first term is the account’s id, too', () => {
    const body = Buffer.from('{"timestamp":"1"}');
    const signed = { body, timestamp: '1', appId: 'app', oaId: 'oa', oaSecretKey: 'key' };
    // printf 'oa{"timestamp":"1"}1key' | sha256sum
    const header = 'mac=b013d9c42b68ebbaf0e8aa7d22d8a2783092456af5fe86948e37e77062d279c0';
    expect(verifySignature({ ...signed, header })).toBe(true);
    expect(verifySignature({ ...signed, header, oaId: 'ob' })).toBe(false);
  });

  it('acknowledges, and counts, what is signed and makes no sense', async () => {
    const { sim, ignored } = await startBench();
    for (const body of [event(sim, { event_name: 'brand_new' }), { timestamp: '1', nothing: true }]) {
      const text = JSON.stringify(body);
      expect(
        await sim.post(text, { 'x-zevent-signature': sim.sign({ timestamp: body.timestamp }, text) }),
      ).toBe('200');
    }
    expect(ignored).toEqual(['unknown-event', 'malformed']);
  });

  it('refuses what is no JSON object and not signed', async () => {
    const { sim } = await startBench();
    expect([await sim.post('<xml/>'), await sim.post('[1]'), await sim.post('1')]).toEqual([
      '401',
      '401',
      '401',
    ]);
  });

  it('answers 503 when the store refuses, so that the event comes again after 30 s', async () => {
    const { sim, clock, heard, accept } = await startBench();
    const { run } = accept;
    accept.run = () => Promise.reject(new Error('away'));
    sim.user().says('Chào');
    await sim.idle();
    expect([sim.record.events()[0]?.attempts.map(({ outcome }) => outcome), heard.length]).toEqual([
      ['503'],
      0,
    ]);

    accept.run = run;
    clock.advance(30_000);
    await sim.idle();
    expect([sim.pendingEvents(), heard.length]).toEqual([0, 1]);
  });

  it('answers 503 within 2 s when the store says nothing', async () => {
    const { sim, clock, accept } = await startBench();
    accept.run = () => new Promise(() => undefined);
    const answered = sim.post(JSON.stringify(event(sim)), {
      'x-zevent-signature': sim.sign(event(sim), JSON.stringify(event(sim))),
    });
    while ((clock.nextWake()?.getTime() ?? Infinity) - clock.now().getTime() > 2_000)
      await new Promise(setImmediate);
    clock.advance(1_900);
    expect(await answered).toBe('503');
  });

  it('answers 503 before it listens and after it stopped', async () => {
    const { sim, channel } = await startBench();
    await channel.quiet();
    const body = JSON.stringify(event(sim));
    expect(await sim.post(body, { 'x-zevent-signature': sim.sign(event(sim), body) })).toBe('503');
  });

  it('gives the same id to a repeated event, and keeps the time of those that come out of order', async () => {
    const { sim, clock, heard } = await startBench();
    sim.faults.deliver({ duplicate: 1, reorder: 0.5, dropAnswer: 0.3, seed: 7 });
    const lan = sim.user();
    for (let number = 1; number <= 20; number++) {
      lan.says(`Câu ${number}`);
      clock.advance(10);
    }
    await sim.idle();
    sim.faults.clear();
    clock.advance(30_000);
    await sim.idle();

    const unique = [...new Map(heard.map((incoming) => [incoming.id, incoming])).values()];
    const inOrder = unique
      .toSorted((a, b) => a.order - b.order)
      .map(({ event: given }) => (given.kind === 'text' ? given.text : ''));
    expect(heard.length).toBeGreaterThan(40);
    expect(inOrder).toEqual(Array.from({ length: 20 }, (_, index) => `Câu ${index + 1}`));
  });

  it('brings the display name with the event after the one that made it known', async () => {
    const { sim, channel, heard } = await startBench();
    const lan = sim.user({ name: 'Trần Thị Lan' });
    lan.says('Một');
    await sim.idle();
    await channel.settled();
    lan.says('Hai');
    await sim.idle();
    expect(heard.map(({ from }) => from?.name)).toEqual([`Zalo ${lan.id.slice(-4)}`, 'Trần Thị Lan']);
    expect(sim.record.calls({ endpoint: 'detail' })).toHaveLength(1);
  });
});
