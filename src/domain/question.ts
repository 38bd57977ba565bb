/** The words of the ledger (plan II.4; design, "The question"). Plain data: the store keeps exactly this. */

/** Where a question stands. 'Overdue' is no stage: it is calculated from dates. */
export const STAGES = [
  'received',
  'clarifying',
  'approved',
  'routed',
  'answered',
  'published',
  'rejected',
  'withdrawn',
  'joined',
  'reopened',
] as const;
export type Stage = (typeof STAGES)[number];

/** What can be done to a question; `note`, `verify` and `setTopic` leave the stage as it is. */
export const ACTIONS = [
  'approve',
  'reject',
  'askMore',
  'clarify',
  'verify',
  'setTopic',
  'route',
  'note',
  'takeOver',
  'revealContact',
  'answer',
  'handBack',
  'reportDifficulty',
  'acceptAnswer',
  'returnAnswer',
  'choose',
  'unchoose',
  'air',
  'withdraw',
  'join',
  'reopen',
] as const;
export type Action = (typeof ACTIONS)[number];

export type AskerKind = 'citizen' | 'business' | 'organisation';

/** Consent is asked per purpose (Law 91/2025/QH15). */
export type ConsentPurpose = 'record' | 'nameOnAir' | 'reminders';

/** The proof of one consent: which text was shown, what was said, when. */
export type Consent = { purpose: ConsentPurpose; given: boolean; textVersion: string; at: Date };

/** Who asked, as told at the time. Personal data: never in the group, in logs or in callback data. */
export type Asker = {
  person: string; // id in the persons collection
  kind: AskerKind;
  name: string;
  organisation?: string;
  place: string; // id of a place
  address: string;
  email?: string;
  phone?: string; // E.164
};

/** A photo or document that came with a message; the bytes stay with the platform until they are fetched. */
export type Attachment = {
  channel: string;
  fileRef: string;
  kind: 'photo' | 'document';
  name?: string;
  mime?: string;
  size?: number; // bytes
};

/** Why a text is suspected to be out of the programme's scope (A2). */
export type Suspicion = 'complaint' | 'denunciation';

/** One line of the decision record. Never changed and never deleted (C5). */
export type QuestionEvent = {
  id: string; // id of what caused it; unique within the question, so that a repeat changes nothing
  action: Action | 'submit';
  at: Date;
  by: string; // account, such as telegram:42, or 'system'
  byName?: string; // a member's or unit person's name; never the asker's
  from: Stage | null;
  to: Stage;
  text?: string; // reason, request, note, answer…
  unit?: string;
  topic?: string;
  episode?: string;
};

export type Answer = {
  text: string;
  attachments: Attachment[];
  unit: string;
  responsible: string; // who is responsible for the content: name and title (plan IV.4)
  by: string;
  at: Date;
  acceptedAt?: Date;
};

/** The deadline of handing over, with everything needed to show how it was counted (C3). */
export type Pause = { from: Date; to?: Date };

/** A question is a document with its events inside; a change is one write on id and version. */
export type Question = {
  code: string; // KG-2026-000123
  year: number;
  number: number;
  version: number;
  cause: string; // id of the update that submitted it
  stage: Stage;
  episodeTrack: 'none' | 'chosen' | 'aired';
  episode?: string;
  channel: string;
  asker: Asker;
  consents: Consent[];
  topic: string;
  content: string;
  folded: string; // content folded for search
  attachments: Attachment[];
  suspected?: Suspicion;
  receivedAt: Date;
  pauses: Pause[];
  dueAt: Date; // end of the due day; recomputed when the calendar or a pause changes
  handedOverAt?: Date;
  unit?: string;
  assignee?: string; // member's account
  verified?: boolean;
  answer?: Answer;
  joinedTo?: string;
  events: QuestionEvent[];
};
