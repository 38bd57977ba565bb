import { describe, expect, it } from 'vitest';
import { HOUR_MS, say, startBench } from './support.js';

describe('the tokens of the account', () => {
  it('exchanges the first refresh token once and keeps the new pair before it is used', async () => {
    const { sim, channel, store } = await startBench();
    const lan = sim.user();
    lan.follows();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });

    expect(store.record).toMatchObject({ version: 2, accessToken: sim.accessToken() });
    expect(store.record?.refreshToken).not.toBe(sim.refreshToken);
    expect(sim.record.counts.refreshes).toBe(1);
  });

  it('is refreshed an hour ahead of its end, without anybody sending', async () => {
    const { sim, clock } = await startBench();
    const before = sim.accessToken();
    clock.advance(24 * HOUR_MS - 1_000);
    await sim.idle();
    expect(sim.accessToken()).toBe(before);
    clock.advance(2_000);
    await expect.poll(() => sim.record.counts.refreshes).toBe(2);
    expect(sim.accessToken()).not.toBe(before);
  });

  it('is exchanged by one of two processes that need it at once, and used by both', async () => {
    const { sim, channel, another } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    const second = another();
    const outcomes = await Promise.all([say(channel, lan, 'Một'), say(second, lan, 'Hai')]);

    expect(sim.record.counts.refreshes).toBe(1);
    expect(sim.record.counts.errors).toEqual({});
    // The one that lost waits a moment and then finds the token in the store.
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['later', 'sent']);
    const again = await Promise.all([say(channel, lan, 'Ba'), say(second, lan, 'Bốn')]);
    expect(again.map(({ kind }) => kind)).toEqual(['sent', 'sent']);
    expect(sim.record.counts.refreshes).toBe(1);
  });

  it('is taken from the store when another process has refreshed it meanwhile', async () => {
    const { sim, channel, another, clock } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    const second = another();
    await say(channel, lan, 'Một');
    await say(second, lan, 'Hai'); // both hold the first token
    clock.advance(24.5 * HOUR_MS);
    lan.says('Còn đây');
    await second.listen(async () => undefined); // refreshes ahead; the token that `channel` holds is dead
    expect(await say(channel, lan, 'Ba')).toMatchObject({ kind: 'sent' });
    expect(sim.record.counts).toMatchObject({ refreshes: 2, errors: { '-216': 1 } });
    await second.quiet();
  });

  it('is refreshed, and the message sent once more, when the platform says that it is no more', async () => {
    const { sim, channel } = await startBench();
    const lan = sim.user();
    lan.follows();
    sim.faults.next({ endpoint: 'cs', then: -220 });
    await sim.idle();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    expect(sim.record.counts.refreshes).toBe(2);
    expect(lan.messages().filter(({ fromOa }) => fromOa)).toHaveLength(1);
  });

  it('does not go round in circles when every token is called invalid', async () => {
    const { sim, channel } = await startBench();
    const lan = sim.user();
    lan.follows();
    await sim.idle();
    sim.faults.next({ endpoint: 'cs', then: -216, times: 10 });
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later' });
    expect(sim.record.calls({ endpoint: 'cs' })).toHaveLength(2);
  });

  it('is got once for many messages that need it at the same time', async () => {
    const { sim, channel } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, number) => say(channel, lan, `Câu ${number}`)),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['sent']));
    expect(sim.record.counts.refreshes).toBe(1);
  });

  it('tells the admins of a refused refresh, and keeps what waits to be sent', async () => {
    const { sim, channel, told } = await startBench({ needs: { firstToken: 'stolen' } });
    const lan = sim.user();
    lan.follows();
    const sent = await say(channel, lan, 'Chào');
    await say(channel, lan, 'Chào lần nữa');
    expect(sent).toEqual({ kind: 'later', why: 'token-refused-14014', afterMs: 60_000, until: 'repair' });
    expect(told).toEqual([{ code: 'zalo-token-refused', fields: { code: -14014 } }]);
    expect(sim.record.calls({ endpoint: 'token' })).toHaveLength(1);
  });

  it('takes up a new first token after a refusal, in the process that has it and in the others', async () => {
    const { sim, channel, another } = await startBench();
    const lan = sim.user();
    lan.follows();
    await say(channel, lan, 'Một');
    sim.revoke();
    expect(await say(channel, lan, 'Hai')).toMatchObject({ kind: 'later', until: 'repair' });

    const restarted = another({ firstToken: sim.grant() });
    expect(await say(restarted, lan, 'Hai')).toMatchObject({ kind: 'sent' });
    expect(await say(channel, lan, 'Ba')).toMatchObject({ kind: 'sent' });
  });

  it('does not take up a first token that was used before', async () => {
    const { sim, channel, another } = await startBench();
    const lan = sim.user();
    lan.follows();
    sim.revoke();
    await say(channel, lan, 'Một');
    expect(await say(another(), lan, 'Một')).toMatchObject({ kind: 'later', until: 'repair' });
    expect(sim.record.calls({ endpoint: 'token' })).toHaveLength(2);
  });

  it('uses a pair that could not be stored only once it is stored', async () => {
    const { sim, channel, store, told } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    store.fails.add('replace');
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later', why: 'token-not-stored' });
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later', why: 'token-not-stored' });
    expect(sim.record.calls({ endpoint: 'quota' })).toEqual([]);
    expect(told.map(({ code }) => code)).toEqual(['zalo-token-not-stored']);

    store.fails.clear();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    expect([sim.record.counts.refreshes, store.record?.accessToken]).toEqual([1, sim.accessToken()]);
  });

  it('says that a token is burnt when a process died between the answer and the store', async () => {
    const { sim, channel, store, another, clock, told } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    store.fails.add('replace');
    await say(channel, lan, 'Chào'); // has the answer, cannot store it, and dies
    store.fails.clear();

    const next = another();
    expect(await say(next, lan, 'Chào')).toMatchObject({ kind: 'later', why: 'token-refreshing' });
    clock.advance(60_000);
    expect(await say(next, lan, 'Chào')).toMatchObject({ kind: 'later', until: 'repair' });
    expect(told.at(-1)).toEqual({ code: 'zalo-token-burnt', fields: { code: -14014 } });

    const mended = another({ firstToken: sim.grant() });
    expect(await say(mended, lan, 'Chào')).toMatchObject({ kind: 'sent' });
  });

  it('says so too when the answer was lost on the way', async () => {
    const { sim, channel, clock, told } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    sim.faults.next({ endpoint: 'token', then: 'accepted-then-reset' });
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later', why: 'token-ECONNRESET' });
    clock.advance(60_000);
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later', until: 'repair' });
    expect(told.map(({ code }) => code)).toEqual(['zalo-token-burnt']);
  });

  it.each([
    ['is limited', -32 as const],
    ['is down', '502' as const],
  ])('waits and tries again when the platform %s', async (_what, then) => {
    const { sim, channel, clock, told } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    sim.faults.next({ endpoint: 'token', then });
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later' });
    clock.advance(60_000);
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    expect(told).toEqual([]);
  });

  it('answers later while the store is away, and goes on when it is back', async () => {
    const { sim, channel, store } = await startBench({ listen: false });
    const lan = sim.user();
    lan.follows();
    store.fails.add('load');
    expect(await say(channel, lan, 'Chào')).toEqual({ kind: 'later', why: 'token-store-away' });
    store.fails.clear();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
  });

  it('asks the admins for a first token when there is none at all', async () => {
    const { sim, channel, told } = await startBench({ listen: false, firstToken: false });
    expect(await say(channel, sim.user(), 'Chào')).toEqual({
      kind: 'later',
      why: 'token-missing',
      afterMs: 60_000,
      until: 'repair',
    });
    expect(told).toEqual([{ code: 'zalo-token-missing', fields: {} }]);
  });
});
