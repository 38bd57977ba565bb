/** What is to be shown, as the outbox keeps it. */
import { splitRef, type Message } from '../channels/channel.js';
import type { Show } from '../bot/turn.js';
import { DomainError } from '../domain/errors.js';
import type { OutboxDocument, Rank } from '../store/outbox.js';
import type { Context } from './context.js';
import { laneOf } from './laneOf.js';
import { plainLength, splitText } from './splitText.js';

const RANKS: Readonly<Record<Show['priority'], Rank>> = { reply: 0, notice: 1, broadcast: 2 };

/**
 * The documents of one show: several when its text is too long for the channel, with the ids `id`, `id#2`, `id#3` …
 * Throws DomainError `unknown-channel`.
 */
export function documentsOf(show: Show, context: Context, batch?: string): OutboxDocument[] {
  const { channel: name } = splitRef(show.chat);
  const channel = context.channels.get(name);
  if (channel === undefined) throw new DomainError('unknown-channel', { channel: name });
  const now = context.clock.now();
  const isTimed = show.notBefore !== undefined && show.notBefore > now;
  const { maxText, maxCaption } = channel.capabilities;
  return messagesOf(show.message, maxText, maxCaption).map((message, index) => ({
    _id: index === 0 ? show.id : `${show.id}#${index + 1}`,
    lane: laneOf(show.chat, context.settings.lanes),
    state: isTimed ? 'timed' : 'waiting',
    rank: RANKS[show.priority],
    seq: context.nextSeq(),
    chat: show.chat,
    at: now,
    message,
    ...(show.slot === undefined ? {} : { slot: index === 0 ? show.slot : `${show.slot}#${index + 1}` }),
    ...(isTimed && show.notBefore ? { dueAt: show.notBefore } : {}),
    ...(show.notAfter === undefined ? {} : { notAfter: show.notAfter }),
    ...(batch === undefined ? {} : { batch }),
  }));
}

/** The message in parts that the channel can carry; what a person presses or replies to is the last of them. */
function messagesOf(message: Message, maxText: number, maxCaption: number): Message[] {
  const { attachment, buttons, expectsReply, text, ...rest } = message;
  const ending = {
    ...(buttons === undefined ? {} : { buttons }),
    ...(expectsReply === undefined ? {} : { expectsReply }),
  };
  if (attachment !== undefined && plainLength(text) <= maxCaption) return [message];
  const texts = splitText(text, maxText);
  if (attachment === undefined && texts.length === 1) return [message];
  const parts: Message[] = texts.map((part, index) => ({
    ...rest,
    text: part,
    ...(index === texts.length - 1 ? ending : {}),
  }));
  return attachment === undefined ? parts : [{ ...rest, text: '', attachment }, ...parts];
}
