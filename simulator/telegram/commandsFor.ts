import type { Context } from './context.js';
import type { Chat } from './createWorld.js';
import type { WireUser } from './wire.js';

export type BotCommand = { command: string; description: string };
type Scope = { type: string; chat_id?: number | string; user_id?: number };

/** Under which key the commands of a scope and language are kept. */
export function commandKey({ type, chat_id, user_id }: Scope, language: string): string {
  return `commands ${type} ${chat_id ?? ''} ${user_id ?? ''} ${language}`;
}

/**
 * The commands a person sees in a chat: the narrowest scope that has some, in the person's language before the
 * general one (https://core.telegram.org/bots/api#determining-list-of-commands).
 */
export function commandsFor(context: Context, chat: Chat, user: WireUser): BotCommand[] {
  for (const scope of scopesFor(chat, user)) {
    for (const language of [user.language_code?.slice(0, 2) ?? '', '']) {
      const commands = context.profile.get(commandKey(scope, language));
      // Only setMyCommands writes under these keys, and it checks what it writes.
      if (commands) return commands as BotCommand[];
    }
  }
  return [];
}

function scopesFor(chat: Chat, user: WireUser): Scope[] {
  const chat_id = chat.id;
  if (chat.person) return [{ type: 'chat', chat_id }, { type: 'all_private_chats' }, { type: 'default' }];
  const status = chat.members.get(user.id);
  const isAdministrator = status === 'creator' || status === 'administrator';
  return [
    { type: 'chat_member', chat_id, user_id: user.id },
    ...(isAdministrator ? [{ type: 'chat_administrators', chat_id }] : []),
    { type: 'chat', chat_id },
    ...(isAdministrator ? [{ type: 'all_chat_administrators' }] : []),
    { type: 'all_group_chats' },
    { type: 'default' },
  ];
}
