import pc from 'picocolors';
import type { Clock } from '../../src/clock.js';
import type { Town } from '../../simulator/startTown.js';

const LONGEST = 12;
const WIDTH = 96;
const PAINTS = [pc.cyan, pc.green, pc.magenta, pc.blue, pc.yellow];

type Shown = { chat: string; who: string; note?: string; text: string; buttons: string[][] };

/**
 * Prints every message of every chat as it appears, a colour a chat: who speaks, the text (long ones cut), the
 * buttons; and what a press is told. `titles` names the Telegram groups; a private chat bears the name of its person.
 */
export function printChats(
  { telegram, zalo }: Pick<Town, 'telegram' | 'zalo'>,
  clock: Clock,
  titles: ReadonlyMap<number, string>,
  words: { bot: string; edited: string; more: string; toast: string },
): void {
  const paints = new Map<string, (text: string) => string>();
  const titleOf = (id: number): string => titles.get(id) ?? telegram.userById(id).name;

  const print = ({ chat, who, note, text, buttons }: Shown): void => {
    const paint = paints.get(chat) ?? PAINTS[paints.size % PAINTS.length] ?? pc.white;
    paints.set(chat, paint);
    const time = clock
      .now()
      .toLocaleString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });
    console.log(`\n${paint(`┌ ${chat}`)} ${pc.dim(time)} ${pc.bold(who)}${note ? pc.dim(` (${note})`) : ''}`);
    for (const line of folded(text, words.more)) console.log(`${paint('│')} ${line}`);
    for (const row of buttons)
      console.log(`${paint('│')} ${row.map((title) => pc.inverse(` ${title} `)).join(' ')}`);
  };

  for (const event of ['message', 'edited'] as const)
    telegram.on(event, (message) =>
      print({
        chat: titleOf(message.chatId),
        who: message.fromBot ? `🤖 ${words.bot}` : message.from.name,
        ...(event === 'edited' ? { note: words.edited } : {}),
        text: message.text,
        buttons: message.buttons.map((row) => row.map(({ text }) => text)),
      }),
    );
  telegram.on('call', ({ method, params }) => {
    const text = params['text'];
    if (method === 'answerCallbackQuery' && typeof text === 'string' && text !== '')
      console.log(`\n${pc.dim(`  ↳ ${words.toast}: ${text}`)}`);
  });
  zalo?.on('message', ({ userId, fromOa, text, buttons }) => {
    const { name } = zalo.userById(userId);
    print({
      chat: `${name} (Zalo)`,
      who: fromOa ? `🤖 ${words.bot}` : name,
      text,
      buttons: [buttons.map(({ title }) => title)],
    });
  });
}

/** Lines no wider than the terminal should be, and not too many of them. */
function folded(text: string, more: string): string[] {
  const lines = text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${WIDTH}}(?:\\s|$)|.{1,${WIDTH}}`, 'gu')) ?? ['']);
  return lines.length <= LONGEST
    ? lines
    : [...lines.slice(0, LONGEST - 1), pc.dim(`… ${lines.length - LONGEST + 1} ${more}`)];
}
