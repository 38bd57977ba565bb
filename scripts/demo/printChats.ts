import pc from 'picocolors';
import type { Clock } from '../../src/clock.js';
import type { ShownMessage } from '../../simulator/telegram/showMessage.js';
import type { TelegramSimulator } from '../../simulator/telegram/startTelegramSimulator.js';

const LONGEST = 12;
const WIDTH = 96;
const PAINTS = [pc.cyan, pc.green, pc.magenta, pc.blue, pc.yellow];

/** What appeared in a chat, kept for who wants to draw it. */
export type Line = { chat: string; at: Date; message: ShownMessage };

/**
 * Prints every message of every chat as it appears, a colour a chat: who speaks, the text (long ones cut), the
 * buttons. `titles` names the groups; a private chat bears the name of its person. `words` are those of the page.
 */
export function printChats(
  telegram: TelegramSimulator,
  clock: Clock,
  titles: ReadonlyMap<number, string>,
  words: { bot: string; edited: string; more: string },
): { lines: Line[] } {
  const paints = new Map<string, (text: string) => string>();
  const lines: Line[] = [];

  const print = (message: ShownMessage, edited: boolean): void => {
    const chat = titles.get(message.chatId) ?? telegram.userById(message.chatId).name;
    const paint = paints.get(chat) ?? PAINTS[paints.size % PAINTS.length] ?? pc.white;
    paints.set(chat, paint);
    lines.push({ chat, at: clock.now(), message });
    const time = clock.now().toLocaleString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });
    const who = message.fromBot ? `🤖 ${words.bot}` : message.from.name;
    console.log(`\n${paint(`┌ ${chat}`)} ${pc.dim(time)} ${pc.bold(who)}${edited ? pc.dim(` (${words.edited})`) : ''}`);
    for (const line of folded(message.text, words.more)) console.log(`${paint('│')} ${line}`);
    for (const row of message.buttons) console.log(`${paint('│')} ${row.map(({ text }) => pc.inverse(` ${text} `)).join(' ')}`);
  };
  telegram.on('message', (message) => print(message, false));
  telegram.on('edited', (message) => print(message, true));
  return { lines };
}

/** Lines no wider than the terminal should be, and not too many of them. */
function folded(text: string, more: string): string[] {
  const lines = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${WIDTH}}(?:\\s|$)|.{1,${WIDTH}}`, 'gu')) ?? ['']);
  return lines.length <= LONGEST ? lines : [...lines.slice(0, LONGEST - 1), pc.dim(`… ${lines.length - LONGEST + 1} ${more}`)];
}
