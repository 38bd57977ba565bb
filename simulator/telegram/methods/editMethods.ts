import { z } from 'zod';
import { badRequest } from '../apiError.js';
import { defineMethod, type Context, type Method } from '../context.js';
import type { Chat, StoredMessage } from '../createWorld.js';
import { chatId, entities, int, json } from '../params.js';
import { checkInlineMarkup, replyMarkup } from '../parseMarkup.js';
import type { WireMessage } from '../wire.js';
import { findMessage, findOpenChat } from './findTarget.js';
import { parseCaption } from './mediaMethods.js';
import { parseText } from './messageMethods.js';

const target = { chat_id: chatId, message_id: int };
const EDIT_LIMIT_S = 48 * 3600;

/** Changing and deleting messages (https://core.telegram.org/bots/api#updating-messages). */
export const editMethods: Record<string, Method> = {
  editMessageText: defineMethod(
    z.object({
      ...target,
      text: z.string(),
      parse_mode: z.string().optional(),
      entities,
      reply_markup: replyMarkup,
    }),
    (context, params) => {
      const formatted = parseText(params.text, params);
      return edit(context, params, (wire) => {
        if (wire.text === undefined) throw badRequest('there is no text in the message to edit');
        return {
          text: formatted.text,
          entities: formatted.entities.length > 0 ? formatted.entities : undefined,
        };
      });
    },
  ),

  editMessageCaption: defineMethod(
    z.object({
      ...target,
      caption: z.string().optional(),
      parse_mode: z.string().optional(),
      caption_entities: entities,
      reply_markup: replyMarkup,
    }),
    (context, params) => {
      const caption = { caption: undefined, caption_entities: undefined, ...parseCaption(params) };
      return edit(context, params, (wire) => {
        if (!wire.photo && !wire.document && !wire.video && !wire.audio && !wire.voice) {
          throw badRequest('there is no caption in the message to edit');
        }
        return caption;
      });
    },
  ),

  editMessageReplyMarkup: defineMethod(
    z.object({ ...target, reply_markup: replyMarkup }),
    (context, params) => edit(context, params, () => ({})),
  ),

  deleteMessage: defineMethod(z.object(target), (context, params) => {
    const chat = findOpenChat(context, params.chat_id);
    const stored = findMessage(chat, params.message_id);
    if (!stored) throw badRequest('message to delete not found');
    remove(context, chat, stored);
    return true;
  }),

  deleteMessages: defineMethod(
    z.object({ chat_id: chatId, message_ids: json(z.array(int).min(1).max(100)) }),
    (context, params) => {
      const chat = findOpenChat(context, params.chat_id);
      for (const id of params.message_ids) {
        const stored = findMessage(chat, id);
        if (stored) remove(context, chat, stored);
      }
      return true;
    },
  ),
};

function edit(
  context: Context,
  params: {
    chat_id: number | string;
    message_id: number;
    reply_markup?: z.output<typeof replyMarkup>;
  },
  content: (wire: WireMessage) => Partial<WireMessage>,
): WireMessage {
  const chat = findOpenChat(context, params.chat_id);
  const stored = findMessage(chat, params.message_id);
  if (!stored) throw badRequest('message to edit not found');
  if (!stored.byBot) throw badRequest("message can't be edited");
  const fields = { ...content(stored.wire), reply_markup: checkInlineMarkup(params.reply_markup) };
  if (sameContent(stored.wire, { ...stored.wire, ...fields })) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same ' +
        'as a current content and reply markup of the message',
    );
  }
  context.limits.take(chat, false);
  context.world.change(stored, { ...fields, edit_date: context.world.nowSeconds() });
  return stored.wire;
}

function sameContent(a: WireMessage, b: WireMessage): boolean {
  const shown = (wire: WireMessage): string =>
    JSON.stringify([
      wire.text,
      wire.entities,
      wire.caption,
      wire.caption_entities,
      wire.reply_markup?.inline_keyboard,
    ]);
  return shown(a) === shown(b);
}

function remove(context: Context, chat: Chat, stored: StoredMessage): void {
  const isAdministrator = ['administrator', 'creator'].includes(
    chat.members.get(context.world.bot.id) ?? 'left',
  );
  const isOld = stored.wire.date < context.world.nowSeconds() - EDIT_LIMIT_S;
  const mayDelete = isAdministrator || (!isOld && (stored.byBot || chat.type === 'private'));
  if (!mayDelete) throw badRequest("message can't be deleted for everyone");
  context.world.remove(stored);
}
