import { findEntities } from '../telegram/findEntities.js';
import type { ChatHandle } from '../telegram/createChatHandle.js';
import type { CallRecord } from '../telegram/createRecord.js';
import type { GroupHandle, UserHandle } from '../telegram/createActors.js';
import type { ShownMessage } from '../telegram/showMessage.js';
import type { TelegramSimulator } from '../telegram/startTelegramSimulator.js';
import type {
  Act,
  FaultName,
  FileAct,
  PageChat,
  PageMessage,
  PlatformChats,
  PlatformEvents,
  Speaker,
  WireCall,
} from './pageTypes.js';

export type TelegramPeople = {
  people: { user: UserHandle; role: Speaker['role'] }[];
  groups: {
    group: GroupHandle;
    pane: 'board' | 'unit';
    members: { user: UserHandle; role: Speaker['role'] }[];
  }[];
};

const REF = 'telegram:';
const SLOW_MS = 3_000;
const RETRY_SECONDS = 3;

/** The simulated Telegram as the page plays it: a private chat a person, and the groups. */
export function telegramChats(
  telegram: TelegramSimulator,
  { people, groups }: TelegramPeople,
  events: PlatformEvents,
): PlatformChats {
  const speaker = ({ user, role }: TelegramPeople['people'][number]): Speaker => ({
    id: String(user.id),
    name: user.name,
    role,
  });
  const chats: PageChat[] = [
    ...people.map(({ user, role }) => ({
      id: `${REF}${user.id}`,
      pane: 'telegram' as const,
      platform: 'telegram' as const,
      kind: 'private' as const,
      title: user.name,
      speakers: [speaker({ user, role })],
    })),
    ...groups.map(({ group, pane, members }) => ({
      id: `${REF}${group.id}`,
      pane,
      platform: 'telegram' as const,
      kind: 'group' as const,
      title: group.title,
      speakers: members.map(speaker),
    })),
  ];
  const presses = new Map<
    string,
    { chat: string; speaker: string; answer: () => { text: string; alert: boolean } | undefined }
  >();

  const handle = (chat: string, who: string): ChatHandle => {
    const group = groups.find(({ group: { id } }) => `${REF}${id}` === chat);
    if (group) return group.group.as({ id: Number(who) });
    if (chat !== `${REF}${who}`) throw new Error(`${who} does not speak in ${chat}`);
    return telegram.userById(Number(who)).private();
  };

  const act = (chat: string, who: string, what: Act): void => {
    const phone = handle(chat, who);
    switch (what.do) {
      case 'say':
        return void phone.says(
          what.text,
          what.replyTo === undefined ? {} : { replyTo: Number(what.replyTo) },
        );
      case 'press': {
        const press = phone.presses((button) => button.callback_data === what.button, Number(what.message));
        return void presses.set(press.id, { chat, speaker: who, answer: press.answer });
      }
      case 'start':
        return void phone.says('/start');
      case 'sticker':
        return void phone.sendsSticker();
      case 'voice':
        return void phone.sendsVoice();
      case 'location':
        return void phone.sendsLocation();
    }
  };

  const answered = (id: unknown): void => {
    const press = presses.get(String(id));
    const answer = press?.answer();
    presses.delete(String(id));
    if (press && answer?.text) events.toast(press.chat, press.speaker, answer.text, answer.alert);
  };

  telegram.on('message', (message) => events.message(toPage(message)));
  telegram.on('edited', (message) => events.message(toPage(message)));
  telegram.on('deleted', ({ chatId, messageId }) => events.gone(`${REF}${chatId}`, String(messageId)));
  telegram.on('call', (call) => {
    if (call.method === 'answerCallbackQuery') answered(call.params['callback_query_id']);
    if (call.method !== 'getUpdates') events.call(toCall(call));
  });

  return {
    platform: 'telegram',
    chats,
    messages: (chat) =>
      handle(chat, chats.find(({ id }) => id === chat)?.speakers[0]?.id ?? '')
        .messages()
        .map(toPage),
    act,
    sendFile: (chat, who, file) => sendFile(handle(chat, who), file),
    commands: (chat, who) => {
      const group = groups.find(({ group: { id } }) => `${REF}${id}` === chat)?.group;
      return telegram.userById(Number(who)).commands(group);
    },
    file: async (id) => telegram.fileBytes(id),
    setFaults: (on) =>
      setFaults(
        telegram,
        on,
        people.filter(({ role }) => role === 'citizen').map(({ user }) => user.id),
      ),
    setLanguage: (lang) => {
      const all = [...people, ...groups.flatMap(({ members }) => members)];
      for (const { user } of all) user.changes({ languageCode: lang });
    },
    pending: () => telegram.pendingUpdates(),
  };
}

