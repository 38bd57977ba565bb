import { createJumpingClock, type MovableClock } from '../../src/clock.js';
import { createTexts } from '../../src/bot/texts.js';
import type { Lang } from '../../src/services/services.js';
import { startTown, type Town } from '../startTown.js';
import type { ChatHandle } from '../telegram/createChatHandle.js';
import type { PageChat, Platform, PlatformChats, PlatformEvents } from './pageTypes.js';
import { startZaloSimulator, type ZaloSimulator } from '../zalo/startZaloSimulator.js';
import { telegramChats } from './telegramChats.js';
import { zaloChats } from './zaloChats.js';

/** A Tuesday morning in the week of a first Saturday. */
const START = new Date('2026-12-01T01:30:00Z');

/** The menu of the Zalo account (docs/zalo.md, “Going live”). */
const MENU = ['ask', 'myquestions', 'schedule', 'subscribe', 'help'] as const;

/** People on the page read faster than the platforms' limits let a bot speak; 429 is a switch of its own. */
const PACE = {
  SEND_PER_SECOND: '30',
  SEND_PER_CHAT_PER_SECOND: '10',
  SEND_PER_GROUP_PER_MINUTE: '600',
  MESSAGES_PER_MINUTE: '240',
  QUESTIONS_PER_DAY: '50',
};
const LIMITS = { perChatPerSecond: 20, perChatBurst: 40, perGroupPerMinute: 1_000 };

export type Stage = {
  town: Town;
  clock: MovableClock;
  platforms: PlatformChats[];
  chats: PageChat[];
  /** The platform that a chat is on; throws for a chat there is not. */
  of: (chat: string) => PlatformChats;
  /** Who plays which part of the tour. */
  cast: {
    asker: Partial<Record<Platform, string>>;
    board: string;
    unit: string;
    an: string;
    binh: string;
    head: string;
  };
  /** Switches everybody's app, and with it the bot, to a language. */
  setLanguage: (lang: Lang) => Promise<void>;
  close: () => Promise<void>;
};

/** The whole bot on the embedded store with people to play, ready for a question. `events` hears the platforms. */
export async function startStage(lang: Lang, events: PlatformEvents): Promise<Stage> {
  const texts = createTexts();
  const words = (key: string): string => texts.plain({ key }, lang);
  const clock = createJumpingClock(START);
  const zalo = await startZaloSimulator({ clock });
  const town = await startTown({
    clock,
    hears: 'webhook',
    settings: { ...PACE, ...zaloSettings(zalo) },
    telegram: { limits: LIMITS },
  });
  if (!(await zalo.setWebhook(`http://127.0.0.1:${town.app.port()}/zalo/webhook`)))
    throw new Error('the bot did not take the webhook of Zalo');
  const { telegram, admin, an, binh, board } = town;
  const person = (key: string) => telegram.user({ firstName: words(key), languageCode: lang });
  const lan = person('demo:who.asker');
  const hung = person('demo:who.subscriber');
  const head = person('demo:who.head');
  const mai = zalo.user({ name: words('page:who.mai') });
  const tuan = zalo.user({ name: words('page:who.tuan') });
  const unit = telegram.group({ title: words('demo:who.unit'), members: [admin], creator: head });

  const member = { user: an, role: 'member' } as const;
  const platforms: PlatformChats[] = [
    telegramChats(
      telegram,
      {
        people: [
          { user: lan, role: 'citizen' },
          { user: hung, role: 'citizen' },
          member,
          { user: binh, role: 'member' },
          { user: admin, role: 'admin' },
          { user: head, role: 'unitHead' },
        ],
        groups: [
          {
            group: board,
            pane: 'board',
            members: [member, { user: binh, role: 'member' }, { user: admin, role: 'admin' }],
          },
          {
            group: unit,
            pane: 'unit',
            members: [
              { user: head, role: 'unitHead' },
              { user: admin, role: 'admin' },
            ],
          },
        ],
      },
      events,
    ),
    zaloChats(
      zalo,
      [mai, tuan],
      (now) =>
        MENU.map((command) => ({
          command,
          description: texts.plain({ key: `help:commands.${command}` }, now === 'en' ? 'en' : 'vi'),
        })),
      events,
    ),
  ];
  const chats = platforms.flatMap((platform) => platform.chats);

  const says = async (chat: ChatHandle, text: string): Promise<void> => {
    chat.says(text);
    await town.settled();
  };
  for (const one of [an, binh, admin]) await says(one.private(), '/start');
  await says(unit.as(admin), '/bind so-xay-dung');
  await says(unit.as(admin), `/head "${words('demo:who.headName')}" "${words('demo:who.headTitle')}"`);

  /** As people do it, by the bot's own command. A person who has not spoken yet does it at their first word. */
  const setLanguage = async (next: Lang): Promise<void> => {
    for (const platform of platforms) {
      platform.setLanguage(next);
      for (const chat of platform.chats)
        if (chat.kind === 'group' || platform.messages(chat.id).length > 0)
          saysLanguage(platform, chat, next);
    }
    await town.app.idle();
  };
  if (lang !== 'vi') await setLanguage(lang);
  await town.settled();

  const ref = (who: { id: number | string }): string => `telegram:${who.id}`;
  return {
    town,
    clock,
    platforms,
    chats,
    of(chat) {
      const found = platforms.find((platform) => platform.chats.some(({ id }) => id === chat));
      if (!found) throw new Error(`no chat ${chat}`);
      return found;
    },
    cast: {
      asker: { telegram: ref(lan), zalo: `zalo:${mai.id}` },
      board: ref(board),
      unit: ref(unit),
      an: String(an.id),
      binh: String(binh.id),
      head: String(head.id),
    },
    setLanguage,
    async close() {
      await town.close();
      await zalo.close();
    },
  };
}

/** Tells the bot the language of a chat; in a group an admin does. */
export function saysLanguage(platform: PlatformChats, chat: PageChat, lang: Lang): void {
  const speaker = chat.speakers.find(({ role }) => role === 'admin') ?? chat.speakers[0];
  if (speaker) platform.act(chat.id, speaker.id, { do: 'say', text: `/language ${lang}` });
}

/** The paid window is on: else people on Zalo hear nothing once two days of the town have passed. */
const zaloSettings = (zalo: ZaloSimulator): Record<string, string> => ({
  ZALO_APP_ID: zalo.appId,
  ZALO_APP_SECRET: zalo.appSecret,
  ZALO_OA_SECRET_KEY: zalo.oaSecretKey,
  ZALO_REFRESH_TOKEN: zalo.refreshToken,
  ZALO_API_ROOT: zalo.apiRoot,
  ZALO_OAUTH_ROOT: zalo.oauthRoot,
  ZALO_PAID_WINDOW: 'on',
  SECRETS_KEY: 'a-key-for-loopback-only-and-no-other-place',
});
