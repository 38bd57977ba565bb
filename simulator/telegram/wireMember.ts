import type { MemberStatus, WireMember, WireUser } from './wire.js';

/** A chat member as the API describes it (https://core.telegram.org/bots/api#chatmember). */
export function wireMember(user: WireUser, status: MemberStatus): WireMember {
  if (status === 'creator') return { status, user, is_anonymous: false };
  if (status === 'kicked') return { status, user, until_date: 0 };
  if (status !== 'administrator') return { status, user };
  return {
    status,
    user,
    can_be_edited: false,
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages: true,
    can_manage_video_chats: true,
    can_restrict_members: true,
    can_promote_members: false,
    can_change_info: true,
    can_invite_users: true,
    can_pin_messages: true,
  };
}
