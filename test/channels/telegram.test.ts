import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock, systemClock } from '../../src/clock.js';
import type { Decoded } from '../../src/channels/channel.js';
import { sentOf } from '../../src/channels/telegram/errors.js';
import { openTelegram, SECRET, type TelegramBench } from '../support/deliveryTelegram.js';
import { TelegramError } from 'telegraf';

let open: TelegramBench[] = [];
async function start(...given: Parameters<typeof openTelegram>): Promise<TelegramBench> {
  const bench = await openTelegram(...given);
  open.push(bench);
  return bench;
}
afterEach(async () => {
  for (const { channel, sim } of open) {
    await channel.quiet();
    await sim.close();
  }
  open = [];
});

const webhook = { publicUrl: 'https://bot.example/', webhookSecret: SECRET };

describe('listening', () => {
  it('by webhook tells Telegram the secret, the kinds of updates, and to keep what waits', async () => {
    const { sim, channel } = await start(webhook);
    await channel.listen(async () => undefined);
    expect(sim.record.calls({ method: 'setWebhook' })[0]?.params).toMatchObject({
      url: 'https://bot.example/webhooks/telegram',
      secret_token: SECRET,
      allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member', 'chat_member'],
      drop_pending_updates: false,
    });
  });

  it('by webhook needs a secret', async () => {
    await expect(start({ publicUrl: 'https://bot.example' })).rejects.toThrow(/TELEGRAM_WEBHOOK_SECRET/);
  });

  it('by webhook answers 503 before it listens and after it is quiet', async () => {
    const { channel } = await start(webhook);
    const [hook] = channel.webhooks();
    const request = {
      headers: { 'x-telegram-bot-api-secret-token': SECRET },
      body: Buffer.from('{"update_id":1}'),
    };
    expect(await hook?.receive(request)).toEqual({ status: 503 });
    await channel.listen(async () => undefined);
    expect(await hook?.receive(request)).toEqual({ status: 200 });
    await channel.quiet();
    expect(await hook?.receive(request)).toEqual({ status: 503 });
  });

  it('refuses a secret that is nearly right', async () => {
    const { channel } = await start(webhook);
    const [hook] = channel.webhooks();
    const body = Buffer.from('{"update_id":1}');
    for (const secret of ['', SECRET.slice(0, -1), `${SECRET}x`, SECRET.toUpperCase()]) {
      expect(await hook?.receive({ headers: { 'x-telegram-bot-api-secret-token': secret }, body })).toEqual({
        status: 401,
      });
    }
  });

  it('stops the start when Telegram does not know the token', async () => {
    const { channel } = await start({ token: '1:wrong' });
    await expect(channel.listen(async () => undefined)).rejects.toMatchObject({
      code: 'telegram-token-refused',
    });
  });

  it('starts while Telegram is away, and tells it later', async () => {
    const clock = createManualClock(new Date('2026-11-23T08:00:00Z'));
    const { sim, channel } = await start({ ...webhook, clock });
    sim.faults.next({ then: '502' });
    await channel.listen(async () => undefined);
    expect(sim.record.calls({ method: 'setWebhook' })).toHaveLength(0);
    clock.advance(2_000);
    await until(() => sim.record.calls({ method: 'setWebhook' }).length === 1);
  });
});

