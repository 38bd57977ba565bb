import {
  splitRef,
  type Capabilities,
  type Incoming,
  type IncomingEvent,
  type Message,
  type Ref,
} from '../../src/channels/channel.js';
import { createManualClock, type ManualClock } from '../../src/clock.js';
import { createRespondBoard } from '../../src/bot/board/respondBoard.js';
import { createRespondMember } from '../../src/bot/board/respondMember.js';
import { createAnnounce } from '../../src/bot/notices/createAnnounce.js';
import { createRespond } from '../../src/bot/respond.js';
import { createTexts, stripMarkup } from '../../src/bot/texts.js';
import type { Chat, Show, Turn } from '../../src/bot/turn.js';
import { createRespondUnit } from '../../src/bot/unit/respondUnit.js';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import type { Question } from '../../src/domain/question.js';
import { createServices } from '../../src/services/createServices.js';
import type { Services, Submission } from '../../src/services/services.js';
import type { TestStore } from './openStore.js';
import { submission } from '../services/support/startServices.js';

export const BOARD = 'telegram:-100';
export const UNIT_CHAT = 'telegram:-200';
export const LEAD_CHAT = 'telegram:-300';
export const UNIT_ID = 'so-nnmt';
/** Monday 23 November 2026, 09:00 in Vietnam; Tuesday the 24th is a holiday. */
export const START = new Date('2026-11-23T02:00:00Z');

export const ADMIN = { ref: 'telegram:1', name: 'Lê Quản Trị' };
export const LAN = { ref: 'telegram:2', name: 'Trần Lan' };
export const MINH = { ref: 'telegram:3', name: 'Phạm Minh' };
export const VIEWER = { ref: 'telegram:4', name: 'Võ Theo Dõi' };
export const CLERK = { ref: 'telegram:5', name: 'Đỗ Chuyên Viên' };
export const STRANGER = { ref: 'telegram:66', name: 'Người Lạ' };
export type Someone = { ref: Ref; name: string };

export const CAPABILITIES: Capabilities = {
  maxText: 4096,
  maxCaption: 1024,
  maxButtons: 100,
  maxButtonTitle: 64,
  edits: true,
  toasts: true,
  groups: true,
};

/** As Zalo can do it: no groups, no edits, five buttons. */
export const NARROW: Capabilities = {
  ...CAPABILITIES,
  maxText: 2000,
  maxCaption: 0,
  maxButtons: 5,
  maxButtonTitle: 100,
  edits: false,
  toasts: false,
  groups: false,
};

export type Groups = Awaited<ReturnType<typeof startGroups>>;

