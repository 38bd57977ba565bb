import type { Choice, Parsed, Phrase, Reply, Step } from '../../conversation/flow.js';
import type {
  Asker,
  AskerKind,
  Attachment,
  Consent,
  ConsentPurpose,
  Suspicion,
} from '../../domain/question.js';
import type { Place } from '../../domain/places.js';
import type { Lang, PersonRecord, Topic } from '../../services/services.js';

/** How much one question may hold; lengths in characters (code points of the NFC). */
export type ContentLimits = {
  contentMin: number;
  contentMax: number;
  attachments: number;
  attachmentBytes: number;
};

/** The length of a question (issue: 20 to 3,500 characters). */
export const CONTENT_LENGTH = { contentMin: 20, contentMax: 3_500 };

/** Several messages, photos and documents that count as one text until 'done'. */
export type Gathered = {
  parts: string[];
  attachments: Attachment[];
  /** Said 'done' once: the next text begins anew, so that an edit replaces. */
  closed?: boolean;
};

/** What the ask flow collects. */
export type AskDraft = Gathered & {
  consents: Partial<Record<ConsentPurpose, Consent>>;
  kind?: AskerKind;
  organisation?: string;
  name?: string;
  place?: string;
  placeSearch?: string;
  address?: string;
  email?: string;
  phone?: string;
  topic?: string;
  suspected?: Suspicion;
  warned?: boolean; // was told that it looks like a complaint or denunciation, and goes on
  end?: 'refused' | 'stopped';
};

/** What the ask flow looks at; the same for every step. */
export type AskWorld = {
  lang: Lang;
  topics: readonly Topic[]; // those on offer
  places: readonly Place[];
  profile?: NonNullable<PersonRecord['profile']>;
  subscribed: boolean;
  complaint: { office: string; address: string; phone: string };
  limits: ContentLimits;
  consentVersion: string; // of the consent texts in the language shown
};

/** What the flow means in the end. */
export type AskIntent =
  | {
      kind: 'submit';
      asker: Omit<Asker, 'person'>;
      consents: Consent[];
      topic: string;
      content: string;
      attachments: Attachment[];
    }
  | { kind: 'refused' } // no consent to the record
  | { kind: 'stopped' }; // takes the matter where complaints go

export type AskStep = Step<AskDraft, AskWorld>;

/** A wrong reply: the sentence that says what to write. */
export function wrong(key: string, values?: Phrase['values']): { ok: false; wrong: Phrase } {
  return { ok: false, wrong: { key, ...(values ? { values } : {}) } };
}

export const WRONG_CHOICE = wrong('common:wrong.choose');

/** A reply read into the draft. */
export function taken<D>(
  draft: D,
  stay?: Phrase | 'silent' | 'ask',
): Parsed<{ draft: D; stay?: Phrase | 'silent' | 'ask' }> {
  return { ok: true, value: { draft, ...(stay === undefined ? {} : { stay }) } };
}

/** The text of a reply; what somebody shares as a contact counts as typed. */
export function textOf(reply: Reply, contact: 'name' | 'phone' | 'none' = 'none'): string | undefined {
  if (reply.kind === 'text') return reply.text;
  if (reply.kind === 'contact' && contact !== 'none') return reply[contact];
  return undefined;
}

/** A typed value as a phrase: escaped when it is rendered. */
export function plain(text: string): Phrase {
  return { key: 'common:plain', values: { text } };
}

/** 'Use last time's', when there is one. */
export function lastTime(value: string | undefined): Choice[][] {
  return value === undefined ? [] : [[{ value: 'last', label: { key: 'ask:last', values: { value } } }]];
}

export const isLast = (reply: Reply): boolean => reply.kind === 'choice' && reply.value === 'last';

/** The first thing that still has to be asked before a question can be sent, in the order of the flow. */
export function firstMissing(draft: AskDraft): string | undefined {
  if (!draft.consents.record?.given) return 'record';
  if (!draft.consents.nameOnAir) return 'nameonair';
  if (!draft.kind) return 'kind';
  if (draft.kind !== 'citizen' && !draft.organisation) return 'organisation';
  if (!draft.name) return 'name';
  if (!draft.place) return 'place';
  if (!draft.address) return 'address';
  if (!draft.topic) return 'topic';
  if (!draft.closed) return 'content';
  return draft.suspected && !draft.warned ? 'suspected' : undefined;
}
