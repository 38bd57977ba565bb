/**
 * What a conversation is made of, free of any channel: a flow is steps; the engine (`advance.ts`) takes the stored
 * state and one reply and gives the new state, what to say, and what is meant. It does no I/O (design).
 */
import type { Attachment } from '../domain/question.js';

/** A sentence to be said: a locale key `namespace:path` and its values; values are escaped when it is rendered. */
export type Phrase = { key: string; values?: Record<string, string | number | Phrase | readonly Phrase[]> };

/** What stands on a button: a phrase, or data such as a place's name. */
export type Label = Phrase | { plain: string };

/**
 * One of several things that a person may choose; `value` is at most 24 bytes of [a-z0-9_-]. `words` is a phrase
 * of other words for it, separated by `|`, such as 'yes|ok'.
 */
export type Choice = { value: string; label: Label; words?: Phrase };

/** What is said in one message, before it is put into a language and fitted to a channel. */
export type Saying = {
  phrase: Phrase;
  /** Rows of buttons; a channel with few buttons gets a numbered list. */
  choices?: Choice[][];
  /** Ways out of the step that are always there: back, skip, cancel, done. Typed by their words, never numbered. */
  nav?: NavChoice[];
  /** Which page of a long list of choices is shown, from 0. */
  page?: number;
  /** Name and phone may be shared by the platform's own means, where it has such: title and hint of its card. */
  contact?: { title: Phrase; hint: Phrase };
  /** The flow run and step that the choices belong to, so that old buttons are told from new ones. */
  at?: { run: string; step: string };
  expectsReply?: boolean;
};

/** Reserved choice values of the engine; no step may use them. */
export const NAV = { back: '_back', skip: '_skip', cancel: '_cancel', done: '_done' } as const;
export type NavChoice = (typeof NAV)[keyof typeof NAV];

/** Long lists of choices are shown this many at a time. */
export const PAGE_SIZE = 12;

/** What puts phrases into a language, as far as the conversation needs it (`bot/texts.ts` gives it). */
export type PhraseTexts = {
  render(phrase: Phrase, lang: 'vi' | 'en'): string;
  plain(phrase: Phrase, lang: 'vi' | 'en'): string;
};

/** What a person did, as far as a flow is concerned. */
export type Reply =
  | { kind: 'text'; text: string }
  | { kind: 'attachment'; attachment: Attachment; caption?: string }
  | { kind: 'choice'; value: string; run: string; step: string }
  | { kind: 'contact'; name?: string; phone?: string }
  | { kind: 'unsupported'; what: string };

/** The outcome of reading a reply: a value, or a wrong reply with the sentence that says what to write instead. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; wrong: Phrase };

/** What every step may look at; all of it is given, nothing is fetched. */
export type FlowEnv<World> = { now: Date; world: World };

/**
 * `Draft` is what the flow collects; plain data, kept in the store. A step says what to ask, reads a reply into the
 * draft, and names the next step.
 */
export type Step<Draft, World> = {
  /** What is asked, with the choices on offer; `contact` offers to share name or phone instead of typing them. */
  ask(draft: Draft, env: FlowEnv<World>): Pick<Saying, 'phrase' | 'choices' | 'contact'>;
  /**
   * Reads a reply into a new draft. `stay` keeps the step open for more (several messages as one question): with a
   * phrase said instead of the question, `'silent'` with nothing said, `'ask'` with the question asked again.
   * Text comes normalized and not empty; a choice is one of those on offer, or `NAV.done`.
   */
  take(
    reply: Reply,
    draft: Draft,
    env: FlowEnv<World>,
  ): Parsed<{ draft: Draft; stay?: Phrase | 'silent' | 'ask' }>;
  /** The next step; 'done' ends the flow and gives its intent. */
  next(draft: Draft, env: FlowEnv<World>): string;
  /** May be passed over: what the draft is then. */
  skip?(draft: Draft): Draft;
  /** Gathers several messages: 'done' is offered, and comes to `take` as the choice `NAV.done`. */
  gathers?: true;
  /** Photos and documents come to `take`; otherwise they are answered with where to send them. */
  attachments?: true;
  /** Whether the draft lacks what this step asks for; after an edit from the summary such a step is asked too. */
  missing?(draft: Draft): boolean;
};

export type Flow<Draft, World, Intent> = {
  name: string;
  /** Raised when steps or draft change shape; an older state is brought over by `migrate` or begun again. */
  version: number;
  first: string;
  start(env: FlowEnv<World>): Draft;
  steps: Readonly<Record<string, Step<Draft, World>>>;
  /**
   * The step that shows the summary. A choice there whose value is the name of a step edits that step, and the flow
   * returns to the summary. Names of steps: at most 24 of [a-z0-9_-].
   */
  summary?: string;
  finish(draft: Draft, env: FlowEnv<World>): Intent;
  migrate?(state: {
    version: number;
    step: string;
    draft: unknown;
  }): { step: string; draft: Draft } | undefined;
  /** How long the flow may rest: one reminder after `remindAfterMs`, then it lapses after `lapseAfterMs`. */
  rest: { remindAfterMs: number; lapseAfterMs: number };
};

/** The stored state of one person's unfinished conversation. Plain data. */
export type FlowState = {
  flow: string;
  version: number;
  run: string; // id of the update that began it
  step: string;
  back: string[]; // steps behind, the newest last
  editing?: boolean; // came from the summary: go back to it
  draft: unknown;
  page?: number; // of a long list of choices
  slot?: string; // of the message that shows the question, to edit it in place
  touchedAt: Date;
  remindedAt?: Date;
};

/** What one reply leads to: the new state (`null`: the conversation is over), what to say, and what is meant. */
export type Advance<Intent> = {
  state: FlowState | null;
  say: Saying[];
  intent?: Intent;
  /** 'stale': the press belonged to an earlier question; 'cancelled': ended by the person's word. */
  note?: 'stale' | 'cancelled' | 'restarted';
};
