import type { Chat, StoredMessage } from './createWorld.js';
import type { KeyboardButton, WireButton } from './wire.js';

/** A button by its text (whole, else a part of it), a pattern of its text, or any test. */
export type ButtonMatcher = string | RegExp | ((button: WireButton) => boolean);
export type FoundButton =
  | { kind: 'inline'; text: string; data: string | undefined; stored: StoredMessage }
  | { kind: 'key'; key: KeyboardButton };

/**
 * The button a person means: on the given message (any keyboard it ever had, newest first, even if the message
 * is gone), else on the newest message that shows it, else on the reply keyboard. Throws an error that lists
 * the buttons there are.
 */
export function findButton(chat: Chat, matcher: ButtonMatcher, messageId?: number): FoundButton {
  if (messageId !== undefined) {
    const stored = chat.messages.get(messageId);
    for (const keyboard of stored?.keyboards.toReversed() ?? []) {
      const button = pick(keyboard.inline_keyboard.flat(), matcher);
      if (stored && button) return inline(button, stored);
    }
    throw notFound(matcher, stored?.keyboards.flatMap((keyboard) => keyboard.inline_keyboard.flat()) ?? []);
  }
  const shown = [...chat.messages.values()].filter((message) => !message.deleted);
  const seen: WireButton[] = [];
  for (const stored of shown.toReversed()) {
    const buttons = stored.wire.reply_markup?.inline_keyboard.flat() ?? [];
    const button = pick(buttons, matcher);
    if (button) return inline(button, stored);
    seen.push(...buttons);
  }
  const keys = chat.keyboard?.rows.flat() ?? [];
  const key = pick(keys, matcher);
  if (key) return { kind: 'key', key };
  throw notFound(matcher, [...seen, ...keys]);
}

function pick<B extends { text: string }>(buttons: B[], matcher: ButtonMatcher): B | undefined {
  if (matcher instanceof RegExp) return buttons.find((button) => matcher.test(button.text));
  if (typeof matcher === 'function') return buttons.find((button) => matcher(button));
  return (
    buttons.find((button) => button.text === matcher) ??
    buttons.find((button) => button.text.includes(matcher))
  );
}

function inline(button: WireButton, stored: StoredMessage): FoundButton {
  return { kind: 'inline', text: button.text, data: button.callback_data, stored };
}

function notFound(matcher: ButtonMatcher, buttons: { text: string }[]): Error {
  const there = buttons.map((button) => `“${button.text}”`).join(', ') || 'none';
  return new Error(`no button ${String(matcher)}; there are: ${there}`);
}
