/**
 * A bare bot to measure by: telegraf's WizardScene with sessions in memory and the steps of the ask flow, as one would
 * write it from telegraf's own examples. Nothing is kept on disk; a restart forgets all. A process of its own.
 */
import http from 'node:http';
import { Markup, Scenes, session, Telegraf } from 'telegraf';
import { z } from 'zod';
import { createTexts } from '../../src/bot/texts.js';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { formatCode } from '../../src/domain/questionCode.js';

const LISTED = 12;
const MAX_CONNECTIONS = 40;
const PATH = '/webhooks/telegram';
const env = z
  .object({
    TELEGRAM_BOT_TOKEN: z.string(),
    TELEGRAM_API_ROOT: z.url(),
    TELEGRAM_WEBHOOK_SECRET: z.string(),
    PORT: z.coerce.number(),
  })
  .parse(process.env);

type Context = Scenes.WizardContext;
type Draft = Record<string, string>;
type Button = { title: string; data: string };

const texts = createTexts();
const say = (key: string, values: Record<string, string | number> = {}): string =>
  texts.render({ key, values }, 'vi');
const title = (key: string): string => texts.plain({ key }, 'vi');
const nav = (...names: string[]): Button[] =>
  names.map((name) => ({ title: title(`common:nav.${name}.label`), data: `_${name}` }));
const yesNo: Button[] = [
  { title: title('common:yes.label'), data: 'yes' },
  { title: title('common:no.label'), data: 'no' },
];
const places: Button[] = DEFAULT_PLACES.slice(0, LISTED).map(({ id, name }) => ({ title: name, data: id }));
const topics: Button[] = DEFAULT_TOPICS.slice(0, LISTED).map(({ id, name }) => ({
  title: name.vi,
  data: id,
}));

let questions = 0;
const limits = { least: 20, most: 3500, mostFiles: 10 };

/** A step: what is asked, under which name the answer is kept. */
const STEPS: { name: string; text: (draft: Draft) => string; buttons: Button[] }[] = [
  {
    name: 'intro',
    text: () => say('ask:intro'),
    buttons: [{ title: title('ask:go.label'), data: 'go' }, ...nav('cancel')],
  },
  { name: 'record', text: () => say('ask:consent.record'), buttons: [...yesNo, ...nav('back', 'cancel')] },
  {
    name: 'nameOnAir',
    text: () => say('ask:consent.nameOnAir'),
    buttons: [...yesNo, ...nav('back', 'cancel')],
  },
  {
    name: 'reminders',
    text: () => say('ask:consent.reminders'),
    buttons: [...yesNo, ...nav('back', 'cancel')],
  },
  {
    name: 'kind',
    text: () => say('ask:kind.question'),
    buttons: [
      ...['citizen', 'business', 'organisation'].map((kind) => ({
        title: title(`ask:kind.${kind}`),
        data: kind,
      })),
      ...nav('back', 'cancel'),
    ],
  },
  { name: 'name', text: () => say('ask:name.citizen'), buttons: nav('back', 'cancel') },
  {
    name: 'place',
    text: () => say('ask:place.question'),
    buttons: [...places, ...nav('next', 'back', 'cancel')],
  },
  {
    name: 'address',
    text: ({ place = '' }) => say('ask:address', { place }),
    buttons: nav('back', 'cancel'),
  },
  { name: 'email', text: () => say('ask:email'), buttons: nav('skip', 'back', 'cancel') },
  { name: 'phone', text: () => say('ask:phone'), buttons: nav('skip', 'back', 'cancel') },
  {
    name: 'topic',
    text: () => say('ask:topic.question'),
    buttons: [...topics, ...nav('next', 'back', 'cancel')],
  },
  {
    name: 'content',
    text: () => say('ask:content.question', limits),
    buttons: nav('done', 'back', 'cancel'),
  },
  {
    name: 'done',
    text: ({ content = '' }) => say('ask:content.received', { ...limits, length: content.length, files: 0 }),
    buttons: nav('done', 'back', 'cancel'),
  },
  {
    name: 'summary',
    text: (draft) => say('ask:summary.question', { lines: Object.values(draft).join('\n') }),
    buttons: [{ title: title('ask:summary.send.label'), data: 'send' }, ...nav('back', 'cancel')],
  },
];

const ask = async (ctx: Context, index: number): Promise<void> => {
  const step = STEPS[index];
  if (!step) return;
  const rows = step.buttons.map((button) => [Markup.button.callback(button.title, button.data)]);
  await ctx.reply(step.text(draftOf(ctx)), { parse_mode: 'HTML', ...Markup.inlineKeyboard(rows) });
};

/** The wizard's state is whatever was put there; only texts are. */
const draftOf = (ctx: Context): Draft => ctx.wizard.state as Draft;

const take = async (ctx: Context, index: number): Promise<void> => {
  const step = STEPS[index];
  const answer = ctx.callbackQuery && 'data' in ctx.callbackQuery ? ctx.callbackQuery.data : ctx.text;
  if (ctx.callbackQuery) await ctx.answerCbQuery();
  if (!step || answer === undefined) return;
  draftOf(ctx)[step.name] = answer;
  if (index + 1 < STEPS.length) {
    await ask(ctx, index + 1);
    ctx.wizard.next();
    return;
  }
  const code = formatCode(2026, ++questions);
  await ctx.reply(say('ask:sent', { code, due: '' }), { parse_mode: 'HTML' });
  await ctx.scene.leave();
};

const wizard = new Scenes.WizardScene<Context>(
  'ask',
  async (ctx) => {
    await ask(ctx, 0);
    ctx.wizard.next();
  },
  ...STEPS.map((_, index) => (ctx: Context) => take(ctx, index)),
);
const bot = new Telegraf<Context>(env.TELEGRAM_BOT_TOKEN, {
  telegram: { apiRoot: env.TELEGRAM_API_ROOT, webhookReply: false },
});
bot.telegram.options.agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
bot.use(session());
bot.use(new Scenes.Stage<Context>([wizard]).middleware());
bot.command('ask', (ctx) => ctx.scene.enter('ask'));

const webhook = bot.webhookCallback(PATH, { secretToken: env.TELEGRAM_WEBHOOK_SECRET });
http
  .createServer((request, response) => void webhook(request, response))
  .listen(env.PORT, '127.0.0.1', () => {
    void bot.telegram
      .setWebhook(`http://127.0.0.1:${env.PORT}${PATH}`, {
        secret_token: env.TELEGRAM_WEBHOOK_SECRET,
        max_connections: MAX_CONNECTIONS,
      })
      .then(() => console.log(JSON.stringify({ level: 30, msg: 'started' })));
  });
process.on('SIGTERM', () => process.exit(0));
