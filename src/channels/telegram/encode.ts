/** What is to be sent, as a call of the Bot API (https://core.telegram.org/bots/api#available-methods). */
import { splitRef, type Button, type Message, type Outgoing } from '../channel.js';
import { CHANNEL } from './decode.js';
import { plainText } from './plainText.js';

const MAX_TOAST = 200;

export type Call = { method: string; payload: Record<string, unknown> };
export type EncodeSettings = { paidBroadcast: boolean };

/** The call for a message, or why there can be none. */
export function encode(outgoing: Outgoing, settings: EncodeSettings): Call | { refused: string } {
  switch (outgoing.kind) {
    case 'send':
      return encodeSend(splitRef(outgoing.chat).id, outgoing.message, settings);
    case 'edit':
      return encodeEdit(splitRef(outgoing.chat).id, outgoing.messageId, outgoing.message);
    case 'toast':
      return {
        method: 'answerCallbackQuery',
        payload: {
          callback_query_id: outgoing.pressId,
          ...(outgoing.text === undefined ? {} : { text: cut(outgoing.text) }),
          ...(outgoing.alert ? { show_alert: true } : {}),
        },
      };
  }
}

/** The same without markup, for a text whose markup Telegram could not read. */
export function withoutMarkup({ method, payload }: Call): Call {
  const { parse_mode: _, ...rest } = payload;
  const plain = (value: unknown): unknown => (typeof value === 'string' ? plainText(value) : value);
  return {
    method,
    payload: {
      ...rest,
      ...('text' in rest ? { text: plain(rest['text']) } : {}),
      ...('caption' in rest ? { caption: plain(rest['caption']) } : {}),
    },
  };
}

function encodeSend(
  chatId: string,
  message: Message,
  { paidBroadcast }: EncodeSettings,
): Call | { refused: string } {
  const { attachment, text } = message;
  const replyParameters = message.replyTo && {
    message_id: Number(message.replyTo),
    allow_sending_without_reply: true,
  };
  const common = {
    chat_id: chatId,
    parse_mode: 'HTML',
    ...markupOf(message),
    ...(message.silent ? { disable_notification: true } : {}),
    ...(paidBroadcast ? { allow_paid_broadcast: true } : {}),
    ...(replyParameters ? { reply_parameters: replyParameters } : {}),
  };
  if (attachment === undefined) {
    if (text.trim() === '') return { refused: 'empty' };
    return {
      method: 'sendMessage',
      payload: { ...common, text, link_preview_options: { is_disabled: true } },
    };
  }
  const caption = text === '' ? {} : { caption: text };
  if (attachment.kind === 'file') {
    const { bytes, name: filename } = attachment;
    // telegraf turns only some fields of a multipart call into JSON and drops this one when it is an object.
    const inForm = replyParameters ? { reply_parameters: JSON.stringify(replyParameters) } : {};
    return {
      method: 'sendDocument',
      payload: { ...common, ...inForm, ...caption, document: { source: Buffer.from(bytes), filename } },
    };
  }
  if (attachment.channel !== CHANNEL) return { refused: 'foreign-file' };
  return attachment.kind === 'photo'
    ? { method: 'sendPhoto', payload: { ...common, ...caption, photo: attachment.fileRef } }
    : { method: 'sendDocument', payload: { ...common, ...caption, document: attachment.fileRef } };
}

/** Without buttons, those of the message are taken away: Telegram drops a keyboard that is not given again. */
function encodeEdit(chatId: string, messageId: string, message: Message): Call | { refused: string } {
  if (message.text.trim() === '') return { refused: 'empty' };
  return {
    method: 'editMessageText',
    payload: {
      chat_id: chatId,
      message_id: Number(messageId),
      text: message.text,
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      ...(message.buttons?.length ? markupOf(message) : {}),
    },
  };
}

/** Telegram takes either buttons or the wish for a reply; a message that has both shows its buttons. */
function markupOf(message: Message): { reply_markup?: object } {
  if (message.buttons?.length) {
    return { reply_markup: { inline_keyboard: message.buttons.map((row) => row.map(buttonOf)) } };
  }
  return message.expectsReply ? { reply_markup: { force_reply: true, selective: true } } : {};
}

function buttonOf({ title, data }: Button): { text: string; callback_data: string } {
  return { text: title, callback_data: data };
}

function cut(text: string): string {
  return text.length <= MAX_TOAST ? text : `${text.slice(0, MAX_TOAST - 1)}…`;
}