describe('polling', () => {
  it('confirms what was stored and nothing else', async () => {
    const clock = createManualClock(new Date('2026-11-23T08:00:00Z'));
    const { sim, channel, logged } = await start({ clock });
    const lan = sim.user();
    lan.starts();
    lan.private().says('một');
    const heard: Decoded[][] = [];
    let refusals = 2;
    await channel.listen(async (updates) => {
      if (refusals-- > 0) throw new Error('store away');
      if (updates.length > 0) heard.push([...updates]);
    });
    for (const failures of [1, 2]) {
      await until(
        () => logged.filter(({ message }) => message === 'telegram-poll-failed').length === failures,
      );
      clock.advance(1_000); // the back-off
    }
    await until(() => heard.length > 0);
    expect(heard.flat().map((decoded) => decoded.kind === 'incoming' && decoded.incoming.event.kind)).toEqual(
      ['command', 'text'],
    );
    lan.private().says('hai');
    await until(() => heard.length > 1);
    expect(heard[1]).toHaveLength(1);
  });

  it('leaves it to the instance whose turn it is', async () => {
    let isOurs = false;
    const clock = createManualClock(new Date('2026-11-23T08:00:00Z'));
    const { sim, channel } = await start({ mayPoll: () => isOurs, clock });
    sim.user().starts();
    let heard = 0;
    await channel.listen(async (updates) => void (heard += updates.length));
    for (let tick = 0; tick < 20; tick++) await new Promise(setImmediate);
    expect(sim.record.calls({ method: 'getUpdates' })).toHaveLength(0);
    isOurs = true;
    clock.advance(1_000);
    await until(() => heard === 1);
  });

  it('waits and says so when somebody else polls', async () => {
    const { sim, channel, logged } = await start();
    const other = openOther(sim);
    await until(() => sim.record.calls({ method: 'getUpdates' }).length === 1);
    await channel.listen(async () => undefined);
    await until(
      () => logged.some(({ message }) => message === 'telegram-poll-failed') || other.isConflicted(),
    );
    expect(logged.some(({ message }) => message === 'telegram-poll-failed') || other.isConflicted()).toBe(
      true,
    );
  });

  it('stops at once though the poll is a long one', async () => {
    const { sim, channel } = await start();
    await channel.listen(async () => undefined);
    await until(() => sim.record.calls({ method: 'getUpdates' }).length === 1);
    await channel.quiet();
    expect(sim.record.calls({ method: 'getUpdates' })).toHaveLength(1);
  });
});

describe('sending', () => {
  it('asks for a reply, answers a message and stays silent where asked', async () => {
    const { sim, channel } = await start();
    const lan = sim.user();
    const { messageId } = lan.starts();
    const message = { text: 'Vì sao?', expectsReply: true, replyTo: String(messageId), silent: true };
    expect(await channel.send({ kind: 'send', chat: `telegram:${lan.id}`, message })).toMatchObject({
      kind: 'sent',
    });
    expect(sim.record.calls({ method: 'sendMessage' })[0]?.params).toMatchObject({
      reply_markup: { force_reply: true, selective: true },
      reply_parameters: { message_id: messageId, allow_sending_without_reply: true },
      disable_notification: true,
    });
  });

  it('uploads a file with its caption, its buttons and what it answers', async () => {
    const { sim, channel } = await start();
    const lan = sim.user();
    const { messageId } = lan.starts();
    const attachment = {
      kind: 'file' as const,
      name: 'sổ.csv',
      mime: 'text/csv',
      bytes: Buffer.from('mã;tên'),
    };
    const message = {
      text: 'Sổ <b>ghi chép</b>',
      attachment,
      replyTo: String(messageId),
      buttons: [[{ title: 'Được', data: 'ok' }]],
    };
    await channel.send({ kind: 'send', chat: `telegram:${lan.id}`, message });
    const shown = lan.private().messages().at(-1);
    expect(shown).toMatchObject({ text: 'Sổ ghi chép', replyTo: messageId });
    expect(shown?.buttons.flat()).toHaveLength(1);
    expect(sim.fileBytes(shown?.document?.file_id ?? '')?.toString()).toBe('mã;tên');
  });

  it('sends a file that came over Telegram by its reference, and none of another platform', async () => {
    const { sim, channel } = await start();
    const lan = sim.user();
    lan.starts();
    const chat = `telegram:${lan.id}`;
    const bytes = Buffer.from('x');
    await channel.send({
      kind: 'send',
      chat,
      message: { text: '', attachment: { kind: 'file', name: 'a.txt', mime: 'text/plain', bytes } },
    });
    const fileRef = lan.private().messages().at(-1)?.document?.file_id ?? '';
    const attachment = { channel: 'telegram', fileRef, kind: 'document' as const };
    expect(await channel.send({ kind: 'send', chat, message: { text: 'lại', attachment } })).toMatchObject({
      kind: 'sent',
    });
    expect(lan.private().messages().at(-1)).toMatchObject({ text: 'lại', document: { file_id: fileRef } });
    const foreign = { ...attachment, channel: 'zalo' };
    expect(await channel.send({ kind: 'send', chat, message: { text: '', attachment: foreign } })).toEqual({
      kind: 'refused',
      why: 'foreign-file',
    });
  });

  it('sends a text whose markup is broken without it, rather than not at all', async () => {
    const { sim, channel, logged } = await start();
    const lan = sim.user();
    lan.starts();
    expect(
      await channel.send({ kind: 'send', chat: `telegram:${lan.id}`, message: { text: '<b>a &lt; b' } }),
    ).toMatchObject({ kind: 'sent' });
    expect(lan.private().messages().at(-1)?.text).toBe('a < b');
    expect(logged).toContainEqual({ level: 'error', message: 'telegram-markup-refused' });
  });

  it('answers a press', async () => {
    const { sim, channel } = await start();
    const lan = sim.user();
    lan.starts();
    const chat = `telegram:${lan.id}`;
    await channel.send({
      kind: 'send',
      chat,
      message: { text: '?', buttons: [[{ title: 'Được', data: 'ok' }]] },
    });
    const pressed: string[] = [];
    await channel.listen(async (updates) => {
      for (const update of updates)
        if (update.kind === 'incoming' && update.incoming.event.kind === 'press')
          pressed.push(update.incoming.event.pressId);
    });
    const press = lan.private().presses('Được');
    await until(() => pressed.length === 1);
    const toast = { kind: 'toast', chat, pressId: pressed[0] ?? '', text: 'Đã ghi', alert: true } as const;
    expect(await channel.send(toast)).toEqual({ kind: 'sent' });
    expect(press.answer()).toEqual({ text: 'Đã ghi', alert: true });
    expect(await channel.send({ ...toast, pressId: '99' })).toMatchObject({ kind: 'gone' });
  });

  it('gives a call up that is never answered', async () => {
    const clock = createManualClock(new Date('2026-11-23T08:00:00Z'));
    const { sim, channel } = await start({ clock });
    const lan = sim.user();
    lan.starts();
    sim.faults.next({ then: 'timeout' });
    const sent = channel.send({ kind: 'send', chat: `telegram:${lan.id}`, message: { text: 'x' } });
    await until(() => sim.record.calls({ method: 'sendMessage' }).length === 1);
    clock.advance(15_000);
    expect(await sent).toEqual({ kind: 'later', why: 'time-out' });
  });

  it('pays for speed only when told to', async () => {
    const { sim, channel } = await start({ paidBroadcast: true });
    const lan = sim.user();
    lan.starts();
    await channel.send({ kind: 'send', chat: `telegram:${lan.id}`, message: { text: 'x' } });
    expect(sim.record.calls({ method: 'sendMessage' })[0]?.params).toMatchObject({
      allow_paid_broadcast: true,
    });
  });
});

