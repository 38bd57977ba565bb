import type { Context } from './context.js';
import { wireChat, type Chat } from './createWorld.js';
import type { MemberStatus, WireMessage, WireUser } from './wire.js';
import { wireMember } from './wireMember.js';

/**
 * Changes somebody's place in a chat and tells the bot as Telegram does: `my_chat_member` when it is the bot
 * itself (in a private chat: blocked and unblocked), else `chat_member` if the bot is an administrator, and the
 * service message about who came or left.
 */
export function changeMember(
  context: Context,
  chat: Chat,
  change: { who: WireUser; by: WireUser; status: MemberStatus },
): void {
  const { world, queue } = context;
  const { who, by, status } = change;
  const isBot = who.id === world.bot.id;
  const before = chat.members.get(who.id) ?? (isBot && chat.person && !chat.blocked ? 'member' : 'left');
  if (before === status) return;
  chat.members.set(who.id, status);
  if (chat.person) chat.blocked = status === 'kicked';
  const news = {
    chat: wireChat(chat),
    from: by,
    date: world.nowSeconds(),
    old_chat_member: wireMember(who, before),
    new_chat_member: wireMember(who, status),
  };
  const botStatus = chat.members.get(world.bot.id);
  if (isBot) queue.push({ my_chat_member: news }, chat.id);
  else if (botStatus === 'administrator') queue.push({ chat_member: news }, chat.id);
  const content = chat.person ? undefined : serviceContent(who, before, status);
  if (!content) return;
  const stored = world.post(chat, by, content);
  const botIsIn = botStatus === 'administrator' || botStatus === 'member';
  if (botIsIn && by.id !== world.bot.id) queue.push({ message: stored.wire }, chat.id);
}

function serviceContent(
  who: WireUser,
  before: MemberStatus,
  status: MemberStatus,
): Partial<WireMessage> | undefined {
  const wasOut = before === 'left' || before === 'kicked';
  const isOut = status === 'left' || status === 'kicked';
  if (wasOut && !isOut) return { new_chat_members: [who] };
  if (!wasOut && isOut) return { left_chat_member: who };
  return undefined;
}
