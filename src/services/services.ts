/** The use cases as the bot, the jobs and the HTTP pages call them. Each that changes something takes the `cause`
 * (id of the update or tick behind it): done once, a repeat gives the same result and announces the same. */
import type { Ref } from '../channels/channel.js';
import type { CalendarDay } from '../domain/calendar.js';
import type { Role } from '../domain/lifeCycle.js';
import type {
  Action,
  Asker,
  Attachment,
  Consent,
  ConsentPurpose,
  Question,
  QuestionEvent,
  Stage,
} from '../domain/question.js';
import type { Airing, Episode } from '../domain/schedule.js';
import type { AuditEntry } from '../store/audit.js';
import type { LinkRead } from './link.js';
import type { CodeRefusal } from './linkCodes.js';
import type { SettingValues, ValueName } from './settingKinds.js';

export type Lang = 'vi' | 'en';

/** Somebody who acts, with what they may do, as looked up at this very press. */
export type Actor = { account: Ref; name: string; roles: Role[]; unit?: string };

export type PersonRecord = {
  id: string;
  accounts: Ref[];
  language: Lang;
  /** Last told details, offered at the next question; absent until the person agreed to the record. */
  profile?: Partial<Omit<Asker, 'person'>>;
  consents: Consent[];
  subscription?: { topics: string[]; since: Date }; // no topics: all
  blocked?: { by: Ref; at: Date; reason: string };
};

export type Submission = {
  cause: string;
  channel: string;
  asker: Asker;
  consents: Consent[];
  topic: string;
  content: string;
  attachments: Attachment[];
};

export type Unit = {
  id: string;
  name: string;
  kind: string;
  topics: string[];
  chat?: Ref;
  head?: { name: string; title: string };
  validFrom?: string;
  validTo?: string;
  successors?: string[];
};
export type Topic = { id: string; name: { vi: string; en: string }; hidden?: boolean };

export type Member = { account: Ref; name: string; roles: Role[]; present: boolean };
export type UnitMember = {
  account: Ref;
  name: string;
  role: 'unitHead' | 'unitClerk';
  unit: string;
  present: boolean;
};

/** What an action needs beside its name; which fields count depends on the action. */
export type ActionDetails = {
  text?: string;
  unit?: string;
  topic?: string;
  episode?: string;
  into?: string;
  attachments?: Attachment[];
  responsible?: string;
};

export type Due = {
  dueDate: string;
  dueAt: Date;
  overdue: boolean;
  paused: boolean;
  days: { date: string; counted: number | null; why: string; title?: string }[];
};

export type Stats = {
  total: number;
  byStage: Partial<Record<Stage, number>>;
  overdue: number;
  byTopic: { topic: string; count: number }[];
  byUnit: { unit: string; count: number; answered: number }[];
  subscribers: number;
};

