import { z } from 'zod';
import { badRequest } from '../apiError.js';
import { commandKey, type BotCommand } from '../commandsFor.js';
import { defineMethod, type Context, type Method } from '../context.js';
import { chatId, int, json } from '../params.js';
import { findChat } from './findTarget.js';

const scope = json(
  z.discriminatedUnion('type', [
    z.object({
      type: z.enum(['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators']),
    }),
    z.object({ type: z.enum(['chat', 'chat_administrators']), chat_id: chatId }),
    z.object({ type: z.literal('chat_member'), chat_id: chatId, user_id: int }),
  ]),
).optional();
const language = z.string().optional();
const where = { scope, language_code: language };
type Where = { scope?: z.output<typeof scope>; language_code?: string | undefined };
const commandList = json(z.array(z.object({ command: z.string(), description: z.string() })));

/** What the bot tells about itself: commands per scope and language, descriptions, menu button. */
export const profileMethods: Record<string, Method> = {
  getMe: (context) => ({
    ...context.world.bot,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  }),

  setMyCommands: defineMethod(z.object({ commands: commandList, ...where }), (context, params) => {
    if (params.commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
    const commands = params.commands.map(checkCommand);
    context.profile.set(keyOf(context, params), commands);
    return true;
  }),
  getMyCommands: defineMethod(
    z.object(where),
    (context, params) => context.profile.get(keyOf(context, params)) ?? [],
  ),
  deleteMyCommands: defineMethod(z.object(where), (context, params) => {
    context.profile.delete(keyOf(context, params));
    return true;
  }),

  ...textSetting('MyDescription', 'description', 512),
  ...textSetting('MyShortDescription', 'short_description', 120),
  ...textSetting('MyName', 'name', 64),

  setChatMenuButton: defineMethod(
    z.object({
      chat_id: chatId.optional(),
      menu_button: json(z.looseObject({ type: z.enum(['commands', 'web_app', 'default']) })).optional(),
    }),
    (context, params) => {
      if (params.chat_id !== undefined) findChat(context, params.chat_id);
      context.profile.set(`menu ${params.chat_id ?? ''}`, params.menu_button ?? { type: 'default' });
      return true;
    },
  ),
  getChatMenuButton: defineMethod(
    z.object({ chat_id: chatId.optional() }),
    (context, params) => context.profile.get(`menu ${params.chat_id ?? ''}`) ?? { type: 'default' },
  ),
};

function checkCommand({ command, description }: BotCommand): BotCommand {
  const name = command.replace(/^\//, '');
  if (!/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length < 1 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command: name, description };
}

function keyOf(context: Context, params: Where): string {
  checkLanguage(params.language_code);
  const given = params.scope ?? { type: 'default' };
  if ('chat_id' in given) findChat(context, given.chat_id);
  return commandKey(given, params.language_code ?? '');
}

function checkLanguage(code: string | undefined): void {
  if (code && !/^[a-z]{2}$/.test(code)) throw badRequest('invalid language code specified');
}

function textSetting(name: string, field: string, longest: number): Record<string, Method> {
  const schema = z.object({ language_code: language, [field]: z.string().optional() });
  return {
    [`set${name}`]: defineMethod(schema, (context, params) => {
      const text = z.string().default('').parse(params[field]);
      checkLanguage(z.string().optional().parse(params['language_code']));
      if (text.length > longest) throw badRequest(`${field} is too long`);
      context.profile.set(`${field} ${String(params['language_code'] ?? '')}`, text);
      return true;
    }),
    [`get${name}`]: defineMethod(schema, (context, params) => ({
      [field]:
        context.profile.get(`${field} ${String(params['language_code'] ?? '')}`) ??
        context.profile.get(`${field} `) ??
        '',
    })),
  };
}
