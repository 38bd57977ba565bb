import { Markup, Telegraf } from 'telegraf';
import { describe, expect, it } from 'vitest';
import { driveFlows, type DriveOptions } from '../../simulator/telegram/driveFlows.js';
import { forkTelegramSimulator } from '../../simulator/telegram/forkTelegramSimulator.js';
import { atEnd, createBot, launch, listen, startSimulator } from './telegram-setup.js';

/** A bot that asks for agreement, takes the buttons off, then asks for a name and thanks. */
function addFlow(bot: Telegraf): Telegraf {
  const agree = Markup.inlineKeyboard([
    Markup.button.callback('Không', 'no'),
    Markup.button.callback('Đồng ý', 'yes'),
  ]);
  bot.start((ctx) => ctx.reply('Bạn đồng ý chứ?', agree));
  bot.action('yes', async (ctx) => {
    await ctx.editMessageReplyMarkup(undefined);
    await ctx.reply('Tên bạn là gì?');
  });
  bot.on('text', (ctx) => ctx.reply(`Cảm ơn ${ctx.message.text}`));
  return bot;
}

const STEPS: DriveOptions['script'] = [{ start: true }, { press: '^Đồng ý$' }, { say: 'Lan {n}' }];
const RULES: DriveOptions['script'] = {
  start: { start: true },
  rules: [
    { when: 'đồng ý chứ', then: { press: '^Đồng ý$' } },
    { when: 'Tên bạn', then: { say: 'Lan {n}' } },
  ],
};

describe('driving people through a flow', () => {
  it.each([
    ['steps', STEPS],
    ['rules', RULES],
  ])('follows %s to the end and measures each act', async (_name, script) => {
    const { sim } = await startSimulator({ record: 'counts' });
    await launch(addFlow(createBot(sim)), 'webhook');
    const report = await driveFlows(sim, { users: 50, script, done: '^Cảm ơn Lan', concurrency: 10 });
    expect(report).toMatchObject({ flows: 50, finished: 50, stalled: { count: 0 } });
    expect(report.latency.count).toBe(150);
    expect(report.latency.p50).toBeGreaterThan(0);
    expect(report.latency.p99).toBeGreaterThanOrEqual(report.latency.p50);
    expect(report.steps.map(({ act, count }) => [act, count])).toEqual([
      ['start', 50],
      ['press ^Đồng ý$', 50],
      ['say Lan {n}', 50],
    ]);
    expect(sim.record.counts.updates).toBe(150);
  });

  it('gives up a flow that stalls and tells what the bot said last', async () => {
    const { sim } = await startSimulator();
    await launch(addFlow(createBot(sim)), 'webhook');
    const script = [{ start: true as const }, { press: '^Không$' }];
    const report = await driveFlows(sim, { users: 1, script, concurrency: 1, stallMs: 400 });
    expect(report).toMatchObject({
      finished: 0,
      stalled: { count: 1, examples: [{ at: 'press ^Không$', lastMessage: 'Bạn đồng ý chứ?' }] },
    });
  });
});

describe('a simulator in a process of its own', () => {
  it('is asked over IPC, drives a bot of this process, and ends', async () => {
    const sim = await forkTelegramSimulator({ limits: 'off' });
    atEnd(() => sim.close());
    const bot = addFlow(new Telegraf(sim.token, { telegram: { apiRoot: sim.apiRoot } }));
    const url = await listen((request, response) => void bot.webhookCallback('/')(request, response));
    await bot.telegram.setWebhook(url);

    const report = await sim.drive({ users: 20, script: STEPS, done: '^Cảm ơn', concurrency: 5 });
    expect(report.finished).toBe(20);

    const [chair = 0, lan = 0] = await sim.users(2, { started: true });
    const board = await sim.group({ title: 'Ban', creator: chair });
    await bot.telegram.sendMessage(board, 'Thẻ');
    const shown = await sim.messages(chair, { chatId: board });
    expect(shown).toMatchObject([{ text: 'Thẻ', fromBot: true }]);
    expect(shown[0]?.at).toBeInstanceOf(Date);

    await sim.faultNext({ method: 'sendMessage', then: '429', retryAfter: 3 });
    await expect(bot.telegram.sendMessage(lan, 'x')).rejects.toMatchObject({ code: 429 });
    await sim.says(lan, '/start');
    await sim.idle();
    expect((await sim.sentTo(lan)).length).toBe(1);
    expect((await sim.counts()).faults).toEqual({ '429': 1 });
    await expect(sim.presses(lan, 'không có')).rejects.toThrow('no button');
  });
});