describe('a refusal of Telegram', () => {
  const of = (code: number, description: string, parameters = {}) =>
    sentOf(new TelegramError({ error_code: code, description, parameters }));

  it.each([
    [
      429,
      'Too Many Requests: retry after 36000',
      { retry_after: 36_000 },
      { kind: 'later', afterMs: 36_000_000 },
    ],
    [403, 'Forbidden: bot was blocked by the user', {}, { kind: 'unreachable', why: 'blocked' }],
    [403, 'Forbidden: user is deactivated', {}, { kind: 'unreachable', why: 'deactivated' }],
    [403, 'Forbidden: bot was kicked from the supergroup chat', {}, { kind: 'unreachable', why: 'removed' }],
    [
      403,
      "Forbidden: bot can't initiate conversation with a user",
      {},
      { kind: 'unreachable', why: 'never-met' },
    ],
    [400, 'Bad Request: chat not found', {}, { kind: 'unreachable' }],
    [
      400,
      'Bad Request: group chat was upgraded to a supergroup chat',
      { migrate_to_chat_id: -1009 },
      { kind: 'moved', to: 'telegram:-1009' },
    ],
    [
      400,
      'Bad Request: not enough rights to send text messages to the chat',
      {},
      { kind: 'unreachable', why: 'no-rights' },
    ],
    [400, 'Bad Request: message is not modified: specified new message content …', {}, { kind: 'sent' }],
    [400, 'Bad Request: message to edit not found', {}, { kind: 'gone' }],
    [400, "Bad Request: message can't be edited", {}, { kind: 'gone' }],
    [
      400,
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
      {},
      { kind: 'gone' },
    ],
    [400, "Bad Request: can't parse entities: Unsupported start tag", {}, { kind: 'refused', why: 'markup' }],
    [400, 'Bad Request: something new', {}, { kind: 'refused' }],
    [401, 'Unauthorized', {}, { kind: 'later', why: 'token' }],
    [404, 'Not Found', {}, { kind: 'later', why: 'token' }],
    [502, 'Bad Gateway', {}, { kind: 'later' }],
  ])('%i %s', (code, description, parameters, sent) => {
    expect(of(code, description, parameters)).toMatchObject(sent);
  });
});

