import type { Capabilities, Incoming, Message, Ref } from '../../channels/channel.js';
import type { Clock } from '../../clock.js';
import { plainLabel, shorten, fitSaying } from '../../conversation/fit.js';
import type { Label, Phrase, Saying } from '../../conversation/flow.js';
import type { Place } from '../../domain/places.js';
import type { Lang, PersonRecord, Services } from '../../services/services.js';
import { CONTENT_LENGTH, type ContentLimits } from '../flows/askDraft.js';
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
  | { phrase: Phrase; buttons?: PhraseButton[][]; slot?: string; attachment?: Message['attachment'] }
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

/** The lines as messages of the chat's channel, in the person's language. Ids follow from the update. */
export function showAll(talk: Talk, say: readonly Line[]): Show[] {
  const capabilities = talk.deps.capabilitiesOf(talk.chat.ref);
  return say.map((line, n) => ({
    chat: talk.chat.ref,
    message:
      'saying' in line
        ? fitSaying(line.saying, talk.deps.texts, talk.lang, capabilities)
        : fitPhrase(line, talk, capabilities),
    priority: 'reply',
    id: `${talk.incoming.id}:${n}`,
    ...(line.slot === undefined ? {} : { slot: line.slot }),
  }));
}

/** Buttons beyond what the channel shows are left out: the text says how to type what they do. */
function fitPhrase(line: Extract<Line, { phrase: Phrase }>, talk: Talk, capabilities: Capabilities): Message {
  const { texts } = talk.deps;
  let left = capabilities.maxButtons;
  const rows = (line.buttons ?? [])
    .map((row) =>
      row
        .filter(() => left-- > 0)
        .map(({ title, data }) => ({
          title: shorten(plainLabel(title, texts, talk.lang), capabilities.maxButtonTitle),
          data,
        })),
    )
    .filter((row) => row.length > 0);
  return {
    text: texts.render(line.phrase, talk.lang),
    ...(rows.length > 0 ? { buttons: rows } : {}),
    ...(line.attachment ? { attachment: line.attachment } : {}),
  };
}
