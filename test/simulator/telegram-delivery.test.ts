import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../src/clock.js';
import { createBot, eventually, launch, listen, startSimulator, startWebhook } from './telegram-setup.js';

const NOON = new Date('2026-11-23T05:00:00Z');

/** Lets the clock run through the waits there are until `condition` holds. */
async function runThrough(clock: ManualClock, condition: () => boolean): Promise<void> {
  await eventually(() => {
    const next = clock.nextWake();
    if (!condition() && next) clock.advanceTo(next);
    return condition();
  });
}

describe('webhook delivery', () => {
  it('carries the secret, only the kinds asked for, and counts what waits', async () => {
    const { sim, api } = await startSimulator();
    const hook = await startWebhook();
    const lan = sim.user().private();
    lan.says('trước khi có webhook');
    expect((await api.getWebhookInfo()).pending_update_count).toBe(1);
    await api.setWebhook(hook.url, { secret_token: 's3cret_-', allowed_updates: ['message'] });
    await sim.idle();
    lan.forges('x');
    lan.says('sau');
    await sim.idle();

    expect(hook.texts()).toEqual(['trước khi có webhook', 'sau']);
    expect(hook.got[0]?.headers['x-telegram-bot-api-secret-token']).toBe('s3cret_-');
    expect(await api.getWebhookInfo()).toMatchObject({
      url: hook.url,
      pending_update_count: 0,
      max_connections: 40,
      allowed_updates: ['message'],
    });
  });

  it('keeps the order within a chat while a failing update holds back those behind it, and no other chat', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock });
    let failures = 3;
    const hook = await startWebhook(({ update }, response) => {
      response.statusCode = update.message?.text === 'a1' && failures-- > 0 ? 503 : 200;
      response.end();
    });
    await api.setWebhook(hook.url);
    const [a, b] = [sim.user().private(), sim.user().private()];
    a.says('a1');
    a.says('a2');
    await eventually(() => sim.record.updates()[0]?.attempts.length === 1);
    b.says('b1');
    await eventually(() => hook.texts().includes('b1'));
    expect(hook.texts()).not.toContain('a2');
    expect(await api.getWebhookInfo()).toMatchObject({
      pending_update_count: 2,
      last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
    });
    await runThrough(clock, () => hook.texts().includes('a2'));

    expect(hook.texts().filter((text) => text?.startsWith('a'))).toEqual(['a1', 'a1', 'a1', 'a1', 'a2']);
    const [first] = sim.record.updates();
    expect(first?.attempts.map(({ at }) => at - NOON.getTime())).toEqual([0, 0, 2000, 6000]);
    expect(first?.attempts.at(-1)?.outcome).toBe('200');
  });

  it('waits as long as the bot’s Retry-After asks', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock });
    const hook = await startWebhook((_, response) => {
      if (hook.got.length === 1) response.writeHead(503, { 'retry-after': '90' });
      response.end();
    });
    await api.setWebhook(hook.url);
    sim.user().private().says('x');
    await runThrough(clock, () => hook.got.length === 2);
    expect(clock.now().getTime() - NOON.getTime()).toBe(90_000);
  });

  it.each([
    ['a press after 150 seconds', 'press', 150_000, 30_000],
    ['any other update after a day', 'text', 24 * 3_600_000, 3_600_000],
  ])('drops %s', async (_name, kind, after, delayMs) => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock, redeliver: { delaysMs: [delayMs] } });
    const hook = await startWebhook((_, response) => {
      response.statusCode = 500;
      response.end();
    });
    await api.setWebhook(hook.url);
    const lan = sim.user().private();
    if (kind === 'press') lan.forges('x');
    else lan.says('x');
    await runThrough(clock, () => sim.pendingUpdates() === 0);
    expect(clock.now().getTime() - NOON.getTime()).toBe(after);
    expect(sim.record.counts).toMatchObject({ dropped: 1, delivered: 0, attempts: after / delayMs });
  });

  it('delivers to chats in parallel, to no more than max_connections', async () => {
    const { sim, api } = await startSimulator();
    const held: ServerResponse[] = [];
    let most = 0;
    const hook = await startWebhook((_, response) => {
      most = Math.max(most, held.push(response));
      if (held.length === 4) setImmediate(() => held.splice(0).forEach((each) => each.end()));
    });
    await api.setWebhook(hook.url, { max_connections: 4 });
    for (let n = 0; n < 40; n++) sim.user().private().says('x');
    await sim.idle();
    expect([hook.got.length, most]).toEqual([40, 4]);
  });

  it('repeats after a refused connection, and gives the reason', async () => {
    const { sim, api } = await startSimulator({ redeliver: { delaysMs: [0, 10] } });
    await api.setWebhook('http://127.0.0.1:9/');
    sim.user().private().says('x');
    await eventually(() => (sim.record.updates()[0]?.attempts.length ?? 0) >= 3);
    expect((await api.getWebhookInfo()).last_error_message).toBe('Connection refused');
    const hook = await startWebhook();
    await api.setWebhook(hook.url);
    await sim.idle();
    expect(hook.texts()).toEqual(['x']);
  });

  it('gives up on a bot that does not answer in time', async () => {
    const { sim, api } = await startSimulator({ redeliver: { timeoutMs: 300 } });
    const hook = await startWebhook((_, response) => void (hook.got.length > 1 && response.end()));
    await api.setWebhook(hook.url);
    sim.user().private().says('x');
    await sim.idle();
    expect(sim.record.updates()[0]?.attempts.map(({ outcome }) => outcome)).toEqual([
      'Read timeout expired',
      '200',
    ]);
  });

  it('carries out the call a bot gives as its answer', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user().private();
    const hook = await startWebhook((_, response) =>
      response.end(JSON.stringify({ method: 'sendMessage', chat_id: lan.chatId, text: 'chào' })),
    );
    await api.setWebhook(hook.url);
    lan.says('x');
    expect((await lan.until(/chào/)).fromBot).toBe(true);
  });

  it('can deliver twice, overtake and lose the answer', async () => {
    const run = async (faults: { duplicate?: number; reorder?: number; dropAnswer?: number }) => {
      const { sim, api } = await startSimulator({ redeliver: { delaysMs: [0] } });
      const hook = await startWebhook();
      sim.faults.deliver(faults);
      const lan = sim.user().private();
      for (const text of ['1', '2', '3', '4']) lan.says(text);
      await api.setWebhook(hook.url);
      await eventually(() => sim.pendingUpdates() === 0);
      return { texts: hook.texts(), counts: sim.record.counts };
    };
    const twice = await run({ duplicate: 1 });
    expect(twice.texts.toSorted()).toEqual(['1', '1', '2', '2', '3', '3', '4', '4']);
    expect(twice.counts).toMatchObject({ delivered: 4, duplicates: 4 });
    expect((await run({ reorder: 1 })).texts).toEqual(['2', '3', '4', '1']);
    const lost = await run({ dropAnswer: 0.5 });
    expect(new Set(lost.texts)).toEqual(new Set(['1', '2', '3', '4']));
    expect(lost.texts.length).toBeGreaterThan(4);
  });
});

