/** An update of the Bot API as what happened, free of Telegram (https://core.telegram.org/bots/api#update). */
import type { Decoded, Incoming, IncomingEvent, Person, Ref } from '../channel.js';
import {
  unsupportedContent,
  updateSchema,
  type MemberUpdated,
  type TelegramChat,
  type TelegramMessage,
  type TelegramUser,
  type Update,
} from './updateSchema.js';

export const CHANNEL = 'telegram';
const COMMAND = /^\/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+([\s\S]*))?$/;

/**
 * What an authenticated update means; several events when several people joined a group. What makes no sense or is
 * not for us is `ignored` with the reason, so that Telegram does not send it again. `bot` is the bot's user name,
 * `now` stands in where an update has no time (presses).
 */
export function decode(update: unknown, bot: { username?: string }, now: Date): Decoded[] {
  const parsed = updateSchema.safeParse(update);
  if (!parsed.success) return [ignored(idOf(update), 'not-understood')];
  const {
    message,
    edited_message: edited,
    callback_query: query,
    my_chat_member: own,
    chat_member: member,
  } = parsed.data;
  if (message) return decodeMessage(parsed.data, message, bot);
  if (edited) return [decodeEdited(parsed.data, edited)];
  if (query) return [decodePress(parsed.data, query, now)];
  if (own) return [decodeOwn(parsed.data, own)];
  if (member) return [decodeMember(parsed.data, member)];
  return [ignored(idOf(update), 'other-kind')];
}

function decodeMessage(update: Update, message: TelegramMessage, bot: { username?: string }): Decoded[] {
  const { chat, from } = message;
  const joined = message.new_chat_members?.filter((user) => !user.is_bot);
  if (message.migrate_to_chat_id !== undefined) {
    return [incoming(update, chat, message.date, { kind: 'moved', to: refOf(message.migrate_to_chat_id) })];
  }
  if (joined?.length) {
    return joined.map((user, index) => ({
      ...incoming(
        update,
        chat,
        message.date,
        { kind: 'member', person: personOf(user), present: true, admin: false },
        from,
        index,
      ),
    }));
  }
  if (message.left_chat_member && !message.left_chat_member.is_bot) {
    const person = personOf(message.left_chat_member);
    return [
      incoming(update, chat, message.date, { kind: 'member', person, present: false, admin: false }, from),
    ];
  }
  if (chat.type === 'channel') return [ignored(idOf(update), 'channel-post')];
  if (from === undefined || from.is_bot) return [ignored(idOf(update), 'bot')];
  const event = eventOf(message, from, bot);
  return [
    typeof event === 'string'
      ? ignored(idOf(update), event)
      : incoming(update, chat, message.date, event, from),
  ];
}

/** The event of a person's message, or why there is none. */
function eventOf(
  message: TelegramMessage,
  from: TelegramUser,
  bot: { username?: string },
): IncomingEvent | string {
  const messageId = String(message.message_id);
  const replyTo = message.reply_to_message && String(message.reply_to_message.message_id);
  const common = { messageId, ...(replyTo === undefined ? {} : { replyTo }) };
  const what = unsupportedContent(message);
  if (what !== undefined) return { kind: 'unsupported', messageId, what };
  if (message.text !== undefined) {
    const [, name, addressee, args = ''] = COMMAND.exec(message.text) ?? [];
    if (name === undefined) return { kind: 'text', ...common, text: message.text };
    const isOurs = addressee === undefined || bot.username === undefined || sameName(addressee, bot.username);
    return isOurs ? { kind: 'command', ...common, name: name.toLowerCase(), args: args.trim() } : 'other-bot';
  }
  const attachment = attachmentOf(message);
  if (attachment) {
    return {
      kind: 'attachment',
      ...common,
      attachment,
      ...(message.caption === undefined ? {} : { caption: message.caption }),
      ...(message.media_group_id === undefined ? {} : { album: message.media_group_id }),
    };
  }
  if (message.contact) {
    const { phone_number: phone, first_name, last_name, user_id: owner } = message.contact;
    // Somebody else's card from the address book is not what the person told about themselves.
    if (owner !== undefined && owner !== from.id) return { kind: 'unsupported', messageId, what: 'contact' };
    return { kind: 'contact', messageId, name: fullName(first_name, last_name), phone };
  }
  return 'service';
}

