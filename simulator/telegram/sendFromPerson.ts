import { changeMember } from './changeMember.js';
import type { Context } from './context.js';
import type { Chat, Person, StoredMessage } from './createWorld.js';
import { tellBot } from './tellBot.js';
import type { WireMessage } from './wire.js';

/**
 * Puts a person's message into a chat and tells the bot if it may see it. Writing to the bot in private starts
 * the chat, and unblocks it, as the apps do. Throws when they are not in the group.
 */
export function sendFromPerson(
  context: Context,
  chat: Chat,
  person: Person,
  content: Partial<WireMessage>,
  options: { replyTo?: number; threadId?: number } = {},
): StoredMessage {
  if (chat.person) {
    if (chat.blocked)
      changeMember(context, chat, { who: context.world.bot, by: person.wire, status: 'member' });
    chat.started = true;
  } else if (['left', 'kicked'].includes(chat.members.get(person.wire.id) ?? 'left')) {
    throw new Error(`${person.wire.first_name} is not in the group ${chat.title}`);
  }
  const replyTo = options.replyTo ?? takeForceReply(chat, person);
  const replied = replyTo === undefined ? undefined : chat.messages.get(replyTo);
  if (options.replyTo !== undefined && !replied) throw new Error(`no message ${options.replyTo} to reply to`);
  const threadId = options.threadId ?? replied?.wire.message_thread_id;
  const stored = context.world.post(chat, person.wire, {
    ...content,
    ...(replied ? { reply_to_message: { ...replied.wire, reply_to_message: undefined } } : {}),
    ...(threadId === undefined ? {} : { message_thread_id: threadId, is_topic_message: true as const }),
  });
  tellBot(context, chat, { message: stored.wire }, stored.wire);
  return stored;
}

/** After force_reply the app answers the bot's message by itself. */
function takeForceReply(chat: Chat, person: Person): number | undefined {
  const forced = chat.forceReply;
  if (!forced || (forced.onlyUser !== undefined && forced.onlyUser !== person.wire.id)) return undefined;
  delete chat.forceReply;
  return forced.messageId;
}
