/**
 * The objects of the Telegram Bot API as far as the simulator gives and takes them
 * (https://core.telegram.org/bots/api#available-types). Field names are Telegram's own.
 */
export type WireUser = {
  id: number;
  is_bot: boolean;
  first_name: string;
  last_name?: string | undefined;
  username?: string | undefined;
  language_code?: string | undefined;
};

export type WireChat = {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  title?: string | undefined;
  first_name?: string | undefined;
  last_name?: string | undefined;
  username?: string | undefined;
  is_forum?: true | undefined;
};

export type WireEntity = {
  type: string;
  offset: number;
  length: number;
  url?: string | undefined;
  language?: string | undefined;
  custom_emoji_id?: string | undefined;
};

export type WireButton = { text: string; callback_data?: string | undefined; url?: string | undefined };
export type InlineKeyboard = { inline_keyboard: WireButton[][] };
export type KeyboardButton = {
  text: string;
  request_contact?: boolean | undefined;
  request_location?: boolean | undefined;
};

export type WireFile = {
  file_id: string;
  file_unique_id: string;
  file_size: number;
  width?: number | undefined;
  height?: number | undefined;
  duration?: number | undefined;
  file_name?: string | undefined;
  mime_type?: string | undefined;
};

export type WireMessage = {
  message_id: number;
  message_thread_id?: number | undefined;
  is_topic_message?: true | undefined;
  from?: WireUser | undefined;
  chat: WireChat;
  /** Seconds since 1970. */
  date: number;
  edit_date?: number | undefined;
  text?: string | undefined;
  entities?: WireEntity[] | undefined;
  caption?: string | undefined;
  caption_entities?: WireEntity[] | undefined;
  link_preview_options?: Record<string, unknown> | undefined;
  reply_to_message?: WireMessage | undefined;
  reply_markup?: InlineKeyboard | undefined;
  media_group_id?: string | undefined;
  photo?: WireFile[] | undefined;
  document?: WireFile | undefined;
  voice?: WireFile | undefined;
  video?: WireFile | undefined;
  audio?: WireFile | undefined;
  sticker?: (WireFile & { emoji: string; type: string }) | undefined;
  location?: { latitude: number; longitude: number } | undefined;
  contact?: { phone_number: string; first_name: string; user_id?: number | undefined } | undefined;
  forward_origin?: { type: 'user'; date: number; sender_user: WireUser } | undefined;
  new_chat_members?: WireUser[] | undefined;
  left_chat_member?: WireUser | undefined;
  new_chat_title?: string | undefined;
  migrate_to_chat_id?: number | undefined;
  migrate_from_chat_id?: number | undefined;
  forum_topic_created?: { name: string; icon_color: number } | undefined;
};

/** What Telegram gives in place of a message that was deleted (`date` is 0). */
export type InaccessibleMessage = { message_id: number; chat: WireChat; date: 0 };

export type MemberStatus = 'creator' | 'administrator' | 'member' | 'left' | 'kicked';
export type WireMember = { status: MemberStatus; user: WireUser; [right: string]: unknown };

export type WireMemberChange = {
  chat: WireChat;
  from: WireUser;
  date: number;
  old_chat_member: WireMember;
  new_chat_member: WireMember;
};

export type WireCallbackQuery = {
  id: string;
  from: WireUser;
  message?: WireMessage | InaccessibleMessage | undefined;
  chat_instance: string;
  data: string;
};

export type UpdateContent = {
  message?: WireMessage | undefined;
  edited_message?: WireMessage | undefined;
  callback_query?: WireCallbackQuery | undefined;
  my_chat_member?: WireMemberChange | undefined;
  chat_member?: WireMemberChange | undefined;
};
export type WireUpdate = UpdateContent & { update_id: number };

/** A file that came with a multipart request. */
export type Upload = { fileName: string; contentType: string; bytes: Buffer };
/** The parameters of one call: values as sent (text when multipart) and the files beside them. */
export type CallParams = { values: Record<string, unknown>; uploads: Map<string, Upload> };
