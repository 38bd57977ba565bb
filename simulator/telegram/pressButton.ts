import type { CallbackAnswer } from './createCallbackQueries.js';
import type { Press } from './createChatHandle.js';
import type { Context } from './context.js';
import { wireChat, type Chat, type Person, type StoredMessage } from './createWorld.js';
import type { WireCallbackQuery } from './wire.js';

/** Sends a callback query, as a press does. On a message that is gone the bot gets an inaccessible one. */
export function pressButton(
  context: Context,
  chat: Chat,
  person: Person,
  { data, stored }: { data: string; stored?: StoredMessage },
): Press {
  let answer: CallbackAnswer | undefined;
  const id = context.callbacks.open((given) => (answer = given));
  const query: WireCallbackQuery = {
    id,
    from: person.wire,
    chat_instance: String(chat.id * 7919),
    data,
  };
  if (stored?.deleted) {
    query.message = { message_id: stored.wire.message_id, chat: wireChat(chat), date: 0 };
  } else if (stored) {
    query.message = stored.wire;
  }
  context.queue.push({ callback_query: query }, chat.id);
  return { id, answer: () => answer };
}