/** The groups' side of the bot on the real use cases: people press and write, the screens show what they see. */
export async function startGroups({ store, parked }: { store: TestStore; parked?: () => number }) {
  const clock: ManualClock = createManualClock(START);
  const texts = createTexts();
  const shows: Show[] = [];
  const known = new Set<string>();
  const unreachable = new Set<Ref>();
  const inGroup = new Map<string, boolean>();
  const chats = new Map<Ref, Chat>();
  let count = 0;

  const enqueue = async (more: readonly Show[]): Promise<void> => {
    for (const show of more) {
      if (known.has(show.id)) continue;
      known.add(show.id);
      shows.push(show);
    }
  };
  const capabilitiesOf = (channel: string): Capabilities => (channel === 'zalo' ? NARROW : CAPABILITIES);
  const placeName = (id: string): string | undefined => DEFAULT_PLACES.find((place) => place.id === id)?.name;
  const announce = createAnnounce({
    lookups: () => services,
    texts,
    clock,
    capabilitiesOf,
    placeName,
    enqueue,
    languageOf: async (chat) => chats.get(chat)?.language ?? 'vi',
  });
  const services: Services & { ensureIndexes(): Promise<void> } = createServices({
    connection: store.database(),
    clock,
    newId: () => `id-${String(++count).padStart(8, '0')}`,
    announce,
    config: { admins: [ADMIN.ref], boardChat: BOARD, limits: { questionsPerDay: 50 } },
    askMembership: async (chat, account) => {
      const present = inGroup.get(`${chat} ${account}`);
      return { present: present ?? false, admin: false };
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await services.ensureIndexes();
  const refused: { account: Ref; what: string }[] = [];
  const recordRefusal: typeof services.members.refused = services.members.refused.bind(services.members);
  services.members.refused = async (account, what, cause) => {
    refused.push({ account, what });
    await recordRefusal(account, what, cause);
  };
  const deps = {
    services,
    texts,
    clock,
    capabilitiesOf,
    placeName,
    canReach: async (account: Ref) => !unreachable.has(account),
    ...(parked ? { parked } : {}),
  };
  const respond = createRespond(services.settings, {
    board: createRespondBoard(deps),
    unit: createRespondUnit(deps),
    member: createRespondMember(deps),
    citizen: async (incoming, chat) => {
      const show = {
        chat: chat.ref,
        message: { text: CITIZEN },
        priority: 'reply' as const,
        id: `${incoming.id}:0`,
      };
      return { chat, show: [show] };
    },
  });

  const chatOf = (ref: Ref): Chat =>
    chats.get(ref) ?? { ref, kind: ref.includes(':-') ? 'group' : 'private', flows: {} };

  /** One update, worked and kept, as the worker does it. */
  async function happens(
    chat: Ref,
    from: Someone | undefined,
    event: IncomingEvent,
    id?: string,
  ): Promise<Turn> {
    const incoming: Incoming = {
      id: id ?? `${splitRef(chat).channel}:${++count}`,
      channel: splitRef(chat).channel,
      chat,
      chatKind: chatOf(chat).kind,
      order: count,
      at: clock.now(),
      event,
      ...(from ? { from } : {}),
    };
    const turn = await respond(incoming, structuredClone(chatOf(chat)));
    chats.set(chat, turn.chat);
    await enqueue(turn.show);
    return turn;
  }

  const join = async (
    chat: Ref,
    someone: Someone,
    roles?: Parameters<Services['members']['setRoles']>[1],
  ): Promise<void> => {
    inGroup.set(`${chat} ${someone.ref}`, true);
    await happens(chat, someone, { kind: 'member', person: someone, present: true, admin: false });
    if (roles)
      await services.members.setRoles(
        someone.ref,
        roles,
        { account: ADMIN.ref, name: ADMIN.name, roles: ['admin'] },
        `roles-${++count}`,
      );
  };

  const groups = {
    services,
    announce,
    texts,
    clock,
    shows,
    refused,
    unreachable,
    happens,
    join,
    chatOf,
    /** The chat's document as it was: what a crash before the turn was kept leaves. */
    restore: (chat: Chat) => void chats.set(chat.ref, chat),
    press: (who: Someone, data: string, chat: Ref = BOARD, id?: string) =>
      happens(chat, who, { kind: 'press', pressId: `press-${count}`, data }, id),
    command: (who: Someone, line: string, chat: Ref = BOARD, id?: string) => {
      const [, name = '', args = ''] = /^\/(\w+)\s*([\s\S]*)$/.exec(line) ?? [];
      return happens(chat, who, { kind: 'command', messageId: `m${++count}`, name, args }, id);
    },
    /** A reply to the bot, or (`replyTo` null) a message to everybody. */
    write: (who: Someone, text: string, chat: Ref = BOARD, replyTo: string | null = 'bot') =>
      happens(chat, who, {
        kind: 'text',
        messageId: `m${++count}`,
        text,
        ...(replyTo === null ? {} : { replyTo }),
      }),
    async leaves(chat: Ref, someone: Someone) {
      inGroup.set(`${chat} ${someone.ref}`, false);
      await happens(chat, someone, { kind: 'member', person: someone, present: false, admin: false });
    },
    async submit(part: Partial<Submission> = {}): Promise<Question> {
      const asker = part.asker?.person ?? (await services.people.of(`telegram:${1000 + ++count}`)).id;
      return services.submit(submission(asker, clock.now(), part));
    },
    /** The newest message that stands in a slot of a chat. */
    card: (chat: Ref, slot: string): Message | undefined =>
      shows.findLast((show) => show.chat === chat && show.slot === slot)?.message,
    /** What was shown in a chat, plain. */
    said: (chat: Ref): string[] =>
      shows.filter((show) => show.chat === chat).map(({ message }) => stripMarkup(message.text)),
    last: (chat: Ref): string =>
      stripMarkup(shows.findLast((show) => show.chat === chat)?.message.text ?? ''),
    lastMessage: (chat: Ref): Message | undefined => shows.findLast((show) => show.chat === chat)?.message,
  };
  await join(BOARD, ADMIN);
  await join(BOARD, LAN);
  await join(BOARD, MINH);
  await join(BOARD, VIEWER, ['viewer']);
  return groups;
}

/** What stands for all that a citizen's chat answers. */
export const CITIZEN = 'a citizen’s chat';

/** The titles of a message's buttons. */
export const titles = (message: Message | undefined): string[] =>
  (message?.buttons ?? []).flat().map(({ title }) => title);

/** The data of the button whose title contains `words`. */
export function dataOf(message: Message | undefined, words: string): string {
  const found = (message?.buttons ?? []).flat().find(({ title }) => title.includes(words));
  if (!found) throw new Error(`no button «${words}» among ${titles(message).join(', ')}`);
  return found.data;
}

/** Makes the unit's chat one, with a clerk in it. */
export async function bindUnit(groups: Groups): Promise<void> {
  await groups.command(ADMIN, `/bind ${UNIT_ID}`, UNIT_CHAT);
  await groups.join(UNIT_CHAT, CLERK);
}
