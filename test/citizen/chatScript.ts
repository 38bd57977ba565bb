import type { Capabilities, IncomingEvent, Message } from '../../src/channels/channel.js';
import { createManualClock } from '../../src/clock.js';
import { createRespondPrivate } from '../../src/bot/citizen/respondPrivate.js';
import { createTexts, stripMarkup } from '../../src/bot/texts.js';
import type { Chat, Turn } from '../../src/bot/turn.js';
import { DEFAULT_PLACES } from '../../src/domain/defaultPlaces.js';
import { createFakeServices } from './fakeServices.js';

export const texts = createTexts();
export const TELEGRAM: Capabilities = {
  maxText: 4096,
  maxCaption: 1024,
  maxButtons: 100,
  maxButtonTitle: 64,
  edits: true,
  toasts: true,
  groups: true,
};
export const ZALO: Capabilities = {
  ...TELEGRAM,
  maxText: 2000,
  maxButtons: 5,
  maxButtonTitle: 100,
  edits: false,
  toasts: false,
  groups: false,
};

export const LIMITS = { attachments: 3, attachmentBytes: 20 * 1024 * 1024 };
export const QUESTION = 'Xin hỏi thủ tục cấp giấy chứng nhận quyền sử dụng đất lần đầu gồm những bước nào?';

/** A citizen's chat driven by a script: what is typed and pressed, and what the bot says to it. */
export function createChatScript(
  options: { capabilities?: Capabilities; language?: string; account?: string } = {},
) {
  const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
  const fake = createFakeServices(() => clock.now());
  const respond = createRespondPrivate({
    services: fake.services,
    texts,
    clock,
    capabilitiesOf: () => options.capabilities ?? TELEGRAM,
    limits: LIMITS,
    places: DEFAULT_PLACES,
  });
  const account = options.account ?? 'telegram:42';
  let updates = 0;
  let chat: Chat = { ref: account, kind: 'private', flows: {} };
  let turn: Turn = { chat, show: [] };
  let shown: Message[] = []; // everything said so far, the newest last

  /** One update; `from` lets another person write. Saved and loaded as the store does. */
  const hear = async (event: IncomingEvent, id = `telegram:${++updates}`): Promise<string> => {
    clock.advance(1000);
    const from = { ref: account, name: 'Hoa', ...(options.language ? { language: options.language } : {}) };
    turn = await respond(
      {
        id,
        channel: 'telegram',
        chat: account,
        chatKind: 'private',
        order: updates,
        at: clock.now(),
        from,
        event,
      },
      structuredClone(chat),
    );
    chat = structuredClone(turn.chat);
    shown = [...shown, ...turn.show.map(({ message }) => message)];
    return said();
  };
  const said = (): string => turn.show.map(({ message }) => stripMarkup(message.text)).join('\n---\n');
  const buttons = () => turn.show.flatMap(({ message }) => message.buttons?.flat() ?? []);
  const attachment = { channel: 'telegram', fileRef: 'file', kind: 'photo' as const, size: 1000 };

  return {
    fake,
    clock,
    hear,
    said,
    buttons,
    turn: () => turn,
    chat: () => chat,
    setChat: (next: Chat) => (chat = next),
    shown: () => shown,
    step: () => Object.values(chat.flows).at(-1)?.step,
    type: (text: string) => hear({ kind: 'text', messageId: `m${updates}`, text }),
    command: (name: string, args = '') => hear({ kind: 'command', messageId: `m${updates}`, name, args }),
    photo: (
      more: Partial<typeof attachment> & {
        caption?: string;
        album?: string;
        name?: string;
        mime?: string;
        document?: true;
      } = {},
    ) => {
      const { caption, album, document, ...file } = more;
      return hear({
        kind: 'attachment',
        messageId: `m${updates}`,
        attachment: { ...attachment, ...file, kind: document ? 'document' : 'photo' },
        ...(caption === undefined ? {} : { caption }),
        ...(album === undefined ? {} : { album }),
      });
    },
    pressData: (data: string) => hear({ kind: 'press', pressId: 'p', messageId: 'shown', data }),
    /** Presses the newest button whose title contains `title`. */
    press(title: string): Promise<string> {
      const button = shown
        .toReversed()
        .flatMap((message) => message.buttons?.flat() ?? [])
        .find((one) => one.title.includes(title));
      if (!button) throw new Error(`no button ${title} below: ${said()}`);
      return hear({ kind: 'press', pressId: 'p', messageId: 'shown', data: button.data });
    },
  };
}

export type ChatScript = ReturnType<typeof createChatScript>;

/** Asks up to the summary, in Vietnamese, with typed words only. */
export async function toSummary(chat: ChatScript, content = QUESTION): Promise<void> {
  await chat.command('ask');
  for (const words of [
    'tiếp tục',
    'có',
    'không',
    'không',
    'Công dân',
    'Nguyễn Thị Hoa',
    'Phường Rạch Giá',
    '12 Trần Phú',
  ])
    await chat.type(words);
  for (const words of ['bỏ qua', '0912 345 678', 'Đất đai', content, 'xong']) await chat.type(words);
}
