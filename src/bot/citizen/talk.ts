import type { Capabilities, Incoming, Message, Ref } from '../../channels/channel.js';
import type { Clock } from '../../clock.js';
import { fitSaying } from '../../conversation/fit.js';
import type { Label, Phrase, Saying } from '../../conversation/flow.js';
import type { Place } from '../../domain/places.js';
import type { Lang, PersonRecord, Services } from '../../services/services.js';
import { CONTENT_LENGTH, type ContentLimits } from '../flows/askDraft.js';
import { fitButtons, withNumbered } from '../numbered.js';
import type { Texts } from '../texts.js';
import type { Chat, Show } from '../turn.js';

/** What the citizen's room needs; all of it is given. */
export type CitizenDeps = {
  services: Services;
  texts: Texts;
  clock: Pick<Clock, 'now'>;
  /** What the channel of this chat can do. */
  capabilitiesOf(ref: Ref): Capabilities;
  /** How many photos and documents a question may hold, and how large each may be. */
  limits: Pick<ContentLimits, 'attachments' | 'attachmentBytes'>;
  places: readonly Place[];
};

/** One update being answered: who spoke where, in which language, and when. */
export type Talk = {
  deps: CitizenDeps;
  incoming: Incoming;
  chat: Chat;
  account: Ref;
  person: PersonRecord;
  lang: Lang;
  now: Date;
};

/** A button beside a phrase that is no flow's question; `data` is `<action>|<argument>`. */
export type PhraseButton = { title: Label; data: string };

/** Something to be said, in the order of saying. The same `slot` is shown in place of what it showed before. */
export type Line =
  | {
      phrase: Phrase;
      buttons?: PhraseButton[][];
      slot?: string;
      attachment?: Message['attachment'];
      /** Another account of the same person, in their language. */
      to?: Ref;
    }
  | { saying: Saying; slot?: string };

/** What an update leads to: the chat's document as it is to be kept, and what to say. */
export type Outcome = { chat: Chat; say: Line[] };

/** What one question may hold. */
export function limitsOf({ limits }: CitizenDeps): ContentLimits {
  return { ...CONTENT_LENGTH, attachments: limits.attachments, attachmentBytes: limits.attachmentBytes };
}

/** Says something and leaves everything as it is. */
export function tell(talk: Talk, ...say: Line[]): Outcome {
  return { chat: talk.chat, say };
}

/**
 * The lines as messages of the chat's channel, in the person's language. Ids follow from the update. The chat
 * remembers what the numbers of the last numbered list mean, until a question of a conversation is shown.
 */
export function showAll(talk: Talk, say: readonly Line[]): { chat: Chat; show: Show[] } {
  const { deps, lang } = talk;
  let chat = talk.chat;
  const show = say.map((line, n): Show => {
    const to = ('to' in line ? line.to : undefined) ?? chat.ref;
    const capabilities = deps.capabilitiesOf(to);
    let message: Message;
    if ('saying' in line) {
      message = fitSaying(line.saying, deps.texts, lang, capabilities);
      if (line.saying.at) chat = withNumbered(chat, undefined);
    } else {
      const text = deps.texts.render(line.phrase, lang);
      const { numbered, ...fitted } = fitButtons(text, line.buttons ?? [], { ...deps, lang, capabilities });
      if (numbered && to === chat.ref) chat = withNumbered(chat, numbered);
      message = { ...fitted, ...(line.attachment ? { attachment: line.attachment } : {}) };
    }
    return {
      chat: to,
      message,
      priority: 'reply',
      id: `${talk.incoming.id}:${n}`,
      ...(line.slot === undefined ? {} : { slot: line.slot }),
    };
  });
  return { chat, show };
}
