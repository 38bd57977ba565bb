import { z } from 'zod';
import { badRequest } from '../apiError.js';
import { changeMember } from '../changeMember.js';
import { defineMethod, type Context, type Method } from '../context.js';
import { wireChat, type Chat } from '../createWorld.js';
import { chatId, int } from '../params.js';
import { wireMember } from '../wireMember.js';
import type { MemberStatus, WireMember } from '../wire.js';
import { checkMembership, findChat } from './findTarget.js';

const ofChat = z.object({ chat_id: chatId });
const HERE: readonly MemberStatus[] = ['creator', 'administrator', 'member'];

const countMembers = defineMethod(ofChat, (context, params) => {
  const chat = findChat(context, params.chat_id);
  return chat.person ? 2 : members(context, findGroup(context, chat.id)).length;
});

/** What a bot may ask about a chat and its members. */
export const chatMethods: Record<string, Method> = {
  getChat: defineMethod(ofChat, (context, params) => {
    const chat = findChat(context, params.chat_id);
    if (!chat.person) checkMembership(context, chat);
    else if (!chat.started) throw badRequest('chat not found');
    return { ...wireChat(chat), accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: {} };
  }),

  getChatMember: defineMethod(z.object({ chat_id: chatId, user_id: int }), (context, params) => {
    const chat = findGroup(context, params.chat_id);
    const member = memberOf(context, chat, params.user_id);
    if (!member) throw badRequest('PARTICIPANT_ID_INVALID');
    return member;
  }),

  getChatAdministrators: defineMethod(ofChat, (context, params) => {
    const chat = findGroup(context, params.chat_id);
    return members(context, chat).filter(({ status }) => status === 'creator' || status === 'administrator');
  }),

  getChatMemberCount: countMembers,
  getChatMembersCount: countMembers, // the older name, which telegraf still uses

  leaveChat: defineMethod(ofChat, (context, params) => {
    const chat = findChat(context, params.chat_id);
    if (chat.person) throw badRequest("chat member status can't be changed in private chats");
    checkMembership(context, chat);
    changeMember(context, chat, { who: context.world.bot, by: context.world.bot, status: 'left' });
    return true;
  }),
};

function findGroup(context: Context, id: number | string): Chat {
  const chat = findChat(context, id);
  if (chat.person) throw badRequest('there are no administrators in the private chat');
  checkMembership(context, chat);
  return chat;
}

function members(context: Context, chat: Chat): WireMember[] {
  return [...chat.members]
    .filter(([, status]) => HERE.includes(status))
    .flatMap(([id]) => memberOf(context, chat, id) ?? []);
}

function memberOf(context: Context, chat: Chat, userId: number): WireMember | undefined {
  const user = context.world.findUser(userId);
  return user && wireMember(user, chat.members.get(userId) ?? 'left');
}
