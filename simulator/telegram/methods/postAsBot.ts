import { z } from 'zod';
import { badRequest } from '../apiError.js';
import type { Context } from '../context.js';
import type { Chat, StoredMessage } from '../createWorld.js';
import { bool, chatId, int, json } from '../params.js';
import { checkMarkup, replyMarkup, type ReplyMarkup } from '../parseMarkup.js';
import type { WireMessage } from '../wire.js';
import { findMessage, findOpenChat } from './findTarget.js';

/** The parameters every send shares. */
export const sendParams = {
  chat_id: chatId,
  message_thread_id: int.optional(),
  reply_parameters: json(
    z.object({
      message_id: int,
      chat_id: chatId.optional(),
      allow_sending_without_reply: bool.optional(),
    }),
  ).optional(),
  reply_to_message_id: int.optional(),
  allow_sending_without_reply: bool.optional(),
  reply_markup: replyMarkup,
  allow_paid_broadcast: bool.optional(),
};
export type SendParams = z.output<z.ZodObject<typeof sendParams>>;

/** Sends the bot's message after all checks: reach, topic, reply, markup, limits. Gives it as the API does. */
export function postAsBot(
  context: Context,
  params: SendParams,
  content: Partial<WireMessage> | ((chat: Chat) => Partial<WireMessage>),
): WireMessage {
  const chat = findOpenChat(context, params.chat_id);
  const markup = checkMarkup(params.reply_markup);
  const replied = findReplied(context, chat, params);
  const fields: Partial<WireMessage> = {
    ...(typeof content === 'function' ? content(chat) : content),
    ...threadOf(chat, params.message_thread_id ?? replied?.wire.message_thread_id),
  };
  if (replied) fields.reply_to_message = { ...replied.wire, reply_to_message: undefined };
  if (markup?.kind === 'inline') fields.reply_markup = markup.markup;
  context.limits.take(chat, params.allow_paid_broadcast ?? false);
  const stored = context.world.post(chat, context.world.bot, fields);
  if (markup) showKeyboard(chat, markup, stored);
  return stored.wire;
}

function findReplied(context: Context, chat: Chat, params: SendParams): StoredMessage | undefined {
  const { reply_parameters: reply } = params;
  const messageId = reply?.message_id ?? params.reply_to_message_id;
  if (messageId === undefined) return undefined;
  const there = reply?.chat_id === undefined ? chat : findOpenChat(context, reply.chat_id);
  const replied = findMessage(there, messageId);
  const optional = reply?.allow_sending_without_reply ?? params.allow_sending_without_reply ?? false;
  if (!replied && !optional) throw badRequest('message to be replied not found');
  return replied;
}

function threadOf(chat: Chat, threadId: number | undefined): Partial<WireMessage> {
  if (threadId === undefined) return {};
  if (!chat.isForum || !chat.topics.has(threadId)) throw badRequest('message thread not found');
  return { message_thread_id: threadId, is_topic_message: true };
}

function showKeyboard(chat: Chat, markup: ReplyMarkup, stored: StoredMessage): void {
  if (markup.kind === 'keyboard') chat.keyboard = { rows: markup.rows, oneTime: markup.oneTime };
  if (markup.kind === 'remove') delete chat.keyboard;
  if (markup.kind === 'force-reply') {
    const onlyUser = markup.selective ? stored.wire.reply_to_message?.from?.id : undefined;
    const messageId = stored.wire.message_id;
    chat.forceReply = onlyUser === undefined ? { messageId } : { messageId, onlyUser };
  }
}
