/** What the bot answers to one update: the contract between what people see (bot) and the worker (delivery). */
import type { Incoming, Message, Ref } from '../channels/channel.js';
import type { FlowState } from '../conversation/flow.js';

/** The one document of a chat: its language and who is in the middle of what. Kept by the worker. */
export type Chat = {
  ref: Ref;
  kind: 'private' | 'group';
  language?: 'vi' | 'en';
  /** Unfinished conversations: by account in a group, by the chat's own ref in private. */
  flows: Record<Ref, FlowState>;
  /** What the numbers of the numbered list mean that was shown last: the data of its buttons (numbered.ts). */
  numbered?: string[];
};

/** Something to be shown. `slot` names a message that is edited in place whenever the same slot is shown again. */
export type Show = {
  chat: Ref;
  message: Message;
  slot?: string;
  priority: 'reply' | 'notice' | 'broadcast';
  /** Unique and derived from the cause, so that a repeat shows nothing twice. */
  id: string;
  notBefore?: Date;
  /** A late one is dropped, never sent (reminders). */
  notAfter?: Date;
};

export type Toast = { pressId: string; text: string; alert?: boolean };

/** The answer to one update. `chat` is the chat's document as it is to be kept. */
export type Turn = { chat: Chat; show: Show[]; toast?: Toast };

/**
 * Answers one update. May call use cases (each idempotent by the update's id); a repeat with the same chat gives
 * the same turn. Throws only for the unexpected: then it is tried again, and set aside in the end.
 */
export type Respond = (incoming: Incoming, chat: Chat) => Promise<Turn>;
