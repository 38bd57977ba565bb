import type { WireEntity } from '../telegram/wire.js';

/** What the page shows and sends, the same for every platform. Plain data: it goes over the wire as JSON. */

export type Platform = 'telegram' | 'zalo';
/** Where on the page a chat stands. */
export type Pane = 'telegram' | 'zalo' | 'board' | 'unit';

/** Somebody who can speak in a chat. `role` names a text of the page. */
export type Speaker = { id: string; name: string; role: 'citizen' | 'member' | 'admin' | 'unitHead' };

/** A chat, by the reference that the bot knows it by, such as `telegram:100001`. */
export type PageChat = {
  id: string;
  pane: Pane;
  platform: Platform;
  kind: 'private' | 'group';
  title: string;
  speakers: Speaker[];
};

/** `id` is what the platform sends back at a press; a button with `link` opens an address instead. */
export type PageButton = { text: string; id?: string; link?: string };

/** A message as people see it now. */
export type PageMessage = {
  id: string;
  chat: string;
  at: string; // ISO 8601
  from: { id: string; name: string };
  fromBot: boolean;
  text: string;
  entities: Pick<WireEntity, 'type' | 'offset' | 'length' | 'url'>[]; // in UTF-16 code units
  buttons: PageButton[][];
  edited: boolean;
  replyTo?: string;
  photo?: string; // address on the page's own server
  file?: { name: string; size: number; address?: string }; // size in bytes
  /** What it is when the page cannot show it, such as 'sticker'. */
  other?: string;
  /** Sent by a registered template or where the platform takes money for it. */
  mark?: 'template' | 'billed';
};

/** What a person can do in a chat. */
export type Act =
  | { do: 'say'; text: string; replyTo?: string | undefined }
  | { do: 'press'; message: string; button: string }
  /** Opens the chat: /start, or following the account. */
  | { do: 'start' }
  | { do: 'sticker' }
  | { do: 'voice' }
  | { do: 'location' };

export type FileAct = {
  kind: 'photo' | 'document';
  name: string;
  mime: string;
  bytes: Buffer;
  caption?: string | undefined;
  replyTo?: string | undefined;
};

export type CommandHint = { command: string; description: string };

/** One call of the bot to a platform, as it ended. */
export type WireCall = {
  at: string;
  platform: Platform;
  method: string;
  chat?: string;
  outcome: 'ok' | 'refused' | 'fault';
  code?: string;
};

export const FAULTS = ['slow', '429', '403', '5xx', 'away', 'redelivery'] as const;
export type FaultName = (typeof FAULTS)[number];

/** What happens on a platform, as the page hears of it. */
export type PlatformEvents = {
  message: (message: PageMessage) => void;
  gone: (chat: string, message: string) => void;
  /** The bot said something to who pressed. */
  toast: (chat: string, speaker: string, text: string, alert: boolean) => void;
  call: (call: WireCall) => void;
};

/** One platform's people and chats. Methods throw for what no phone could do. */
export type PlatformChats = {
  platform: Platform;
  chats: PageChat[];
  messages: (chat: string) => PageMessage[];
  act: (chat: string, speaker: string, act: Act) => void;
  sendFile: (chat: string, speaker: string, file: FileAct) => void;
  commands: (chat: string, speaker: string) => CommandHint[];
  /** The bytes of a file by the last part of its address. */
  file: (id: string) => Promise<Buffer | undefined>;
  /** Exactly these faults are on from now on. */
  setFaults: (on: ReadonlySet<FaultName>) => void;
  /** Their apps tell the bot this language from now on. */
  setLanguage: (lang: string) => void;
  /** Updates that the bot has not taken yet. */
  pending: () => number;
};
