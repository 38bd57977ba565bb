import type { CallbackAnswer } from './createCallbackQueries.js';
import type { Context } from './context.js';
import type { Chat, Person, StoredMessage } from './createWorld.js';
import { findEntities } from './findEntities.js';
import { findButton, type ButtonMatcher } from './findButton.js';
import { pressButton } from './pressButton.js';
import { sendFromPerson } from './sendFromPerson.js';
import { tellBot } from './tellBot.js';
import { showMessage, type ShownMessage } from './showMessage.js';
import { waitForBot } from './waitForBot.js';
import type { KeyboardButton, WireFile, WireMessage } from './wire.js';

const LONGEST_TEXT = 4096;

export type SayOptions = { replyTo?: number; threadId?: number };
export type FileOptions = SayOptions & {
  bytes?: Buffer;
  /** States a size without the bytes, to try a limit. */
  size?: number;
  fileName?: string;
  mimeType?: string;
  caption?: string;
  /** Files with the same one are shown as one album. */
  mediaGroupId?: string;
};
/** A press, and what the bot said to it (undefined until it did). */
export type Press = { id: string; answer: () => CallbackAnswer | undefined };
export type ChatHandle = ReturnType<typeof createChatHandle>;

/**
 * One person in one chat: does what their phone can do and sees what it shows. Everything takes effect at once;
 * the bot hears of it through its updates. Methods that make no sense (a button that was never there) throw.
 */
