import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/clock.js';
import { eventually, startSimulator } from './telegram-setup.js';

const NOON = new Date('2026-11-23T05:00:00Z');

/** How many of `count` sends came through, and the retry_after of the first that did not. */
async function sendMany(count: number, send: () => Promise<unknown>): Promise<[number, number | undefined]> {
  let sent = 0;
  for (; sent < count; sent++) {
    try {
      await send();
    } catch (error) {
      expect(error).toMatchObject({ code: 429 });
      // telegraf's error carries the answer of the API.
      const { parameters } = error as { parameters?: { retry_after?: number } };
      return [sent, parameters?.retry_after];
    }
  }
  return [sent, undefined];
}

describe('the limits', () => {
  it('allow a short burst to one chat, then one a second', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock, limits: {} });
    const lan = sim.user({ started: true });
    const send = () => api.sendMessage(lan.id, 'x');
    expect(await sendMany(9, send)).toEqual([5, 1]);
    clock.advance(1000);
    expect(await sendMany(9, send)).toEqual([1, 1]);
    expect(sim.record.counts.limited).toBe(2);
  });

  it('allow 30 a second over all chats, 1000 where that is paid for', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock, limits: {} });
    const ids = sim.users(120, { started: true });
    let next = 0;
    expect(await sendMany(40, () => api.sendMessage(ids[next++] ?? 0, 'x'))).toEqual([30, 1]);
    const paid = () =>
      api.callApi('sendMessage', {
        chat_id: ids[next++] ?? 0,
        text: 'x',
        ...{ allow_paid_broadcast: true },
      });
    expect(await sendMany(80, paid)).toEqual([80, undefined]);
  });

  it('allow 20 a minute to a group, edits counted', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock, limits: {} });
    const group = sim.group({ title: 'Ban' });
    const first = await api.sendMessage(group.id, 'x');
    let n = 0;
    const edit = async () => {
      clock.advance(1000);
      await api.editMessageText(group.id, first.message_id, undefined, `x${n++}`);
    };
    expect(await sendMany(30, edit)).toEqual([19, 39]);
    clock.advance(39_000);
    expect(await sendMany(1, edit)).toEqual([1, undefined]);
  });
});

describe('switched faults', () => {
  it.each([
    ['429', { code: 429, parameters: { retry_after: 7 } }],
    ['403', { code: 403, description: 'Forbidden: bot was blocked by the user' }],
    ['500', { code: 500 }],
    ['502', { code: 502, description: 'Bad Gateway' }],
    ['reset', { code: 'ECONNRESET' }],
  ] as const)('%s: the next call fails without effect, the one after does not', async (then, error) => {
    const { sim, api } = await startSimulator();
    const lan = sim.user({ started: true });
    sim.faults.next({ method: 'sendMessage', chat: lan.id, then, retryAfter: 7 });
    await api.getMe();
    await expect(api.sendMessage(lan.id, 'một')).rejects.toMatchObject(error);
    await api.sendMessage(lan.id, 'hai');
    expect(
      lan
        .private()
        .messages()
        .map(({ text }) => text),
    ).toEqual(['hai']);
    expect(sim.record.sentTo(lan.id)).toHaveLength(1);
    expect(sim.record.counts.faults).toEqual({ [then]: 1 });
  });

  it('accepted-then-reset: the message is there although the answer is not', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user({ started: true });
    sim.faults.next({ then: 'accepted-then-reset' });
    await expect(api.sendMessage(lan.id, 'một')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(lan.private().last().text).toBe('một');
    expect(sim.record.sentTo(lan.id)).toMatchObject([{ accepted: true, fault: 'accepted-then-reset' }]);
  });

  it('timeout: no answer ever, and no effect; slow: the answer comes late', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock });
    const lan = sim.user({ started: true });
    sim.faults.next({ then: 'timeout' });
    const aborted = new AbortController();
    const call = fetch(`${sim.apiRoot}/bot${sim.token}/getMe`, { signal: aborted.signal });
    await eventually(() => sim.record.counts.faults['timeout'] === 1);
    await sim.idle();
    aborted.abort();
    await expect(call).rejects.toThrow('aborted');

    sim.faults.next({ then: 'slow', delayMs: 4000 });
    const slow = api.sendMessage(lan.id, 'x');
    await eventually(() => clock.nextWake() !== undefined);
    expect(lan.private().messages()).toEqual([]);
    clock.advance(4000);
    await slow;
    expect(lan.private().messages()).toHaveLength(1);
  });

  it('a rate strikes its fraction of the calls to chats, the same ones with the same seed, until it ends', async () => {
    const run = async (): Promise<string> => {
      const { sim, api } = await startSimulator();
      const lan = sim.user({ started: true });
      const off = sim.faults.rate({ fraction: 0.3, kind: '500', seed: 5 });
      let outcomes = '';
      for (let n = 0; n < 100; n++) {
        await api.getMe();
        outcomes += await api.sendMessage(lan.id, 'x').then(
          () => '.',
          () => 'x',
        );
      }
      off();
      await api.sendMessage(lan.id, 'x');
      return outcomes;
    };
    const [first, second] = [await run(), await run()];
    expect(first).toBe(second);
    expect(first.replaceAll('.', '').length).toBeGreaterThan(15);
    expect(first.replaceAll('.', '').length).toBeLessThan(45);
  });
});

describe('the record', () => {
  it('tells each call with its time, parameters and end, and each update with its attempts', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock });
    const lan = sim.user();
    const calls: string[] = [];
    sim.on('call', ({ method }) => calls.push(method));
    lan.starts();
    await api.getUpdates(0, 100, 0, undefined);
    await api.sendMessage(lan.id, 'chào');
    await expect(api.sendMessage(lan.id, '')).rejects.toThrow();
    expect(sim.record.calls({ chatId: lan.id })).toMatchObject([
      { at: NOON.getTime(), endedAt: NOON.getTime(), params: { text: 'chào' }, accepted: true },
      { accepted: false, error: { code: 400, description: 'Bad Request: message text is empty' } },
    ]);
    expect(sim.record.updates()).toMatchObject([
      { kind: 'message', chatId: lan.id, attempts: [{ at: NOON.getTime(), outcome: 'polled' }] },
    ]);
    expect(calls).toEqual(['getUpdates', 'sendMessage', 'sendMessage']);
  });

  it('keeps only counters and fifty messages a chat when asked', async () => {
    const { sim, api } = await startSimulator({ record: 'counts' });
    const lan = sim.user({ started: true });
    for (let n = 0; n < 60; n++) await api.sendMessage(lan.id, `${n}`);
    expect(sim.record.calls()).toEqual([]);
    expect(sim.record.counts).toMatchObject({ calls: 60, messagesSent: 60 });
    expect(
      lan
        .private()
        .messages()
        .map(({ text }) => text),
    ).toHaveLength(50);
    expect(lan.private().last().text).toBe('59');
  });
});
