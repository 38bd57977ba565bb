/** The parts of an update that we read (https://core.telegram.org/bots/api#update); everything else is let go. */
import { z } from 'zod';

const user = z.object({
  id: z.int(),
  is_bot: z.boolean().default(false),
  first_name: z.string().default(''),
  last_name: z.string().optional(),
  language_code: z.string().optional(),
});

const chat = z.object({ id: z.int(), type: z.enum(['private', 'group', 'supergroup', 'channel']) });

const photoSize = z.object({
  file_id: z.string(),
  width: z.number().default(0),
  file_size: z.int().optional(),
});
const document = z.object({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.int().optional(),
});
const contact = z.object({
  phone_number: z.string(),
  first_name: z.string().default(''),
  last_name: z.string().optional(),
  user_id: z.int().optional(),
});

/** Kinds of content that the bot has no use for; what people send nevertheless gets a friendly answer. */
const UNSUPPORTED = [
  'animation',
  'sticker',
  'voice',
  'video_note',
  'video',
  'audio',
  'location',
  'venue',
  'poll',
  'dice',
  'game',
  'story',
  'paid_media',
  'checklist',
] as const;

const message = z.object({
  message_id: z.int(),
  date: z.int(),
  edit_date: z.int().optional(),
  from: user.optional(),
  chat,
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(photoSize).min(1).optional(),
  document: document.optional(),
  contact: contact.optional(),
  media_group_id: z.string().optional(),
  reply_to_message: z.object({ message_id: z.int() }).optional(),
  new_chat_members: z.array(user).optional(),
  left_chat_member: user.optional(),
  migrate_to_chat_id: z.int().optional(),
  ...Object.fromEntries(UNSUPPORTED.map((kind) => [kind, z.unknown().optional()])),
});

const callbackQuery = z.object({
  id: z.string(),
  from: user,
  message: z.object({ message_id: z.int(), chat }).optional(),
  data: z.string().optional(),
});

const memberUpdated = z.object({
  chat,
  from: user,
  date: z.int(),
  new_chat_member: z.object({ status: z.string(), user, is_member: z.boolean().optional() }),
});

export const updateSchema = z.object({
  update_id: z.int(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: callbackQuery.optional(),
  my_chat_member: memberUpdated.optional(),
  chat_member: memberUpdated.optional(),
});

/** What we ask Telegram for; `chat_member` comes only when it is named here. */
export const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'my_chat_member',
  'chat_member',
] as const;

export type Update = z.infer<typeof updateSchema>;
export type TelegramMessage = z.infer<typeof message>;
export type TelegramUser = z.infer<typeof user>;
export type TelegramChat = z.infer<typeof chat>;
export type MemberUpdated = z.infer<typeof memberUpdated>;

/** The kind of content that we have no use for, if it is one. */
export function unsupportedContent(given: TelegramMessage): string | undefined {
  const contents: Readonly<Record<string, unknown>> = given;
  return UNSUPPORTED.find((kind) => contents[kind] !== undefined);
}