export function createChatHandle(context: Context, findChat: () => Chat, person: Person) {
  const send = (content: Partial<WireMessage>, options: SayOptions = {}): ShownMessage =>
    showMessage(sendFromPerson(context, findChat(), person, content, options));

  const file = (
    kind: 'photos' | 'documents' | 'voice' | 'stickers',
    options: FileOptions,
    details: Partial<WireFile>,
  ) =>
    context.files.add({
      kind,
      bytes: options.bytes ?? Buffer.alloc(0),
      ...(options.size === undefined ? {} : { size: options.size }),
      details,
    }).wire;

  const sendFile = (content: Partial<WireMessage>, options: FileOptions): ShownMessage => {
    const { caption, mediaGroupId } = options;
    if (caption !== undefined) Object.assign(content, { caption, caption_entities: findEntities(caption) });
    if (mediaGroupId !== undefined) content.media_group_id = mediaGroupId;
    return send(content, options);
  };

  const messages = (): ShownMessage[] => visible(findChat()).map(showMessage);

  return {
    get chatId(): number {
      return findChat().id;
    },
    userId: person.wire.id,

    /** Writes a text; over 4096 characters it goes as several messages, as the apps send it. Gives the last. */
    says(text: string, options: SayOptions = {}): ShownMessage {
      if (text.trim() === '') throw new Error('the apps do not send an empty text; use sim.inject');
      let sent: ShownMessage | undefined;
      for (let at = 0; at < text.length; at += LONGEST_TEXT) {
        const part = text.slice(at, at + LONGEST_TEXT);
        const marks = findEntities(part);
        sent = send(marks.length > 0 ? { text: part, entities: marks } : { text: part }, options);
      }
      if (!sent) throw new Error('nothing was sent');
      return sent;
    },
    /** Answers a message with “reply”. */
    repliesTo(messageId: number, text: string): ShownMessage {
      return this.says(text, { replyTo: messageId });
    },

    /**
     * Presses a button: the newest message that has it, or the given message with any keyboard it ever had.
     * A button of a reply keyboard sends its text. A string matches a button's text whole, else a part of it.
     */
    presses(button: ButtonMatcher, messageId?: number): Press {
      const chat = findChat();
      const found = findButton(chat, button, messageId);
      if (found.kind === 'key') return pressKey(found.key);
      if (found.data === undefined) throw new Error(`“${found.text}” opens a link; nothing comes to the bot`);
      return pressButton(context, chat, person, { data: found.data, stored: found.stored });
    },
    /** Sends callback data no button need have, on a given message or on the bot's newest. */
    forges(data: string, { messageId }: { messageId?: number } = {}): Press {
      const chat = findChat();
      const stored =
        messageId === undefined
          ? visible(chat).findLast((message) => message.byBot)
          : chat.messages.get(messageId);
      return pressButton(context, chat, person, stored ? { data, stored } : { data });
    },

    sendsPhoto(options: FileOptions = {}): ShownMessage {
      const sizes = [
        { width: 90, height: 67 },
        { width: 1280, height: 960 },
      ];
      const largest = file('photos', options, sizes[1] ?? {});
      const small = file(
        'photos',
        { bytes: (options.bytes ?? Buffer.alloc(0)).subarray(0, 1024) },
        sizes[0] ?? {},
      );
      return sendFile({ photo: [small, largest] }, options);
    },
    sendsDocument(options: FileOptions = {}): ShownMessage {
      const details = {
        file_name: options.fileName ?? 'document.pdf',
        mime_type: options.mimeType ?? 'application/pdf',
      };
      return sendFile({ document: file('documents', options, details) }, options);
    },
    sendsSticker(emoji = '👍', options: SayOptions = {}): ShownMessage {
      const sticker = file('stickers', {}, { width: 512, height: 512 });
      return send({ sticker: { ...sticker, emoji, type: 'regular' } }, options);
    },
    sendsVoice({ seconds = 3, ...options }: FileOptions & { seconds?: number } = {}): ShownMessage {
      const details = { duration: seconds, mime_type: 'audio/ogg' };
      return sendFile({ voice: file('voice', options, details) }, options);
    },
    sendsLocation(latitude = 10.012, longitude = 105.081, options: SayOptions = {}): ShownMessage {
      return send({ location: { latitude, longitude } }, options);
    },
    /** Shares a contact: their own, or (with `ofUserId` another's or none) somebody else's. */
    sendsContact(contact: {
      phoneNumber: string;
      firstName?: string;
      ofUserId?: number | null;
    }): ShownMessage {
      const { phoneNumber, firstName = person.wire.first_name, ofUserId = person.wire.id } = contact;
      const shared = { phone_number: phoneNumber, first_name: firstName };
      return send({ contact: ofUserId === null ? shared : { ...shared, user_id: ofUserId } });
    },

    /** Edits an own message; the bot gets `edited_message`. */
    edits(messageId: number, text: string): ShownMessage {
      const chat = findChat();
      const stored = chat.messages.get(messageId);
      if (!stored || stored.deleted || stored.wire.from?.id !== person.wire.id) {
        throw new Error(`message ${messageId} is not one they can edit`);
      }
      const marks = findEntities(text);
      const field = stored.wire.text === undefined ? 'caption' : 'text';
      const edited = { [field]: text, [field === 'text' ? 'entities' : 'caption_entities']: marks };
      context.world.change(stored, { ...edited, edit_date: context.world.nowSeconds() });
      tellBot(context, chat, { edited_message: stored.wire }, stored.wire);
      return showMessage(stored);
    },
    /** Deletes a message from the chat; Telegram tells the bot nothing. */
    deletes(messageId: number): void {
      const stored = findChat().messages.get(messageId);
      if (stored) context.world.remove(stored);
    },

    /** What the chat shows now, oldest first, edits applied; deleted messages are gone. */
    messages,
    /** The bot's newest message; throws when there is none. */
    last(): ShownMessage {
      const newest = messages().findLast((message) => message.fromBot);
      if (!newest) throw new Error('the bot has not written in this chat');
      return newest;
    },
    /** The reply keyboard below the chat, as texts; empty when none is shown. */
    keyboard: (): string[][] =>
      (findChat().keyboard?.rows ?? []).map((row) => row.map((button) => button.text)),
    /**
     * Waits (real time, 10 s unless told) until the bot's newest message satisfies `matches`, and gives it.
     * Rejects with what the chat shows instead.
     */
    until: (matches: RegExp | ((message: ShownMessage) => boolean), timeoutMs = 10_000) =>
      waitForBot(context.events, messages, matches, timeoutMs),
  };

  function pressKey(key: KeyboardButton): Press {
    const chat = findChat();
    if (chat.keyboard?.oneTime) delete chat.keyboard;
    if (key.request_contact) {
      const contact = { phone_number: '+84912345678', first_name: person.wire.first_name };
      send({ contact: { ...contact, user_id: person.wire.id } });
    } else if (key.request_location) {
      send({ location: { latitude: 10.012, longitude: 105.081 } });
    } else {
      send({ text: key.text });
    }
    return { id: '', answer: () => undefined };
  }
}

/** What a chat shows, with what it showed before it became a supergroup. */
export function visible(chat: Chat): StoredMessage[] {
  const before = chat.migratedFrom ? visible(chat.migratedFrom) : [];
  return [...before, ...[...chat.messages.values()].filter((message) => !message.deleted)];
}
