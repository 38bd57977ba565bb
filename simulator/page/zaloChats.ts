import type { CallRecord } from '../zalo/createRecord.js';
import type { UserHandle } from '../zalo/createActors.js';
import type { ZaloSimulator } from '../zalo/startZaloSimulator.js';
import type { ShownMessage } from '../zalo/wire.js';
import type {
  Act,
  CommandHint,
  FaultName,
  FileAct,
  PageButton,
  PageChat,
  PageMessage,
  PlatformChats,
  PlatformEvents,
  WireCall,
} from './pageTypes.js';

const REF = 'zalo:';
/** Zalo's own code for too many calls, and for somebody who left (docs/zalo.md). */
const TOO_MANY = -32;
const LEFT = -213;

/**
 * The simulated Zalo as the page plays it: a private chat with the account for each person. `menu` is what the account's
 * admin put into the menu by hand (docs/zalo.md): items that send commands.
 */
export function zaloChats(
  zalo: ZaloSimulator,
  people: UserHandle[],
  menu: (lang: string) => CommandHint[],
  events: PlatformEvents,
): PlatformChats {
  let lang = 'vi';
  const byRef = new Map(people.map((user) => [`${REF}${user.id}`, user]));
  const chats: PageChat[] = people.map((user) => ({
    id: `${REF}${user.id}`,
    pane: 'zalo',
    platform: 'zalo',
    kind: 'private',
    title: user.name,
    speakers: [{ id: user.id, name: user.name, role: 'citizen' }],
  }));
  const phone = (chat: string): UserHandle => {
    const user = byRef.get(chat);
    if (!user) throw new Error(`no chat ${chat}`);
    return user;
  };
  const toPage = (shown: ShownMessage): PageMessage =>
    fromShown(shown, byRef.get(`${REF}${shown.userId}`)?.name ?? '', zalo);

  const act = (chat: string, who: string, what: Act): void => {
    const user = phone(chat);
    if (who !== user.id) throw new Error(`${who} does not speak in ${chat}`);
    switch (what.do) {
      case 'say':
        return void (what.replyTo === undefined
          ? user.says(what.text)
          : user.repliesTo(what.replyTo, what.text));
      case 'press':
        return press(zalo, user, what.message, what.button);
      case 'start':
        return user.follows();
      case 'sticker':
        return void user.sendsSticker();
      case 'voice':
        return void user.sendsVoice();
      case 'location':
        throw new Error('the account is sent no location');
    }
  };

  zalo.on('message', (message) => events.message(toPage(message)));
  zalo.on('call', (call) => events.call(toCall(call)));

  return {
    platform: 'zalo',
    chats,
    messages: (chat) => phone(chat).messages().map(toPage),
    act,
    sendFile: (chat, _who, file) => sendFile(phone(chat), file),
    commands: () => menu(lang),
    async file(id) {
      const answer = await fetch(`${new URL(zalo.apiRoot).origin}/files/${encodeURIComponent(id)}`);
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
    },
    setFaults: (on) => setFaults(zalo, on),
    setLanguage: (next) => void (lang = next),
    pending: () => zalo.pendingEvents(),
  };
}

/** The simulated phone presses the newest button of a title; one further up is pressed by what it sends. */
function press(zalo: ZaloSimulator, user: UserHandle, messageId: string, payload: string): void {
  const shown = user.messages();
  const button = shown.find(({ id }) => id === messageId)?.buttons.find((one) => one.payload === payload);
  if (!button) throw new Error(`no such button on ${messageId}`);
  const { title, type } = button;
  const newest = shown.findLast(({ buttons }) => buttons.some((one) => one.title === title));
  if (newest?.id === messageId) user.presses(title);
  else if (type === 'oa.query.show') user.says(payload);
  else
    zalo.inject({
      event_name: 'user_send_text',
      sender: { id: user.id },
      recipient: { id: zalo.oaId },
      message: { msg_id: `${messageId}-pressed-${zalo.record.counts.events}`, text: payload },
    });
}

function sendFile(user: UserHandle, { kind, name, mime, bytes, caption }: FileAct): void {
  const text = caption === undefined ? {} : { text: caption };
  if (kind === 'photo') user.sendsImage({ name, mime, bytes, ...text });
  else user.sendsFile({ name, mime, bytes, ...text });
}

function fromShown(shown: ShownMessage, name: string, zalo: ZaloSimulator): PageMessage {
  const { id, userId, at, fromOa, text, buttons, image, file, contactCard, template, billed, other } = shown;
  const card = contactCard ? [contactCard.title, contactCard.subtitle] : [];
  const fields = template ? Object.values(template.data) : [];
  const inside = image?.startsWith(`${new URL(zalo.apiRoot).origin}/files/`)
    ? image.split('/').at(-1)
    : undefined;
  return {
    id,
    chat: `${REF}${userId}`,
    at: at.toISOString(),
    from: fromOa ? { id: 'oa', name: '' } : { id: userId, name },
    fromBot: fromOa,
    text: [text, ...card, ...fields].filter(Boolean).join('\n'),
    entities: [],
    buttons: buttons.map((button): PageButton[] => [{ text: button.title, id: button.payload }]),
    edited: false,
    ...(image === undefined ? {} : { photo: `/files/zalo/${inside ?? encodeURIComponent(image)}` }),
    ...(file === undefined ? {} : { file }),
    ...(other === undefined ? {} : { other }),
    ...(template ? { mark: 'template' as const } : billed ? { mark: 'billed' as const } : {}),
  };
}

function toCall({ at, endpoint, userId, accepted, error, fault }: CallRecord): WireCall {
  const code = fault ?? (error === undefined ? undefined : String(error));
  return {
    at: new Date(at).toISOString(),
    platform: 'zalo',
    method: endpoint,
    ...(userId === undefined ? {} : { chat: `${REF}${userId}` }),
    outcome: accepted ? 'ok' : fault === undefined ? 'refused' : 'fault',
    ...(code === undefined ? {} : { code }),
  };
}

/** Zalo refuses within HTTP 200; of an answer that never comes the bot thinks as of a slow one. */
function setFaults({ faults }: ZaloSimulator, on: ReadonlySet<FaultName>): void {
  faults.clear();
  if (on.has('away')) faults.rate({ kind: 'reset', fraction: 1 });
  if (on.has('403')) faults.rate({ kind: LEFT, fraction: 1, endpoint: 'cs' });
  if (on.has('429')) faults.rate({ kind: TOO_MANY, fraction: 0.5, endpoint: 'cs' });
  if (on.has('5xx')) faults.rate({ kind: '502', fraction: 0.5, seed: 2 });
  if (on.has('slow')) faults.rate({ kind: 'timeout', fraction: 0.5, seed: 3 });
  if (on.has('redelivery')) faults.deliver({ duplicate: 0.7, dropAnswer: 0.5 });
}
