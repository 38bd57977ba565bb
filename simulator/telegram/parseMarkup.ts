import { z } from 'zod';
import { badRequest } from './apiError.js';
import { bool, json } from './params.js';
import type { InlineKeyboard, KeyboardButton, WireButton } from './wire.js';

/** What a message may carry under or instead of the keyboard (https://core.telegram.org/bots/api#sendmessage). */
export type ReplyMarkup =
  | { kind: 'inline'; markup: InlineKeyboard }
  | { kind: 'keyboard'; rows: KeyboardButton[][]; oneTime: boolean }
  | { kind: 'remove' }
  | { kind: 'force-reply'; selective: boolean };

const inlineButton = z.looseObject({
  text: z.string(),
  callback_data: z.string().optional(),
  url: z.string().optional(),
});
const keyButton = z.union([
  z.string().transform((text) => ({ text })),
  z.object({
    text: z.string(),
    request_contact: z.boolean().optional(),
    request_location: z.boolean().optional(),
  }),
]);

const markup = z.object({
  inline_keyboard: z.array(z.array(inlineButton)).optional(),
  keyboard: z.array(z.array(keyButton)).optional(),
  one_time_keyboard: bool.optional(),
  remove_keyboard: bool.optional(),
  force_reply: bool.optional(),
  selective: bool.optional(),
});

/** The `reply_markup` parameter of any call. */
export const replyMarkup = json(markup).optional();

/**
 * Checks a parsed `reply_markup`; undefined when there is none (also an inline keyboard without buttons).
 * Throws the API's 400: `BUTTON_DATA_INVALID` for callback data that is not 1–64 bytes, and the like.
 */
export function checkMarkup(given: z.output<typeof replyMarkup>): ReplyMarkup | undefined {
  if (!given) return undefined;
  if (given.inline_keyboard) {
    const rows = given.inline_keyboard.filter((row) => row.length > 0);
    if (rows.flat().length > 100) throw badRequest('reply markup is too long');
    const keyboard = rows.map((row) => row.map(checkButton));
    return rows.length > 0 ? { kind: 'inline', markup: { inline_keyboard: keyboard } } : undefined;
  }
  if (given.keyboard) {
    const rows = given.keyboard.filter((row) => row.length > 0);
    if (rows.flat().some((button) => button.text === '')) {
      throw badRequest('keyboard button text must be non-empty');
    }
    return { kind: 'keyboard', rows, oneTime: given.one_time_keyboard ?? false };
  }
  if (given.remove_keyboard) return { kind: 'remove' };
  if (given.force_reply) return { kind: 'force-reply', selective: given.selective ?? false };
  throw badRequest('object expected as reply markup');
}

/** The same where only an inline keyboard is allowed (every edit). */
export function checkInlineMarkup(given: z.output<typeof replyMarkup>): InlineKeyboard | undefined {
  const checked = checkMarkup(given);
  if (checked && checked.kind !== 'inline') throw badRequest('inline keyboard expected');
  return checked?.markup;
}

function checkButton(button: z.output<typeof inlineButton>): WireButton {
  if (button.text.trim() === '') throw badRequest('inline keyboard button text must be non-empty');
  const { callback_data: data, url } = button;
  if (data !== undefined) {
    const bytes = Buffer.byteLength(data);
    if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
  } else if (url !== undefined) {
    if (!/^(https?|tg):\/\/[^\s/]+\.?[^\s]*$/.test(url)) {
      throw badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
    }
  } else if (!['web_app', 'login_url', 'switch_inline_query', 'copy_text'].some((key) => key in button)) {
    throw badRequest('text buttons are unallowed in the inline keyboard');
  }
  const { text } = button;
  return data === undefined ? { text, url } : { text, callback_data: data };
}
