/**
 * Prints the chats and accounts that write to the bot, in the form that the settings want, until it is ended.
 * For BOARD_CHAT and ADMINS before the first start: `npm run show-chats`, then write anything in the group.
 */
import 'dotenv/config';
import { Telegram } from 'telegraf';
import { z } from 'zod';

const person = z.object({ id: z.number(), first_name: z.string() });
const update = z.object({
  update_id: z.number(),
  message: z
    .object({
      chat: z.object({ id: z.number(), type: z.string(), title: z.string().optional() }),
      from: person.optional(),
    })
    .optional(),
  my_chat_member: z
    .object({
      chat: z.object({ id: z.number(), type: z.string(), title: z.string().optional() }),
      from: person.optional(),
    })
    .optional(),
});

const token = process.env['TELEGRAM_BOT_TOKEN'];
if (!token) {
  console.error('TELEGRAM_BOT_TOKEN is missing: ask @BotFather for a bot and put its token into .env.');
  process.exit(1);
}
const telegram = new Telegram(token, {
  apiRoot: process.env['TELEGRAM_API_ROOT'] || 'https://api.telegram.org',
});
console.log('Write a message in the group (or to the bot) to see its id. Ctrl+C ends.');

// Nothing is confirmed: the bot finds the same updates at its start.
const seen = new Set<string>();
for (;;) {
  const updates = z.array(update).parse(await telegram.getUpdates(20, 100, 0, ['message', 'my_chat_member']));
  for (const { message, my_chat_member } of updates) {
    const found = message ?? my_chat_member;
    if (!found) continue;
    const line =
      found.chat.type === 'private'
        ? `ADMINS=telegram:${found.chat.id}   (${found.from?.first_name ?? ''})`
        : `BOARD_CHAT=telegram:${found.chat.id}   (${found.chat.title ?? ''})`;
    if (!seen.has(line)) console.log(line);
    seen.add(line);
  }
  await new Promise((resolve) => setTimeout(resolve, updates.length > 0 ? 2000 : 0));
}