describe('files', () => {
  it('are downloaded up to the size that is allowed', async () => {
    const { sim, channel } = await start();
    const lan = sim.user();
    lan.starts();
    const attachment = {
      kind: 'file' as const,
      name: 'a.txt',
      mime: 'text/plain',
      bytes: Buffer.from('0123456789'),
    };
    await channel.send({ kind: 'send', chat: `telegram:${lan.id}`, message: { text: '', attachment } });
    const fileRef = lan.private().messages().at(-1)?.document?.file_id ?? '';
    const file = { channel: 'telegram', fileRef, kind: 'document' as const };
    expect(Buffer.from(await channel.download(file, 10)).toString()).toBe('0123456789');
    await expect(channel.download(file, 9)).rejects.toMatchObject({ code: 'file-too-large' });
    await expect(channel.download({ ...file, fileRef: 'unknown' }, 10)).rejects.toMatchObject({
      code: 'file-gone',
    });
    await expect(channel.download({ ...file, channel: 'zalo' }, 10)).rejects.toMatchObject({
      code: 'file-gone',
    });
  });
});

describe('groups and commands', () => {
  it('tell who is a member, and nothing when Telegram does not answer', async () => {
    const { sim, channel } = await start();
    const [lan, mai, ha] = [sim.user(), sim.user(), sim.user()];
    const group = sim.group({ title: 'Ban', members: [lan], admins: [mai] });
    const is = (who: { id: number }) => channel.isMember(`telegram:${group.id}`, `telegram:${who.id}`);
    expect(await is(lan)).toEqual({ present: true, admin: false });
    expect(await is(mai)).toEqual({ present: true, admin: true });
    expect((await is(ha))?.present).toBe(false);
    group.leaves(lan);
    expect((await is(lan))?.present).toBe(false);
    sim.faults.next({ then: '500' });
    expect(await is(mai)).toBeUndefined();
  });

  it('show each their own commands in their language', async () => {
    const { sim, channel } = await start();
    const lan = sim.user({ languageCode: 'vi' });
    const john = sim.user({ languageCode: 'en' });
    const group = sim.group({ title: 'Ban', members: [lan] });
    await channel.showCommands([
      { scope: 'private', commands: [{ name: 'ask', description: 'Đặt câu hỏi' }] },
      { scope: 'private', language: 'en', commands: [{ name: 'ask', description: 'Ask a question' }] },
      {
        scope: 'board',
        chat: `telegram:${group.id}`,
        commands: [{ name: 'queue', description: 'Câu hỏi đang chờ' }],
      },
    ]);
    expect(lan.commands()).toEqual([{ command: 'ask', description: 'Đặt câu hỏi' }]);
    expect(john.commands()).toEqual([{ command: 'ask', description: 'Ask a question' }]);
    expect(lan.commands(group)).toEqual([{ command: 'queue', description: 'Câu hỏi đang chờ' }]);
  });
});

/** Polls like a second instance that asks nobody. */
function openOther(sim: TelegramBench['sim']): { isConflicted(): boolean } {
  let isConflicted = false;
  void fetch(`${sim.apiRoot}/bot${sim.token}/getUpdates?timeout=5`).then(
    ({ status }) => void (isConflicted = status === 409),
    () => undefined,
  );
  return { isConflicted: () => isConflicted };
}

/** Lets real input and output happen until `check` holds; fails by the test's time-out when it never does. */
async function until(check: () => boolean): Promise<void> {
  while (!check())
    await new Promise((resolve) => systemClock.wakeAt(new Date(Date.now() + 1), () => resolve(undefined)));
}
