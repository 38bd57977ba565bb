import type { Telegram } from 'telegraf';
import { describe, expect, it } from 'vitest';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';
import { createManualClock } from '../../src/clock.js';
import { startSimulator } from './telegram-setup.js';

type Values = Record<string, unknown>;

/** Calls as they go over the wire, beyond what telegraf's types allow. */
async function call(sim: TelegramSimulator, method: string, values: Values, token = sim.token) {
  const response = await fetch(`${sim.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(values),
  });
  // The shape every answer of the Bot API has.
  return (await response.json()) as {
    ok: boolean;
    result?: unknown;
    error_code?: number;
    description?: string;
    parameters?: unknown;
  };
}

async function withChat() {
  const { sim, api } = await startSimulator();
  const lan = sim.user({ started: true });
  const message = await api.sendMessage(lan.id, 'Chào', {
    reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'a' }]] },
  });
  return { sim, api, lan, message };
}

const button = (fields: Values): Values => ({ reply_markup: { inline_keyboard: [[fields]] } });
const text = (fields: Values): [string, Values] => ['sendMessage', { text: 'x', ...fields }];
const html = (source: string): [string, Values] => text({ text: source, parse_mode: 'HTML' });

describe('what the API refuses with 400', () => {
  it.each<[string, [string, Values], string]>([
    ['no text', ['sendMessage', {}], 'message text is empty'],
    ['an empty text', text({ text: '' }), 'message text is empty'],
    ['only spaces', text({ text: ' \n ' }), 'text must be non-empty'],
    ['nothing but markup', html('<b></b>'), 'text must be non-empty'],
    ['4097 characters', text({ text: 'ă'.repeat(4097) }), 'message is too long'],
    ['a lone surrogate', text({ text: 'a\ud800b' }), 'strings must be encoded in UTF-8'],
    ['an unknown parse mode', text({ parse_mode: 'Wiki' }), 'unsupported parse_mode'],
    ['an unknown tag', html('ă<br>'), `can't parse entities: Unsupported start tag "br" at byte offset 2`],
    ['a bare <', html('1 < 2'), `can't parse entities: Unsupported start tag "" at byte offset 2`],
    [
      'a tag left open',
      html('<b>x'),
      `can't parse entities: Can't find end tag corresponding to start tag "b"`,
    ],
    ['an end tag too many', html('x</b>'), `can't parse entities: Unexpected end tag at byte offset 1`],
    [
      'tags crossed',
      html('<b><i>x</b></i>'),
      `can't parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
    ],
    [
      '65 bytes of callback data',
      text(button({ text: 'a', callback_data: 'ă'.repeat(33) })),
      'BUTTON_DATA_INVALID',
    ],
    ['no callback data', text(button({ text: 'a', callback_data: '' })), 'BUTTON_DATA_INVALID'],
    [
      'a button that does nothing',
      text(button({ text: 'a' })),
      'text buttons are unallowed in the inline keyboard',
    ],
    [
      'a wrong link',
      text(button({ text: 'a', url: 'tel:1' })),
      "inline keyboard button URL 'tel:1' is invalid: Wrong HTTP URL",
    ],
    ['an unknown chat', text({ chat_id: 999 }), 'chat not found'],
    ['an unknown name', text({ chat_id: '@nobody' }), 'chat not found'],
    ['no chat', text({ chat_id: undefined }), 'chat_id is empty'],
    ['a reply to nothing', text({ reply_parameters: { message_id: 77 } }), 'message to be replied not found'],
    ['the older reply to nothing', text({ reply_to_message_id: 77 }), 'message to be replied not found'],
    ['a topic where there are none', text({ message_thread_id: 5 }), 'message thread not found'],
    [
      'the edit of no message',
      ['editMessageText', { message_id: 77, text: 'x' }],
      'message to edit not found',
    ],
    [
      'an edit by a reply keyboard',
      ['editMessageText', { message_id: 1, text: 'x', reply_markup: { keyboard: [['a']] } }],
      'inline keyboard expected',
    ],
    [
      'an edit that changes nothing',
      ['editMessageText', { message_id: 1, text: 'Chào', ...button({ text: 'a', callback_data: 'a' }) }],
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    ],
    [
      'a caption on a text',
      ['editMessageCaption', { message_id: 1, caption: 'x' }],
      'there is no caption in the message to edit',
    ],
    ['the deletion of no message', ['deleteMessage', { message_id: 77 }], 'message to delete not found'],
    [
      'a long caption',
      ['sendPhoto', { photo: 'simulated-file-1', caption: 'x'.repeat(1025) }],
      'message caption is too long',
    ],
    ['an unknown file', ['sendPhoto', { photo: 'nothing' }], 'wrong file identifier/HTTP URL specified'],
    [
      'a photo from the internet',
      ['sendPhoto', { photo: 'https://example.org/a.jpg' }],
      'failed to get HTTP URL content',
    ],
    ['no file at all', ['sendDocument', {}], 'there is no document in the request'],
    [
      'an unknown file to fetch',
      ['getFile', { file_id: 'nothing' }],
      'wrong file_id or the file is temporarily unavailable',
    ],
    ['an unknown action', ['sendChatAction', { action: 'dancing' }], 'wrong parameter action in request'],
    [
      'an unknown press',
      ['answerCallbackQuery', { callback_query_id: '1' }],
      'query is too old and response timeout expired or query ID is invalid',
    ],
    [
      '200 characters too many',
      ['answerCallbackQuery', { callback_query_id: '1', text: 'x'.repeat(201) }],
      'MESSAGE_TOO_LONG',
    ],
    [
      'a command in capitals',
      ['setMyCommands', { commands: [{ command: 'Ask', description: 'x' }] }],
      'BOT_COMMAND_INVALID',
    ],
    [
      'a command undescribed',
      ['setMyCommands', { commands: [{ command: 'ask', description: '' }] }],
      'BOT_COMMAND_DESCRIPTION_INVALID',
    ],
    [
      '101 commands',
      ['setMyCommands', { commands: Array(101).fill({ command: 'a', description: 'x' }) }],
      'BOT_COMMANDS_TOO_MUCH',
    ],
    [
      'a long language',
      ['setMyCommands', { commands: [], language_code: 'vie' }],
      'invalid language code specified',
    ],
    [
      'commands for an unknown chat',
      ['setMyCommands', { commands: [], scope: { type: 'chat', chat_id: 999 } }],
      'chat not found',
    ],
    [
      'an odd secret',
      ['setWebhook', { url: 'http://127.0.0.1:1/', secret_token: 'a b' }],
      'secret token contains unallowed characters',
    ],
    [
      'a webhook beyond loopback',
      ['setWebhook', { url: 'https://example.org/' }],
      'bad webhook: the simulator delivers only to loopback',
    ],
    [
      'a webhook that is no address',
      ['setWebhook', { url: 'here' }],
      'bad webhook: An HTTPS URL must be provided for webhook',
    ],
  ])('%s', async (_name, [method, values], description) => {
    const { sim, lan } = await withChat();
    const answer = await call(sim, method, { chat_id: lan.id, ...values });
    expect(answer).toEqual({ ok: false, error_code: 400, description: `Bad Request: ${description}` });
  });
});

describe('whom the bot cannot reach', () => {
  it.each<[string, number, string, (sim: TelegramSimulator) => number]>([
    ['somebody who never wrote', 403, "bot can't initiate conversation with a user", (sim) => sim.user().id],
    [
      'somebody who blocked it',
      403,
      'bot was blocked by the user',
      (sim) => {
        const lan = sim.user({ started: true });
        lan.blocks();
        return lan.id;
      },
    ],
    [
      'an account that is gone',
      403,
      'user is deactivated',
      (sim) => {
        const lan = sim.user({ started: true });
        lan.deactivates();
        return lan.id;
      },
    ],
    [
      'a supergroup it was removed from',
      403,
      'bot was kicked from the supergroup chat',
      (sim) => {
        const lan = sim.user();
        const group = sim.group({ title: 'Ban', members: [lan] });
        group.removesBot(lan);
        return group.id;
      },
    ],
    [
      'a basic group it was removed from',
      403,
      'bot was kicked from the group chat',
      (sim) => {
        const lan = sim.user();
        const group = sim.group({ title: 'Ban', members: [lan], type: 'group' });
        group.removesBot(lan);
        return group.id;
      },
    ],
    [
      'a group it is not in',
      403,
      'bot is not a member of the supergroup chat',
      (sim) => sim.group({ title: 'Ban', bot: 'absent' }).id,
    ],
  ])('%s', async (_name, code, description, chat) => {
    const { sim, api } = await startSimulator();
    await expect(api.sendMessage(chat(sim), 'x')).rejects.toMatchObject({
      code,
      description: `Forbidden: ${description}`,
    });
  });

  it('reaches somebody again who unblocked it', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user({ started: true });
    lan.blocks();
    lan.unblocks();
    await api.sendMessage(lan.id, 'x');
    expect(lan.private().last().text).toBe('x');
  });
});

describe('the edges of the API', () => {
  it('answers 401 to a wrong token and 404 to an unknown method', async () => {
    const { sim } = await startSimulator();
    expect(await call(sim, 'getMe', {}, '1:wrong')).toEqual({
      ok: false,
      error_code: 401,
      description: 'Unauthorized',
    });
    expect(await call(sim, 'sendPoem', {})).toMatchObject({ ok: false, error_code: 404 });
  });

  it('takes exactly 4096 characters and 64 bytes, a form as well as JSON, any case of the method', async () => {
    const { sim, lan } = await withChat();
    const long = '<b>' + 'ă'.repeat(4096) + '</b>';
    const data = 'ă'.repeat(32);
    const body = new URLSearchParams({
      chat_id: String(lan.id),
      text: long,
      parse_mode: 'html',
      reply_markup: JSON.stringify({ inline_keyboard: [[{ text: 'a', callback_data: data }]] }),
    });
    const response = await fetch(`${sim.apiRoot}/bot${sim.token}/SENDMESSAGE`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ ok: true });
    expect(lan.private().last().text).toHaveLength(4096);
  });

  it.each<[string, string, unknown[]]>([
    ['a &lt; b &amp;&quot;&#39;&#x41; &nbsp; &bogus', `a < b &"'A &nbsp; &bogus`, []],
    [
      '<a href="https://a.vn/?x=1&amp;y=2">ở đây</a> <code>x</code>',
      'ở đây x',
      [
        { type: 'text_link', offset: 0, length: 5, url: 'https://a.vn/?x=1&y=2' },
        { type: 'code', offset: 6, length: 1 },
      ],
    ],
    ['  <b> đậm</b>\n', 'đậm', [{ type: 'bold', offset: 0, length: 3 }]],
    [
      '<b>a<i>b</i></b><tg-spoiler>c</tg-spoiler>',
      'abc',
      [
        { type: 'bold', offset: 0, length: 2 },
        { type: 'italic', offset: 1, length: 1 },
        { type: 'spoiler', offset: 2, length: 1 },
      ],
    ],
  ])('reads the HTML %j', async (source, shown, entities) => {
    const { api, lan } = await withChat();
    await api.sendMessage(lan.id, source, { parse_mode: 'HTML' });
    expect(lan.private().last()).toMatchObject({ text: shown, entities });
  });

  it('answers a press once, within its time', async () => {
    const clock = createManualClock(new Date('2026-11-23T01:00:00Z'));
    const { sim, api } = await startSimulator({ clock, callbackAnswerSeconds: 30 });
    const lan = sim.user({ started: true }).private();
    const first = lan.forges('a');
    await api.answerCbQuery(first.id, 'tốt', { show_alert: true });
    expect(first.answer()).toEqual({ text: 'tốt', alert: true });
    await expect(api.answerCbQuery(first.id)).rejects.toMatchObject({ code: 400 });
    const late = lan.forges('b');
    clock.advance(31_000);
    await expect(api.answerCbQuery(late.id)).rejects.toMatchObject({
      description: expect.stringContaining('query is too old') as string,
    });
  });

  it('lets a missing reply pass where that is allowed, and shows the reply where it is not missing', async () => {
    const { api, lan, message } = await withChat();
    const allow = { message_id: 99, allow_sending_without_reply: true };
    await api.sendMessage(lan.id, 'một', { reply_parameters: allow });
    await api.sendMessage(lan.id, 'hai', { reply_parameters: { message_id: message.message_id } });
    expect(
      lan
        .private()
        .messages()
        .map(({ replyTo }) => replyTo),
    ).toEqual([undefined, undefined, 1]);
  });

  it('refuses to edit or fetch what is not there to edit or fetch', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user().private();
    const own = lan.says('của tôi');
    await expect(api.editMessageText(lan.chatId, own.messageId, undefined, 'x')).rejects.toMatchObject({
      description: "Bad Request: message can't be edited",
    });
    const huge = lan.sendsDocument({ size: 21 * 1024 * 1024 });
    await expect(api.getFile(huge.document?.file_id ?? '')).rejects.toMatchObject({
      description: 'Bad Request: file is too big',
    });
  });

  it('deletes the bot’s message, in a private chat the person’s too, but not after two days', async () => {
    const clock = createManualClock(new Date('2026-11-23T01:00:00Z'));
    const { sim, api } = await startSimulator({ clock });
    const lan = sim.user().private();
    const own = lan.says('a');
    const { message_id: old } = await api.sendMessage(lan.chatId, 'b');
    await api.deleteMessage(lan.chatId, own.messageId);
    expect(lan.messages().map((message) => message.text)).toEqual(['b']);
    clock.advance(49 * 3_600_000);
    await expect(api.deleteMessage(lan.chatId, old)).rejects.toMatchObject({ code: 400 });
  });

  it('keeps commands by scope and language and offers each person theirs', async () => {
    const { sim, api } = await startSimulator();
    const lan = sim.user({ languageCode: 'vi' });
    const john = sim.user({ languageCode: 'en' });
    const group = sim.group({ title: 'Ban', members: [lan], admins: [john] });
    const set = (name: string, extra: Parameters<Telegram['setMyCommands']>[1]) =>
      api.setMyCommands([{ command: name, description: name }], extra);
    await set('general', {});
    await set('hoi', { scope: { type: 'all_private_chats' }, language_code: 'vi' });
    await set('queue', { scope: { type: 'chat', chat_id: group.id } });
    await set('stats', { scope: { type: 'chat_administrators', chat_id: group.id } });
    const names = (list: { command: string }[]): string[] => list.map(({ command }) => command);
    expect(names(lan.commands())).toEqual(['hoi']);
    expect(names(john.commands())).toEqual(['general']);
    expect(names(lan.commands(group))).toEqual(['queue']);
    expect(names(john.commands(group))).toEqual(['stats']);
    await api.deleteMyCommands({ scope: { type: 'all_private_chats' }, language_code: 'vi' });
    expect(names(lan.commands())).toEqual(['general']);
    expect(await api.getMyCommands({ scope: { type: 'chat', chat_id: group.id } })).toHaveLength(1);
  });

  it('keeps descriptions by language and the menu button', async () => {
    const { api } = await startSimulator();
    await api.setMyDescription('Hỏi chính quyền');
    await api.setMyShortDescription('Ask', 'en');
    await api.setChatMenuButton({ menuButton: { type: 'commands' } });
    expect(await api.getMyDescription('en')).toEqual({ description: 'Hỏi chính quyền' });
    expect(await api.getMyShortDescription('en')).toEqual({ short_description: 'Ask' });
    expect(await api.getChatMenuButton()).toEqual({ type: 'commands' });
    await expect(api.setMyShortDescription('x'.repeat(121))).rejects.toMatchObject({ code: 400 });
  });
});
