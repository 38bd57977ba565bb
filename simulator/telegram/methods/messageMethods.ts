import { z } from 'zod';
import { badRequest } from '../apiError.js';
import { defineMethod, type Context, type Method } from '../context.js';
import type { StoredMessage } from '../createWorld.js';
import { formatText } from '../formatText.js';
import { bool, chatId, entities, int, json } from '../params.js';
import type { WireMessage } from '../wire.js';
import { findChat, findMessage } from './findTarget.js';
import { postAsBot, sendParams } from './postAsBot.js';

const ACTIONS = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
];

/** Sending and carrying over messages (https://core.telegram.org/bots/api#available-methods). */
export const messageMethods: Record<string, Method> = {
  sendMessage: defineMethod(
    z.object({
      ...sendParams,
      text: z.string(),
      parse_mode: z.string().optional(),
      entities,
      link_preview_options: json(z.looseObject({ is_disabled: z.boolean().optional() })).optional(),
      disable_web_page_preview: bool.optional(),
    }),
    (context, params) => {
      const formatted = parseText(params.text, params);
      const content: Partial<WireMessage> = { text: formatted.text };
      if (formatted.entities.length > 0) content.entities = formatted.entities;
      if (params.link_preview_options) content.link_preview_options = params.link_preview_options;
      else if (params.disable_web_page_preview) content.link_preview_options = { is_disabled: true };
      return postAsBot(context, params, content);
    },
  ),

  sendLocation: defineMethod(
    z.object({ ...sendParams, latitude: z.coerce.number(), longitude: z.coerce.number() }),
    (context, params) =>
      postAsBot(context, params, {
        location: { latitude: params.latitude, longitude: params.longitude },
      }),
  ),

  copyMessage: defineMethod(
    z.object({ ...sendParams, from_chat_id: chatId, message_id: int }),
    (context, params) => {
      const { wire } = findSource(context, params);
      return { message_id: postAsBot(context, params, contentOf(wire)).message_id };
    },
  ),

  forwardMessage: defineMethod(
    z.object({ ...sendParams, from_chat_id: chatId, message_id: int }),
    (context, params) => {
      const { wire } = findSource(context, params);
      const content = contentOf(wire);
      if (wire.from) content.forward_origin = { type: 'user', date: wire.date, sender_user: wire.from };
      return postAsBot(context, params, content);
    },
  ),

  sendChatAction: defineMethod(
    z.object({ chat_id: chatId, action: z.string(), message_thread_id: int.optional() }),
    (context, params) => {
      findChat(context, params.chat_id);
      if (!ACTIONS.includes(params.action)) throw badRequest('wrong parameter action in request');
      return true;
    },
  ),
};

/** Text of 1–4096 characters after parsing. */
export function parseText(
  text: string,
  how: { parse_mode?: string | undefined; entities?: WireMessage['entities'] },
): { text: string; entities: NonNullable<WireMessage['entities']> } {
  if (text === '') throw badRequest('message text is empty');
  const formatted = formatText(text, {
    parseMode: how.parse_mode,
    entities: how.entities,
    limit: 4096,
    tooLong: 'message is too long',
  });
  if (formatted.text === '') throw badRequest('text must be non-empty');
  return formatted;
}

function findSource(
  context: Context,
  params: { from_chat_id: number | string; message_id: number },
): StoredMessage {
  const source = findMessage(findChat(context, params.from_chat_id), params.message_id);
  if (!source) throw badRequest('message to copy not found');
  return source;
}

function contentOf(wire: WireMessage): Partial<WireMessage> {
  const { text, entities: marks, caption, caption_entities, photo, document, voice, video, audio } = wire;
  const content = { text, entities: marks, caption, caption_entities, photo, document, voice, video, audio };
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}
