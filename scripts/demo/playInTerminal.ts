/**
 * The main job in the terminal: askers on simulated Telegram and Zalo, the board, a unit and a subscriber, through the
 * real bot on its embedded store. `--lang en` tells it in English. Ends by itself with the state of the ledger.
 */
import pc from 'picocolors';
import { createTexts } from '../../src/bot/texts.js';
import { createJumpingClock } from '../../src/clock.js';
import type { Lang } from '../../src/services/services.js';
import { startTown } from '../../simulator/startTown.js';
import type { ChatHandle } from '../../simulator/telegram/createChatHandle.js';
import { printChats } from './printChats.js';

/** A Tuesday morning in the week of a first Saturday. */
const START = new Date('2026-12-01T01:30:00Z');
const HOUR_MS = 3_600_000;

const lang: Lang = process.argv.includes('en') ? 'en' : 'vi';
const texts = createTexts();
/** Words of the locales: of the demo itself, or of the bot, whose buttons are pressed by what stands on them. */
const words = (key: string): string => texts.plain({ key }, lang);

const clock = createJumpingClock(START);
const town = await startTown({ clock, hears: 'webhook', zalo: {} });
const { telegram, admin, an, binh } = town;
const person = (key: string) => telegram.user({ firstName: words(key), languageCode: lang });
const lan = person('demo:who.asker');
const hung = person('demo:who.subscriber');
const head = person('demo:who.head');
const unit = telegram.group({ title: words('demo:who.unit'), members: [admin], creator: head });

printChats(
  town,
  clock,
  new Map([
    [town.board.id, words('demo:who.board')],
    [unit.id, words('demo:who.unit')],
  ]),
  {
    bot: words('demo:word.bot'),
    edited: words('demo:word.edited'),
    more: words('demo:word.more'),
    toast: words('demo:word.toast'),
  },
);

await act('demo:act.prepare');
for (const member of [an, binh, admin]) await says(member.private(), '/start');
if (lang === 'en') for (const one of [lan, hung, an, binh, admin]) await says(one.private(), '/language en');
if (lang === 'en') await says(town.board.as(admin), '/language en');
await says(unit.as(admin), '/bind so-xay-dung');
if (lang === 'en') await says(unit.as(admin), '/language en');
await says(unit.as(admin), `/head "${words('demo:who.headName')}" "${words('demo:who.headTitle')}"`);
await says(hung.private(), '/subscribe');
await presses(hung.private(), words('common:nav.done.label'));
await presses(hung.private(), words('common:yes.label'));

await act('demo:act.ask');
const phone = lan.private();
await says(phone, '/ask');
await presses(phone, words('ask:go.label'));
for (const consent of ['yes', 'yes', 'no']) await presses(phone, words(`common:${consent}.label`));
await presses(phone, words('ask:kind.citizen'));
for (const answer of ['name', 'place', 'address']) await says(phone, words(`demo:say.${answer}`));
await presses(phone, words('common:nav.skip.label'));
await says(phone, '0912 345 678');
await says(phone, words('demo:say.topic'));
await says(phone, words('demo:say.question'));
await presses(phone, words('common:nav.done.label'));
await presses(phone, words('ask:summary.send.label'));
const code = /KG-\d{4}-\d{6}/.exec(phone.last().text)?.[0] ?? '';

await act('demo:act.zalo');
const mai = town.zalo?.user({ name: words('demo:who.zalo') });
mai?.follows();
await town.settled();
if (lang === 'en') await writes('/language en');
await writes(
  '/ask',
  '1',
  '1',
  '2',
  '2',
  '1',
  words('demo:say.zaloName'),
  words('demo:say.zaloPlace'),
  '1',
  words('demo:say.zaloAddress'),
);
await writes(
  words('common:nav.skip.label'),
  words('common:nav.skip.label'),
  words('demo:say.zaloTopic'),
  words('demo:say.zaloQuestion'),
);
await writes(words('common:nav.done.label'), words('ask:summary.send.label'));

await act('demo:act.decide');
const card = town.board.messages().find(({ text }) => text.startsWith(code))?.messageId;
for (const member of [an, binh]) town.board.as(member).presses(words('cards:button.approve'), card);
await town.settled();
town.board.as(an).presses(words('cards:button.route'), card);
await town.settled();
await presses(town.board.as(an), words('demo:who.unitPick'));

await act('demo:act.answer');
clock.advanceTo(new Date(clock.now().getTime() + 26 * HOUR_MS));
await presses(unit.as(head), words('cards:button.answer'));
const prompt = unit.as(head).last();
unit.as(head).repliesTo(prompt.messageId, words('demo:say.answer'));
await town.settled();
await presses(unit.as(head), words('common:nav.done.label'));
await presses(unit.as(head), words('demo:who.headName'));
await presses(unit.as(head), words('unit:answer.send'));
await presses(town.board.as(binh), words('cards:button.acceptAnswer'));

await act('demo:act.remind');
await says(town.board.as(an), `/choose ${code} 2026-12-1`);
for (const moment of ['2026-12-04T11:31:00Z', '2026-12-05T11:01:00Z', '2026-12-05T12:01:00Z'])
  await passes(new Date(moment));
await says(town.board.as(admin), '/episode link 2026-12-1 https://example.org/so-1');

await act('demo:act.ledger');
await says(town.board.as(an), '/stats');
await says(town.board.as(an), `/question ${code}`);
await says(phone, `/status ${code}`);
await writes('/myquestions');
await town.close();

async function act(key: string): Promise<void> {
  await town.settled();
  console.log(`\n${pc.bold(pc.yellow(`▌ ${words(key)}`))}`);
}

async function says(chat: ChatHandle, text: string): Promise<void> {
  chat.says(text);
  await town.settled();
}

/** What Mai writes on Zalo, where a number or the words of a button do as well as a press. */
async function writes(...texts: string[]): Promise<void> {
  for (const text of texts) {
    mai?.says(text);
    await town.settled();
  }
}

/** Presses the newest button with these words on it. */
async function presses(chat: ChatHandle, label: string): Promise<void> {
  chat.presses(label);
  await town.settled();
}

/** Lets time pass until `at`, as the half-minute ticks would see it. */
async function passes(at: Date): Promise<void> {
  clock.advanceTo(at);
  await town.app.tick();
  await town.settled();
}