function attachmentOf(message: TelegramMessage) {
  const largest = message.photo?.reduce((a, b) => (b.width > a.width ? b : a));
  if (largest) {
    const { file_id: fileRef, file_size: size } = largest;
    return {
      channel: CHANNEL,
      fileRef,
      kind: 'photo' as const,
      mime: 'image/jpeg',
      ...(size === undefined ? {} : { size }),
    };
  }
  if (message.document === undefined) return undefined;
  const { file_id: fileRef, file_name: name, mime_type: mime, file_size: size } = message.document;
  return {
    channel: CHANNEL,
    fileRef,
    kind: 'document' as const,
    ...(name === undefined ? {} : { name }),
    ...(mime === undefined ? {} : { mime }),
    ...(size === undefined ? {} : { size }),
  };
}

function decodeEdited(update: Update, message: TelegramMessage): Decoded {
  const { chat, from, text = message.caption } = message;
  if (chat.type === 'channel' || from === undefined || from.is_bot) return ignored(idOf(update), 'bot');
  const event = {
    kind: 'edited' as const,
    messageId: String(message.message_id),
    ...(text === undefined ? {} : { text }),
  };
  return incoming(update, chat, message.edit_date ?? message.date, event, from);
}

function decodePress(update: Update, query: NonNullable<Update['callback_query']>, now: Date): Decoded {
  const { id: pressId, message, data, from } = query;
  if (message === undefined || data === undefined || message.chat.type === 'channel')
    return ignored(idOf(update), 'foreign-press');
  const event = { kind: 'press' as const, pressId, messageId: String(message.message_id), data };
  return incoming(update, message.chat, Math.floor(now.getTime() / 1000), event, from);
}

/** In a private chat this tells of blocking, in a group of being taken in or thrown out. */
function decodeOwn(update: Update, own: MemberUpdated): Decoded {
  if (own.chat.type === 'channel') return ignored(idOf(update), 'channel-post');
  return incoming(update, own.chat, own.date, { kind: 'reachable', reachable: isPresent(own) });
}

function decodeMember(update: Update, change: MemberUpdated): Decoded {
  const { user, status } = change.new_chat_member;
  if (change.chat.type === 'channel' || user.is_bot) return ignored(idOf(update), 'bot');
  const admin = isAdmin(status);
  return incoming(
    update,
    change.chat,
    change.date,
    { kind: 'member', person: personOf(user), present: isPresent(change), admin },
    change.from,
  );
}

function isPresent({ new_chat_member: { status, is_member: isMember } }: MemberUpdated): boolean {
  return isPresentStatus(status, isMember);
}

/** https://core.telegram.org/bots/api#chatmember */
export function isPresentStatus(status: string, isMember: boolean | undefined): boolean {
  return status === 'member' || isAdmin(status) || (status === 'restricted' && isMember === true);
}

export function isAdmin(status: string): boolean {
  return status === 'creator' || status === 'administrator';
}

function incoming(
  update: Update,
  chat: TelegramChat,
  seconds: number,
  event: IncomingEvent,
  from?: TelegramUser,
  part = 0,
): Decoded & { kind: 'incoming' } {
  const whole: Incoming = {
    id: part === 0 ? idOf(update) : `${idOf(update)}#${part + 1}`,
    channel: CHANNEL,
    chat: refOf(chat.id),
    chatKind: chat.type === 'private' ? 'private' : 'group',
    order: update.update_id,
    at: new Date(seconds * 1000),
    ...(from === undefined || from.is_bot ? {} : { from: personOf(from) }),
    event,
  };
  return { kind: 'incoming', incoming: whole };
}

function personOf({ id, first_name, last_name, language_code: language }: TelegramUser): Person {
  return {
    ref: refOf(id),
    name: fullName(first_name, last_name),
    ...(language === undefined ? {} : { language }),
  };
}

function fullName(first: string, last: string | undefined): string {
  return last === undefined ? first : `${first} ${last}`.trim();
}

export function refOf(id: number): Ref {
  return `${CHANNEL}:${id}`;
}

function idOf(update: unknown): string {
  const parsed = updateSchema.pick({ update_id: true }).safeParse(update);
  return `${CHANNEL}:${parsed.success ? parsed.data.update_id : '?'}`;
}

function ignored(id: string, why: string): Decoded {
  return { kind: 'ignored', id, why };
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
