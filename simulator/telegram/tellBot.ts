import type { Context } from './context.js';
import type { Chat } from './createWorld.js';
import type { UpdateContent, WireMessage } from './wire.js';

/** Queues the update if the bot sees the message (https://core.telegram.org/bots/features#privacy-mode). */
export function tellBot(context: Context, chat: Chat, update: UpdateContent, message: WireMessage): void {
  if (chat.person || botSees(context, chat, message)) context.queue.push(update, chat.id);
}
function botSees(context: Context, chat: Chat, message: WireMessage): boolean {
  const { bot } = context.world;
  const status = chat.members.get(bot.id);
  if (status === 'administrator') return true;
  if (status !== 'member') return false;
  if (message.reply_to_message?.from?.id === bot.id) return true;
  const marks = message.entities ?? message.caption_entities ?? [];
  const text = message.text ?? message.caption ?? '';
  return marks
    .filter((mark) => mark.type === 'bot_command')
    .some((mark) => {
      const [, addressee] = text.slice(mark.offset, mark.offset + mark.length).split('@');
      return addressee === undefined
        ? mark.offset === 0
        : addressee.toLowerCase() === bot.username?.toLowerCase();
    });
}
