import { describe, expect, it } from 'vitest';
import { HOUR_MS, say, startBench } from './support.js';

const template = { name: 'reminder', values: { gio: '18:30', ngay: '05/12/2026' } };
const templates = { reminder: 'tpl-1' };
const registered = { templates: { 'tpl-1': { params: ['gio', 'ngay'], promotional: true } } };

async function afterHours(hours: number, options?: Parameters<typeof startBench>[0]) {
  const bench = await startBench(options);
  const lan = bench.sim.user();
  lan.follows();
  await bench.sim.idle();
  await bench.channel.settled();
  bench.clock.advance(hours * HOUR_MS);
  await bench.channel.settled(); // a new token was due
  return { ...bench, lan };
}

describe('the window for free messages', () => {
  it('is known from what people do: inside it nothing is asked', async () => {
    const { sim, channel, lan } = await afterHours(47);
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    expect(sim.record.counts).toMatchObject({ messagesSent: 1, billed: 0 });
    expect(sim.record.calls({ endpoint: 'quota' })).toEqual([]);
  });

  it('is asked of the platform by a process that has not heard the person', async () => {
    const { sim, another, lan } = await afterHours(47);
    const second = another();
    await say(second, lan, 'Một');
    await say(second, lan, 'Hai');
    expect(sim.record.calls({ endpoint: 'quota' })).toHaveLength(1);
    expect(sim.record.counts.messagesSent).toBe(2);
  });

  it('closes after 48 hours: the message waits for the person, nothing is billed', async () => {
    const { sim, channel, lan } = await afterHours(48);
    expect(await say(channel, lan, 'Chào')).toEqual({ kind: 'later', why: 'window', until: 'contact' });
    expect(sim.record.counts).toMatchObject({ messagesSent: 0, billed: 0 });
  });

  it('opens again when the person writes, also to another process', async () => {
    const { sim, channel, another, clock, lan } = await afterHours(72);
    const second = another();
    expect(await say(second, lan, 'Chào')).toMatchObject({ until: 'contact' });
    lan.says('Tôi đây');
    await sim.idle();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    // The other asks the platform again after ten minutes at the latest.
    clock.advance(600_000);
    expect(await say(second, lan, 'Chào')).toMatchObject({ kind: 'sent' });
  });

  it.each(['seen a message', 'been sent one'])('is not opened by somebody who has %s', async (what) => {
    const { sim, channel, lan } = await afterHours(72);
    const echo = { sender: { id: sim.oaId }, recipient: { id: lan.id }, message: { msg_id: what } };
    sim.inject({ event_name: what.startsWith('seen') ? 'user_seen_message' : 'oa_send_text', ...echo });
    await sim.idle();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ until: 'contact' });
  });

  it('lets billed messages through up to seven days where that is wanted', async () => {
    const { sim, channel, clock, lan } = await afterHours(100, { needs: { paidWindow: true } });
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    expect(sim.record.counts.billed).toBe(1);
    clock.advance(68 * HOUR_MS);
    await sim.idle();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later', until: 'contact' });
  });

  it('believes the platform when it refuses what should be billed', async () => {
    const { sim, channel, lan } = await afterHours(100, {
      sim: { paidWindow: 'refused' },
      needs: { paidWindow: true },
    });
    const send = () => say(channel, lan, 'Chào');
    expect(await send()).toEqual({ kind: 'later', why: 'zalo-232', until: 'contact' });
    expect(await send()).toMatchObject({ kind: 'later', until: 'contact' });
    expect(sim.record.calls({ endpoint: 'cs' })).toHaveLength(1);
  });

  it.each([
    [-211, 'zalo-211'],
    [-218, 'zalo-218'],
  ])('waits for the person, and tells the admins, when a quota is spent: %d', async (code, why) => {
    const { sim, channel, lan, told } = await afterHours(1);
    sim.faults.next({ endpoint: 'cs', then: code });
    expect(await say(channel, lan, 'Chào')).toEqual({ kind: 'later', why, until: 'contact' });
    expect(told).toEqual([{ code: 'zalo-quota', fields: { code } }]);
  });

  it('sends all the same when the account may not read quotas', async () => {
    const { sim, another, lan } = await afterHours(1);
    sim.faults.next({ endpoint: 'quota', then: -224 });
    expect(await say(another(), lan, 'Chào')).toMatchObject({ kind: 'sent' });
  });

  it('waits when the quota cannot be read for now', async () => {
    const { sim, another, lan } = await afterHours(1);
    sim.faults.next({ endpoint: 'quota', then: '502' });
    expect(await say(another(), lan, 'Chào')).toEqual({ kind: 'later', why: 'http-502' });
    expect(sim.record.counts.messagesSent).toBe(0);
  });
});

describe('a template outside the window', () => {
  it('goes instead of the message where the account has one', async () => {
    const { sim, channel, lan } = await afterHours(200, { sim: registered, needs: { templates } });
    expect(await say(channel, lan, 'Tối nay 18:30', { template })).toMatchObject({ kind: 'sent' });
    expect(lan.last().template).toEqual({ id: 'tpl-1', data: template.values });
    expect(sim.record.counts).toMatchObject({ messagesSent: 0, templatesSent: 1 });
  });

  it('is not used inside the window, where messages are free', async () => {
    const { sim, channel, lan } = await afterHours(1, { sim: registered, needs: { templates } });
    await say(channel, lan, 'Tối nay 18:30', { template });
    expect(sim.record.counts).toMatchObject({ messagesSent: 1, templatesSent: 0 });
  });

  it('is not used where none of its name is configured', async () => {
    const { channel, lan } = await afterHours(200, { sim: registered });
    expect(await say(channel, lan, 'Tối nay', { template })).toEqual({
      kind: 'later',
      why: 'window',
      until: 'contact',
    });
  });

  it('waits until six in the morning when it is promotional', async () => {
    // 09:00 in Vietnam + 205 h = 22:00
    const { sim, channel, clock, lan } = await afterHours(205, { sim: registered, needs: { templates } });
    const promotional = { ...template, promotional: true };
    expect(await say(channel, lan, 'Tối nay', { template: promotional })).toEqual({
      kind: 'later',
      why: 'night',
      afterMs: 8 * HOUR_MS,
    });
    expect(sim.record.counts.templatesSent).toBe(0);
    clock.advance(8 * HOUR_MS);
    expect(await say(channel, lan, 'Tối nay', { template: promotional })).toMatchObject({ kind: 'sent' });
  });

  it('waits for the morning when the platform calls it promotional and we do not', async () => {
    const { channel, lan } = await afterHours(205, { sim: registered, needs: { templates } });
    expect(await say(channel, lan, 'Tối nay', { template })).toEqual({
      kind: 'later',
      why: 'zalo-234',
      afterMs: 8 * HOUR_MS,
    });
  });

  it('leaves plain messages going when it cannot be sent, and tells the admins', async () => {
    const { sim, channel, lan, told } = await afterHours(200, {
      sim: registered,
      needs: { templates: { reminder: 'gone' } },
    });
    expect(await say(channel, lan, 'Tối nay', { template })).toEqual({
      kind: 'later',
      why: 'zalo-109',
      until: 'contact',
    });
    expect(told).toEqual([{ code: 'zalo-template', fields: { code: -109 } }]);
    lan.says('Tôi đây');
    await sim.idle();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
  });
});