describe('polling', () => {
  it('gives updates again until a later offset confirms them', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user().private();
    lan.says('1');
    lan.says('2');
    const ids = (await api.getUpdates(0, 100, 0, undefined)).map(({ update_id: id }) => id);
    expect(await api.getUpdates(0, 100, 0, undefined)).toHaveLength(2);
    expect(await api.getUpdates(0, 100, -1, undefined)).toHaveLength(1);
    expect(await api.getUpdates(0, 100, (ids[1] ?? 0) + 1, undefined)).toEqual([]);
    expect(sim.record.counts).toMatchObject({ updates: 2, delivered: 2 });
  });

  it('waits for an update, and comes back empty after the time-out', async () => {
    const clock = createManualClock(NOON);
    const { sim, api } = await startSimulator({ clock });
    const waiting = api.getUpdates(30, 100, 0, undefined);
    await eventually(() => clock.nextWake() !== undefined);
    clock.advance(30_000);
    expect(await waiting).toEqual([]);
    const second = api.getUpdates(30, 100, 0, undefined);
    await eventually(() => clock.nextWake() !== undefined);
    sim.user().private().says('x');
    expect(await second).toHaveLength(1);
  });

  it('answers 409 beside a webhook, and to the poller that another one displaces', async () => {
    const { sim, api } = await startSimulator();
    const hook = await startWebhook();
    await api.setWebhook(hook.url);
    await expect(api.getUpdates(0, 100, 0, undefined)).rejects.toMatchObject({ code: 409 });
    await api.deleteWebhook();
    const first = api.getUpdates(50, 100, 0, undefined);
    const refused = expect(first).rejects.toMatchObject({
      code: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    await eventually(() => sim.record.calls({ method: 'getUpdates' }).length === 2);
    const second = api.getUpdates(50, 100, 0, undefined);
    await refused;
    const third = expect(second).rejects.toMatchObject({ code: 409 });
    await api.setWebhook(hook.url);
    await third;
  });

  it('lets telegraf stop and another bot take over without a word lost', async () => {
    const { sim } = await startSimulator();
    const lan = sim.user().private();
    for (const name of ['một', 'hai']) {
      const bot = createBot(sim);
      bot.on('text', (ctx) => ctx.reply(`${name}: ${ctx.message.text}`));
      await launch(bot, 'polling');
      lan.says(`gửi ${name}`);
      await lan.until(new RegExp(`^${name}: gửi ${name}$`));
      await sim.idle();
      bot.stop();
      bot.stop = () => undefined; // stopping twice is an error
    }
    expect(lan.messages()).toHaveLength(4);
  });
});

describe('a file’s address', () => {
  it('gives 404 for a path that is none', async () => {
    const { sim } = await startSimulator();
    expect((await fetch(`${sim.apiRoot}/file/bot${sim.token}/photos/none.jpg`)).status).toBe(404);
    expect((await fetch(`${sim.apiRoot}/other`)).status).toBe(404);
  });

  it('can be one on loopback that the bot names', async () => {
    const { sim, api } = await startSimulator();
    const url = await listen((_, response) => response.end('chart'));
    const lan = sim.user({ started: true });
    await api.sendPhoto(lan.id, url);
    const fileId = lan.private().last().photo?.file_id ?? '';
    expect(sim.fileBytes(fileId)?.toString()).toBe('chart');
  });
});
