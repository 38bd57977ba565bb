import { Input, Markup } from 'telegraf';
import { describe, expect, it } from 'vitest';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';
import { createBot, launch, startSimulator } from './telegram-setup.js';

describe.each(['polling', 'webhook'] as const)('talking with a telegraf bot over %s', (way) => {
  async function start(): Promise<{ sim: TelegramSimulator; bot: ReturnType<typeof createBot> }> {
    const { sim } = await startSimulator();
    const bot = createBot(sim);
    return { sim, bot };
  }

  it('goes from /start over a pressed button to the message edited in place', async () => {
    const { sim, bot } = await start();
    bot.start((ctx) =>
      ctx.reply(
        `Chào ${ctx.from.first_name}`,
        Markup.inlineKeyboard([Markup.button.callback('Đồng ý ✅', 'agree')]),
      ),
    );
    bot.action('agree', async (ctx) => {
      await ctx.answerCbQuery('Đã ghi');
      await ctx.editMessageText('Cảm ơn <b>bạn</b> &amp; hẹn gặp lại', { parse_mode: 'HTML' });
    });
    await launch(bot, way);

    const lan = sim.user({ firstName: 'Lan' });
    lan.starts();
    const asked = await lan.private().until(/Chào Lan/);
    expect(asked.buttons).toEqual([[{ text: 'Đồng ý ✅', callback_data: 'agree' }]]);
    const press = lan.private().presses('Đồng ý');
    const thanked = await lan.private().until(/Cảm ơn/);
    await sim.idle();

    expect(press.answer()).toEqual({ text: 'Đã ghi', alert: false });
    expect(thanked).toMatchObject({
      messageId: asked.messageId,
      text: 'Cảm ơn bạn & hẹn gặp lại',
      entities: [{ type: 'bold', offset: 7, length: 3 }],
      buttons: [],
      edited: true,
    });
  });

  it('gives telegraf the payload of a start link, commands with arguments and edited messages', async () => {
    const { sim, bot } = await start();
    bot.start((ctx) => ctx.reply(`payload ${ctx.payload}`));
    bot.command('status', (ctx) => ctx.reply(`status ${ctx.args.join('|')}`));
    bot.on('edited_message', (ctx) => ctx.reply('edited'));
    await launch(bot, way);

    const lan = sim.user();
    lan.starts('poster7');
    await lan.private().until(/^payload poster7$/);
    const { messageId } = lan.private().says('/status KG-2026-000001 x');
    await lan.private().until(/^status KG-2026-000001\|x$/);
    lan.private().edits(messageId, 'khác');
    await lan.private().until(/^edited$/);
    expect(lan.private().messages()[2]).toMatchObject({ text: 'khác', edited: true, fromBot: false });
  });

  it('carries files both ways, by upload, by id and in albums', async () => {
    const { sim, bot } = await start();
    bot.on('document', async (ctx) => {
      const link = await ctx.telegram.getFileLink(ctx.message.document.file_id);
      const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
      const copy = Input.fromBuffer(Buffer.concat([bytes, Buffer.from('!')]), 'đơn.txt');
      await ctx.replyWithDocument(copy, {
        caption: '<i>bản sao</i>',
        parse_mode: 'HTML',
        ...Markup.inlineKeyboard([Markup.button.callback('Xong', 'done')]),
      });
    });
    bot.on('photo', async (ctx) => {
      const largest = ctx.message.photo.at(-1)?.file_id ?? '';
      await ctx.replyWithPhoto(largest);
      await ctx.replyWithMediaGroup([
        { type: 'photo', media: largest, caption: 'một' },
        { type: 'photo', media: Input.fromBuffer(Buffer.from('png')) },
      ]);
    });
    await launch(bot, way);

    const lan = sim.user().private();
    lan.sendsDocument({ bytes: Buffer.from('nội dung'), fileName: 'a.txt', mimeType: 'text/plain' });
    const copy = await lan.until((message) => message.document !== undefined);
    expect(copy).toMatchObject({ text: 'bản sao', document: { file_name: 'đơn.txt' } });
    expect(copy.buttons.flat()[0]?.text).toBe('Xong');
    expect(sim.fileBytes(copy.document?.file_id ?? '')?.toString()).toBe('nội dung!');

    const sent = lan.sendsPhoto({ bytes: Buffer.from('jpg'), caption: 'ổ gà' });
    const last = await lan.until((message) => message.mediaGroupId !== undefined && message.text === '');
    const [photo, first, second] = lan.messages().slice(-3);
    expect(photo?.photo?.file_id).toBe(sent.photo?.file_id);
    expect([first?.text, first?.mediaGroupId]).toEqual(['một', last.mediaGroupId]);
    expect(sim.fileBytes(second?.photo?.file_id ?? '')?.toString()).toBe('png');
  });

  it('shows a reply keyboard whose keys write their text or share the contact', async () => {
    const { sim, bot } = await start();
    bot.start((ctx) =>
      ctx.reply('Chọn', Markup.keyboard([['Hỏi', Markup.button.contactRequest('Gửi số')]]).oneTime()),
    );
    bot.hears('Hỏi', (ctx) => ctx.reply('Mời hỏi', Markup.forceReply()));
    bot.on('contact', (ctx) => ctx.reply(`số ${ctx.message.contact.phone_number}`, Markup.removeKeyboard()));
    bot.on('text', (ctx) => ctx.reply(`trả lời ${ctx.message.reply_to_message?.message_id ?? 'không'}`));
    await launch(bot, way);

    const lan = sim.user().private();
    lan.says('/start');
    await lan.until(/Chọn/);
    expect(lan.keyboard()).toEqual([['Hỏi', 'Gửi số']]);
    lan.presses('Hỏi');
    const invited = await lan.until(/Mời hỏi/);
    expect(lan.keyboard()).toEqual([]);
    lan.says('khi nào có nước?');
    await lan.until(new RegExp(`trả lời ${invited.messageId}`));
    lan.sendsContact({ phoneNumber: '0912345678' });
    await lan.until(/số 0912345678/);
  });

  it('presses buttons that are no longer shown, on edited and on deleted messages, and forged ones', async () => {
    const { sim, bot } = await start();
    const seen: unknown[] = [];
    bot.on('callback_query', async (ctx) => {
      const message = ctx.callbackQuery.message;
      seen.push([
        'data' in ctx.callbackQuery && ctx.callbackQuery.data,
        message && 'date' in message && message.date > 0,
      ]);
      await ctx.answerCbQuery();
    });
    bot.start(async (ctx) => {
      const { message_id: id } = await ctx.reply(
        'a',
        Markup.inlineKeyboard([Markup.button.callback('cũ', 'old')]),
      );
      await ctx.telegram.editMessageText(ctx.chat.id, id, undefined, 'b');
    });
    await launch(bot, way);

    const lan = sim.user().private();
    lan.says('/start');
    const { messageId } = await lan.until(/^b$/);
    await sim.idle();
    lan.presses('cũ', messageId);
    lan.forges('approve:1', { messageId });
    await sim.idle();
    lan.deletes(messageId);
    lan.presses('cũ', messageId);
    await sim.idle();

    expect(seen).toEqual([
      ['old', true],
      ['approve:1', true],
      ['old', false],
    ]);
    expect(() => lan.presses('không có')).toThrow('no button không có; there are: none');
  });

  it('gives stickers, voice, places and long texts as the apps send them', async () => {
    const { sim, bot } = await start();
    const kinds: string[] = [];
    bot.on('message', (ctx) => void kinds.push(Object.keys(ctx.message).slice(4).join()));
    await launch(bot, way);

    const lan = sim.user().private();
    lan.sendsSticker();
    lan.sendsVoice({ seconds: 9 });
    lan.sendsLocation();
    lan.says('x'.repeat(9000));
    await sim.idle();

    expect(kinds).toEqual(['sticker', 'voice', 'location', 'text', 'text', 'text']);
    expect(() => lan.says(' ')).toThrow('empty text');
  });
});
