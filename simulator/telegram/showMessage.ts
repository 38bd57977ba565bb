import type { StoredMessage } from './createWorld.js';
import type { WireButton, WireEntity, WireFile } from './wire.js';

/** A message as a person sees it in the chat. Plain data, so that it can go to another process or a page. */
export type ShownMessage = {
  messageId: number;
  chatId: number;
  at: Date;
  fromBot: boolean;
  from: { id: number; name: string };
  /** The text, or the caption of a photo or document, without markup; '' when there is none. */
  text: string;
  entities: WireEntity[];
  /** The inline keyboard, row by row. */
  buttons: WireButton[][];
  edited: boolean;
  replyTo?: number;
  threadId?: number;
  mediaGroupId?: string;
  /** A photo (its largest size) or any other file of the message. */
  photo?: WireFile;
  document?: WireFile;
  /** What the message is when it is neither text, photo nor document, such as 'sticker' or 'new_chat_members'. */
  other?: string;
};

const OTHER_KINDS = [
  'sticker',
  'voice',
  'video',
  'audio',
  'location',
  'contact',
  'new_chat_members',
  'left_chat_member',
  'new_chat_title',
  'migrate_to_chat_id',
  'migrate_from_chat_id',
  'forum_topic_created',
] as const;

/** What a stored message looks like now. */
export function showMessage(stored: StoredMessage): ShownMessage {
  const { wire } = stored;
  const from = wire.from;
  const name = from ? [from.first_name, from.last_name].filter(Boolean).join(' ') : '';
  const shown: ShownMessage = {
    messageId: wire.message_id,
    chatId: wire.chat.id,
    at: new Date(wire.date * 1000),
    fromBot: stored.byBot,
    from: { id: from?.id ?? 0, name },
    text: wire.text ?? wire.caption ?? '',
    entities: wire.entities ?? wire.caption_entities ?? [],
    buttons: wire.reply_markup?.inline_keyboard ?? [],
    edited: stored.edited,
  };
  if (wire.reply_to_message) shown.replyTo = wire.reply_to_message.message_id;
  if (wire.message_thread_id !== undefined) shown.threadId = wire.message_thread_id;
  if (wire.media_group_id !== undefined) shown.mediaGroupId = wire.media_group_id;
  const photo = wire.photo?.at(-1);
  if (photo) shown.photo = photo;
  if (wire.document) shown.document = wire.document;
  const other = OTHER_KINDS.find((kind) => wire[kind] !== undefined);
  if (other) shown.other = other;
  return shown;
}
