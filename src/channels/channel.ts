/**
 * The port through which every platform is met. A channel verifies, decodes, acknowledges and sends; it knows no
 * flow and no question (design, "The way of one message"). What a platform cannot do is said by its capabilities.
 */

import type { Attachment } from '../domain/question.js';

/** A chat or an account on a channel, written `channel:id`, such as `telegram:-1001234`. */
export type Ref = string;

/**
 * Text with a little markup, the same for all channels: `<b>`, `<i>`, `<code>`, and `&lt; &gt; &amp; &quot;` for
 * the characters themselves. A channel without markup strips it. What a person typed is always escaped.
 */
export type Markup = string;

// ── In ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One thing that happened on a platform, decoded and channel-neutral. `id` makes it happen once. */
export type Incoming = {
  id: string; // `channel:updateId`, the key of the inbox
  channel: string;
  chat: Ref;
  chatKind: 'private' | 'group';
  order: number; // grows with the platform's own order of this chat
  at: Date; // when the person did it, by the platform
  from?: Person;
  event: IncomingEvent;
};

export type Person = { ref: Ref; name: string; language?: string };

export type IncomingEvent =
  | { kind: 'text'; messageId: string; text: string; replyTo?: string }
  | { kind: 'command'; messageId: string; name: string; args: string; replyTo?: string }
  | {
      kind: 'attachment';
      messageId: string;
      attachment: Attachment;
      caption?: string;
      replyTo?: string;
      album?: string;
    }
  | { kind: 'press'; pressId: string; messageId?: string; data: string }
  | { kind: 'unsupported'; messageId: string; what: string } // sticker, voice, location, …
  | { kind: 'edited'; messageId: string; text?: string }
  | { kind: 'contact'; messageId: string; name?: string; phone?: string } // details that the person chose to share
  | { kind: 'member'; person: Person; present: boolean; admin: boolean } // somebody came to or left a group
  | { kind: 'reachable'; reachable: boolean } // the bot was blocked/unblocked, removed from/added to a group
  | { kind: 'moved'; to: Ref }; // the chat has a new id

/** What `decode` makes of an authenticated update: something to work on, or nothing for us (counted by `why`). */
export type Decoded = { kind: 'incoming'; incoming: Incoming } | { kind: 'ignored'; id: string; why: string };

/**
 * Stores decoded updates; resolves when they are on disk, so that the channel may acknowledge. Rejects when the
 * store does not answer in time: the channel must then let the platform send again (promise 2).
 */
export type Accept = (updates: readonly Decoded[]) => Promise<void>;

// ── Out ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `data` holds an id and an action, never personal data; at most 64 bytes. */
export type Button = { title: string; data: string };

export type Message = {
  text: Markup;
  buttons?: Button[][];
  /** Ask the platform to open a reply to this message, for chats where the bot hears only replies to itself. */
  expectsReply?: boolean;
  replyTo?: string;
  attachment?: Attachment | { kind: 'file'; name: string; mime: string; bytes: Uint8Array };
  /** Tell nobody's telephone to ring. */
  silent?: boolean;
  /** Offer the platform's own way of sharing name and phone, where there is one; plain words for its card. */
  asksContact?: { title: string; hint: string };
  /** What to send instead where the platform takes no free message now (Zalo outside its window). */
  template?: Template;
};

/** A text that was registered with the platform, by our name for it. `promotional`: not sent at night where that is barred. */
export type Template = { name: string; values: Readonly<Record<string, string>>; promotional?: boolean };

export type Outgoing =
  | { kind: 'send'; chat: Ref; message: Message }
  | { kind: 'edit'; chat: Ref; messageId: string; message: Message }
  | { kind: 'toast'; chat: Ref; pressId: string; text?: string; alert?: boolean }; // plain text, no markup

export type Sent =
  | { kind: 'sent'; messageId?: string } // also when there was nothing to change
  /**
   * A limit, a time-out, a platform's fault. `until` says that time alone does not help: the person has to write
   * first ('contact': a window has closed, a quota is spent), or somebody has to mend the account ('repair').
   */
  | { kind: 'later'; afterMs?: number; why: string; until?: 'contact' | 'repair' }
  | { kind: 'unreachable'; why: string } // blocked, deactivated, unknown: leave it alone
  | { kind: 'moved'; to: Ref } // send again there
  | { kind: 'gone'; why: string } // the message to edit or the press to answer is no more
  | { kind: 'refused'; why: string }; // our mistake: no use in trying again

/** What a platform can do; the engine fits what it says to it. Lengths in UTF-16 code units after markup. */
export type Capabilities = {
  maxText: number;
  maxCaption: number;
  maxButtons: number;
  maxButtonTitle: number;
  /** Has a way of its own to share name and phone (`Message.asksContact`). */
  asksContact?: boolean;
  edits: boolean;
  toasts: boolean;
  groups: boolean;
};

/** How fast a platform lets us send. */
export type SendLimits = {
  perSecond: number;
  perChatPerSecond: number;
  chatBurst: number;
  perGroupPerMinute: number;
};

/** A slash command as the client of the platform shows it. */
export type CommandHint = { name: string; description: string };
export type CommandMenu = {
  scope: 'private' | 'board' | 'unit';
  chat?: Ref;
  language?: string;
  commands: CommandHint[];
};

export type Channel = {
  name: string;
  capabilities: Capabilities;
  limits: SendLimits;
  /** What kind of chat this is, as the platform's ids tell; for the limits of groups. */
  kindOf(chat: Ref): 'private' | 'group';
  /** Starts listening (webhook or polling) and hands on what it hears. Resolves when the platform was told. */
  listen(accept: Accept): Promise<void>;
  /** Stops listening; what was heard but not accepted stays with the platform. */
  quiet(): Promise<void>;
  /** Delivers one message. Never throws for what the platform answers; a network fault is `later`. */
  send(outgoing: Outgoing): Promise<Sent>;
  /** The bytes of an attachment that came over this channel; throws DomainError `file-gone` or `file-too-large`. */
  download(attachment: Attachment, maxBytes: number): Promise<Uint8Array>;
  /** Is this account in this group now? `undefined`: the platform did not answer. */
  isMember(chat: Ref, account: Ref): Promise<{ present: boolean; admin: boolean } | undefined>;
  /** Shows the commands with help in the client (C6). */
  showCommands(menus: readonly CommandMenu[]): Promise<void>;
  /** Webhooks that the HTTP server must mount, with the raw body. */
  webhooks(): readonly Webhook[];
};

export type Webhook = {
  path: string;
  /** Headers in lower case; answers the status to send. Stores before it answers 200. */
  receive(request: {
    headers: Readonly<Record<string, string | undefined>>;
    body: Buffer;
  }): Promise<{ status: number }>;
};

/** Splits `telegram:-1001234` at the first colon. */
export function splitRef(ref: Ref): { channel: string; id: string } {
  const at = ref.indexOf(':');
  return { channel: ref.slice(0, at), id: ref.slice(at + 1) };
}
