import type { Clock } from '../../src/clock.js';
import type { Events } from './createEvents.js';
import { showMessage } from './showMessage.js';
import type { InlineKeyboard, KeyboardButton, MemberStatus, WireMessage, WireUser } from './wire.js';

export type StoredMessage = {
  /** The message as it is now; replaced by a new object at every change. */
  wire: WireMessage;
  byBot: boolean;
  edited: boolean;
  deleted: boolean;
  /** Every inline keyboard the message ever had, newest last: people press what their screen still shows. */
  keyboards: InlineKeyboard[];
};

export type Person = { wire: WireUser; deactivated: boolean };

export type Chat = {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  title: string;
  /** Private chats: whose it is. */
  person?: Person;
  /** Private chats: the user wrote to the bot at least once. */
  started: boolean;
  /** Private chats: the user blocked the bot. */
  blocked: boolean;
  isForum: boolean;
  topics: Map<number, string>;
  members: Map<number, MemberStatus>;
  messages: Map<number, StoredMessage>;
  lastMessageId: number;
  migratedTo?: number;
  migratedFrom?: Chat;
  keyboard?: { rows: KeyboardButton[][]; oneTime: boolean };
  forceReply?: { messageId: number; onlyUser?: number };
};

export type NewUser = {
  id?: number;
  firstName?: string;
  lastName?: string;
  username?: string;
  languageCode?: string;
  /** They wrote to the bot before the story begins, so that it may write to them. */
  started?: boolean;
};
export type World = ReturnType<typeof createWorld>;

/**
 * Who and what there is on the simulated Telegram: people, chats, messages. It knows no rules of the API.
 * Ids are counted, so that every run has the same: users from 100001, basic groups from -400001 down,
 * supergroups from -1001000000001 down. Message ids count from 1 in *each* chat: harsher than Telegram's
 * private chats, so that code which takes a message id for unique is found out.
 */
export function createWorld(options: { clock: Clock; events: Events; bot: WireUser; keepMessages: number }) {
  const { clock, events, bot, keepMessages } = options;
  const people = new Map<number, Person>();
  const chats = new Map<number, Chat>();
  const last = { user: 100_000, group: -400_000, supergroup: -1_001_000_000_000 };

  const nowSeconds = (): number => Math.floor(clock.now().getTime() / 1000);

  const privateChat = (person: Person): Chat => {
    const known = chats.get(person.wire.id);
    if (known) return known;
    const chat = { ...emptyChat(person.wire.id, 'private', person.wire.first_name), person };
    chats.set(chat.id, chat);
    return chat;
  };

  return {
    bot,
    people,
    chats,
    nowSeconds,
    privateChat,
    newUserId: (): number => ++last.user,

    addPerson({ id = ++last.user, firstName, lastName, username, languageCode, started }: NewUser): Person {
      if (people.has(id)) throw new Error(`there is a user ${id} already`);
      const wire: WireUser = { id, is_bot: false, first_name: firstName ?? `User ${id}` };
      if (lastName !== undefined) wire.last_name = lastName;
      if (username !== undefined) wire.username = username;
      if (languageCode !== undefined) wire.language_code = languageCode;
      const person = { wire, deactivated: false };
      people.set(id, person);
      if (started) privateChat(person).started = true;
      return person;
    },

    addGroup(type: 'group' | 'supergroup', title: string, id?: number): Chat {
      const chat = emptyChat(id ?? --last[type], type, title);
      chats.set(chat.id, chat);
      return chat;
    },

    /** A chat by its id; a person's private chat exists as soon as the person does. */
    findChat(id: number): Chat | undefined {
      const person = people.get(id);
      return chats.get(id) ?? (person && privateChat(person));
    },

    findUser: (id: number): WireUser | undefined => (id === bot.id ? bot : people.get(id)?.wire),

    /** Puts a message into a chat. */
    post(chat: Chat, from: WireUser, content: Partial<WireMessage>): StoredMessage {
      const wire: WireMessage = {
        message_id: ++chat.lastMessageId,
        from,
        chat: wireChat(chat),
        date: nowSeconds(),
        ...content,
      };
      const stored: StoredMessage = {
        wire,
        byBot: from.id === bot.id,
        edited: false,
        deleted: false,
        keyboards: wire.reply_markup ? [wire.reply_markup] : [],
      };
      chat.messages.set(wire.message_id, stored);
      if (chat.messages.size > keepMessages) forgetOldest(chat);
      events.emit('message', () => showMessage(stored));
      return stored;
    },

    /** Changes a message in place; an edit of the text counts as an edit, one of the buttons alone does not. */
    change(stored: StoredMessage, fields: Partial<WireMessage>): void {
      stored.wire = { ...stored.wire, ...fields };
      stored.edited ||= 'text' in fields || 'caption' in fields;
      if (fields.reply_markup) stored.keyboards.push(fields.reply_markup);
      events.emit('edited', () => showMessage(stored));
    },

    remove(stored: StoredMessage): void {
      stored.deleted = true;
      events.emit('deleted', () => showMessage(stored));
    },
  };
}

/** The chat object of the API. */
export function wireChat(chat: Chat): WireMessage['chat'] {
  if (!chat.person) {
    const { id, type, title } = chat;
    return chat.isForum ? { id, type, title, is_forum: true } : { id, type, title };
  }
  const { id, first_name, last_name, username } = chat.person.wire;
  return { id, type: 'private', first_name, last_name, username };
}

function emptyChat(id: number, type: Chat['type'], title: string): Chat {
  return {
    id,
    type,
    title,
    started: false,
    blocked: false,
    isForum: false,
    topics: new Map(),
    members: new Map(),
    messages: new Map(),
    lastMessageId: 0,
  };
}

function forgetOldest(chat: Chat): void {
  const [oldest] = chat.messages.keys();
  if (oldest !== undefined) chat.messages.delete(oldest);
}