function sendFile(phone: ChatHandle, { kind, name, mime, bytes, caption, replyTo }: FileAct): void {
  const options = {
    bytes,
    ...(caption === undefined ? {} : { caption }),
    ...(replyTo === undefined ? {} : { replyTo: Number(replyTo) }),
  };
  if (kind === 'photo') phone.sendsPhoto(options);
  else phone.sendsDocument({ ...options, fileName: name, mimeType: mime });
}

function toPage(shown: ShownMessage): PageMessage {
  const { text, entities } = shown;
  // The apps mark commands and links in a bot's messages as well.
  const found = findEntities(text).filter(
    (one) =>
      !entities.some(
        (other) => one.offset < other.offset + other.length && other.offset < one.offset + one.length,
      ),
  );
  return {
    id: String(shown.messageId),
    chat: `${REF}${shown.chatId}`,
    at: shown.at.toISOString(),
    from: { id: String(shown.from.id), name: shown.from.name },
    fromBot: shown.fromBot,
    text,
    entities: [...entities, ...found].map(({ type, offset, length, url }) => ({
      type,
      offset,
      length,
      ...(url === undefined ? {} : { url }),
    })),
    buttons: shown.buttons.map((row) =>
      row.map(({ text: title, callback_data, url }) => ({
        text: title,
        ...(callback_data === undefined ? {} : { id: callback_data }),
        ...(url === undefined ? {} : { link: url }),
      })),
    ),
    edited: shown.edited,
    ...(shown.replyTo === undefined ? {} : { replyTo: String(shown.replyTo) }),
    ...(shown.photo ? { photo: address(shown.photo.file_id) } : {}),
    ...(shown.document
      ? {
          file: {
            name: shown.document.file_name ?? 'file',
            size: shown.document.file_size,
            address: address(shown.document.file_id),
          },
        }
      : {}),
    ...(shown.other === undefined ? {} : { other: shown.other }),
  };
}

const address = (fileId: string): string => `/files/telegram/${encodeURIComponent(fileId)}`;

function toCall({ at, method, chatId, accepted, error, fault }: CallRecord): WireCall {
  const outcome = accepted ? 'ok' : fault !== undefined ? 'fault' : 'refused';
  const code = fault ?? (error === undefined ? undefined : String(error.code));
  return {
    at: new Date(at).toISOString(),
    platform: 'telegram',
    method,
    ...(chatId === undefined ? {} : { chat: `${REF}${chatId}` }),
    outcome,
    ...(code === undefined ? {} : { code }),
  };
}

/** 403 strikes the citizens only: they blocked the bot. The others strike every call that addresses a chat. */
function setFaults({ faults }: TelegramSimulator, on: ReadonlySet<FaultName>, citizens: number[]): void {
  faults.clear();
  if (on.has('away')) {
    faults.rate({ kind: 'reset', fraction: 1 });
    faults.rate({ kind: 'reset', fraction: 1, method: 'answerCallbackQuery' });
  }
  if (on.has('403')) for (const chat of citizens) faults.rate({ kind: '403', fraction: 1, chat });
  if (on.has('429')) faults.rate({ kind: '429', fraction: 0.5, retryAfter: RETRY_SECONDS });
  if (on.has('5xx')) faults.rate({ kind: '502', fraction: 0.5, seed: 2 });
  if (on.has('slow')) faults.rate({ kind: 'slow', fraction: 1, delayMs: SLOW_MS });
  if (on.has('redelivery')) faults.deliver({ duplicate: 0.7, dropAnswer: 0.5 });
}
