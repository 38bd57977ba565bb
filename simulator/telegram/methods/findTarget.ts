import { ApiError, badRequest, forbidden } from '../apiError.js';
import type { Context } from '../context.js';
import type { Chat, StoredMessage } from '../createWorld.js';

/** The chat a call names. Throws 400 `chat not found`, or where a group moved to. */
export function findChat(context: Context, id: number | string): Chat {
  const chat = typeof id === 'number' ? context.world.findChat(id) : undefined;
  if (!chat) throw badRequest('chat not found');
  if (chat.migratedTo !== undefined) {
    throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: chat.migratedTo,
    });
  }
  return chat;
}

/** A chat the bot may write to. Throws 403 when it was blocked, removed, or never spoken to. */
export function findOpenChat(context: Context, id: number | string): Chat {
  const chat = findChat(context, id);
  if (chat.person?.deactivated) throw forbidden('user is deactivated');
  if (chat.blocked) throw forbidden('bot was blocked by the user');
  if (chat.person && !chat.started) throw forbidden("bot can't initiate conversation with a user");
  if (!chat.person) checkMembership(context, chat);
  return chat;
}

/** Throws 403 unless the bot is in the group. */
export function checkMembership(context: Context, chat: Chat): void {
  const status = chat.members.get(context.world.bot.id) ?? 'left';
  if (status === 'kicked') throw forbidden(`bot was kicked from the ${chat.type} chat`);
  if (status === 'left') throw forbidden(`bot is not a member of the ${chat.type} chat`);
}

/** A message that is still there, or undefined. */
export function findMessage(chat: Chat, messageId: number): StoredMessage | undefined {
  const stored = chat.messages.get(messageId);
  return stored?.deleted ? undefined : stored;
}
