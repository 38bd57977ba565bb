/** The commands that Telegram's clients complete (https://core.telegram.org/bots/api#setmycommands). */
import type { Logger } from 'pino';
import { splitRef, type CommandMenu } from '../channel.js';
import type { Client } from './createClient.js';

/**
 * Sets each menu for its scope and language: citizens' commands in private chats, the board's and a unit's in their
 * own chat only. A menu that Telegram refuses is said and passed over: the commands work without it.
 */
export async function showCommands(
  client: Client,
  log: Pick<Logger, 'warn'>,
  menus: readonly CommandMenu[],
): Promise<void> {
  for (const { scope, chat, language, commands } of menus) {
    if (scope !== 'private' && chat === undefined) continue;
    const where =
      chat === undefined ? { type: 'all_private_chats' } : { type: 'chat', chat_id: splitRef(chat).id };
    try {
      await client.call('setMyCommands', {
        commands: commands.map(({ name, description }) => ({ command: name, description })),
        scope: where,
        ...(language === undefined ? {} : { language_code: language }),
      });
    } catch (error) {
      log.warn(
        { scope, error: error instanceof Error ? error.name : typeof error },
        'telegram-commands-not-set',
      );
    }
  }
}