export type Services = {
  people: {
    /** The person behind an account; made at the first contact. */
    of(account: Ref, hint?: { name?: string; language?: string }): Promise<PersonRecord>;
    byId(id: string): Promise<PersonRecord | undefined>;
    setLanguage(person: string, language: Lang): Promise<void>;
    consent(person: string, purpose: ConsentPurpose, given: boolean, textVersion: string): Promise<void>;
    subscribe(person: string, topics: string[], consent: Consent): Promise<void>;
    unsubscribe(person: string, cause?: string): Promise<boolean>; // false: was not subscribed; a repeat of the cause that ended it: true
    /** Everything kept about the person (A3, /mydata), ready to be sent as a JSON file. */
    copyOf(person: string): Promise<object>;
    /** Deletes or pseudonymises (A3, /forget); answers what was done. */
    forget(person: string, cause: string): Promise<{ questionsPseudonymised: number }>;
    block(account: Ref, by: Actor, reason: string, cause: string): Promise<void>;
    unblock(account: Ref, by: Actor, cause: string): Promise<void>;
  };
  submit(submission: Submission): Promise<Question>;
  /** Is this person within the limit of questions a day? */
  mayAsk(person: string): Promise<{ ok: true } | { ok: false; limit: number }>;
  /**
   * Carries out one row of the life cycle. Throws DomainError not-found, not-allowed, wrong-stage {code, action, stage,
   * by (name, '' when none), byKind ('member', 'asker' or 'system'), lastAction}, or what the details lack
   * (refuse.ts). An asker acts as {account, name, roles: ['asker']}, only on their own questions.
   */
  act(
    code: string,
    action: Action,
    by: Actor,
    details: ActionDetails,
    cause: string,
  ): Promise<{ question: Question; event: QuestionEvent }>;
  ledger: {
    byCode(code: string): Promise<Question | undefined>;
    ofPerson(person: string): Promise<Question[]>; // newest first
    queue(page: number): Promise<{ questions: Question[]; total: number }>; // open, soonest due first, 10 a page, from page 0
    find(words: string, page: number): Promise<{ questions: Question[]; total: number }>;
    /** The questions joined with this one (A5). */
    joinedTo(code: string): Promise<Question[]>;
    due(question: Question): Promise<Due>;
    stats(): Promise<Stats>;
  };
  members: {
    /** Who this account is now, asked of the group when not known; undefined: no member. */
    actor(account: Ref, name: string): Promise<Actor | undefined>;
    list(): Promise<Member[]>;
    seen(person: { ref: Ref; name: string }, present: boolean, admin: boolean): Promise<void>;
    setRoles(account: Ref, roles: Role[], by: Actor, cause: string): Promise<Member>;
    /** Who this account is in a unit's chat. The first is the head by /head or an admin's word. */
    unitActor(chat: Ref, account: Ref, name: string): Promise<Actor | undefined>;
    unitSeen(chat: Ref, person: { ref: Ref; name: string }, present: boolean): Promise<void>;
    unitMembers(unit: string): Promise<UnitMember[]>;
    /** By an admin, or of themselves by somebody of the unit while it has no head. */
    setUnitHead(unit: string, account: Ref, by: Actor, cause: string): Promise<UnitMember>;
    /** A refused press or command: recorded (C2). */
    refused(account: Ref, what: string, cause: string): Promise<void>;
  };
  settings: {
    boardChat(): Promise<Ref | undefined>;
    moveChat(from: Ref, to: Ref): Promise<void>;
    units(): Promise<Unit[]>;
    unitOfChat(chat: Ref): Promise<Unit | undefined>;
    saveUnit(unit: Unit, by: Actor, cause: string): Promise<void>;
    topics(): Promise<Topic[]>;
    saveTopic(topic: Topic, by: Actor, cause: string): Promise<void>;
    calendarDays(year: number): Promise<CalendarDay[]>;
    saveCalendarDay(day: CalendarDay, by: Actor, cause: string): Promise<{ recomputed: number }>;
    dropCalendarDay(date: string, by: Actor, cause: string): Promise<{ recomputed: number }>;
    /** Where complaints and denunciations are taken (A2). */
    complaintContact(): Promise<{ office: string; address: string; phone: string }>;
    /** The single values (settingKinds.ts) and their change; throws DomainError bad-value {field}. */
    values(): Promise<SettingValues>;
    setValue(name: ValueName, value: unknown, by: Actor, cause: string): Promise<void>;
  };
  programme: {
    nextEpisode(): Promise<{ episode: Episode; airings: Airing[]; questions: Question[] } | undefined>;
    upcoming(count: number): Promise<{ episode: Episode; questions: Question[] }[]>;
    moveEpisode(episode: string, to: Date, by: Actor, cause: string): Promise<Episode>;
    cancelEpisode(episode: string, reason: string, by: Actor, cause: string): Promise<Episode>;
    /** After the airing: where to watch it again (A4). */
    setLink(episode: string, link: string, by: Actor, cause: string): Promise<void>;
    linkOf(episode: string): Promise<string | undefined>;
  };
  /** One person on several platforms (A3, A4): a code shown on one and typed on the other. */
  links: {
    /** A code that links another account with this one: once, within ten minutes. */
    offer(account: Ref, cause: string): Promise<{ code: string; until: Date }>;
    /** What a typed code would link, before it is used; a wrong one counts against the account. */
    check(account: Ref, typed: string, cause: string): Promise<LinkRead>;
    join(account: Ref, typed: string, cause: string): Promise<LinkRead>;
    /** Takes this account out again, with nothing of what was asked or subscribed. `alone`: it was not linked. */
    leave(account: Ref, cause: string): Promise<'done' | 'alone' | 'blocked'>;
  };
  /** A unit's chat by invitation (C4), also a private one. */
  unitChats: {
    /** A code for a unit, good for a day, by an admin; throws unknown-unit, not-allowed. An earlier one ends. */
    invite(unit: string, by: Actor, cause: string): Promise<{ code: string; until: Date }>;
    /** Makes the chat the unit's whose code was typed; throws unit-chat-taken. In a private chat the first is the head. */
    bind(
      chat: Ref,
      person: { ref: Ref; name: string },
      typed: string,
      cause: string,
    ): Promise<{ ok: true; unit: Unit } | CodeRefusal>;
    /** The unit is without this chat from now on; undefined: it was no unit's. */
    leave(chat: Ref, by: Pick<Actor, 'account'>, cause: string): Promise<Unit | undefined>;
  };
  /** What the record beside the questions' own events has about a code, a person's id or a setting (C5). */
  auditOf(subject: string): Promise<AuditEntry[]>;
  /** All that time brings: deadlines, digests, reminders, airings. What is due is read from the documents. */
  tick(): Promise<void>;
};

/**
 * Who hears of it, when the services did something. Implemented by the bot (`bot/notices`), which turns it into
 * messages in each one's language; ids follow from the event, so that a repeat tells nobody twice.
 */
export type Announce = {
  questionChanged(question: Question, event: QuestionEvent): Promise<void>;
  dueSoon(question: Question, due: Due): Promise<void>;
  overdue(question: Question, due: Due): Promise<void>;
  /** `open` and `overdue` have the first thousand; `totals` counts all. */
  digest(
    date: string,
    open: Question[],
    overdue: string[],
    totals: { open: number; overdue: number },
  ): Promise<void>;
  /**
   * A reminder of one airing to one subscriber account; dropped if it cannot go out before `airing.at`. Airings of one
   * moment come as one, with all its channels in `channel`. A moved episode is reminded of again: an id of the
   * message needs `airing.id`, `airing.at` and `kind`.
   */
  airing(
    kind: 'day' | 'halfHour',
    episode: Episode,
    airing: Airing,
    questions: Question[],
    to: { person: PersonRecord; account: Ref }[],
  ): Promise<void>;
  yourQuestionIsOn(episode: Episode, airing: Airing, question: Question, to: PersonRecord): Promise<void>;
  linkReady(episode: Episode, link: string, question: Question, to: PersonRecord): Promise<void>;
  calendarChanged(recomputed: Question[], by: Actor, cause: string): Promise<void>;
  /** To the admins: an update was set aside, a token was refused, … No personal data. */
  alert(code: string, fields: Record<string, string | number>, cause: string): Promise<void>;
};
