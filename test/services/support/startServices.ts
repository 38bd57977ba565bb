import type { Connection } from 'mongoose';
import { createManualClock, type ManualClock } from '../../../src/clock.js';
import type { Question } from '../../../src/domain/question.js';
import { createServices } from '../../../src/services/createServices.js';
import type { Actor, Announce, PersonRecord, Services, Submission } from '../../../src/services/services.js';

export type Told = { what: keyof Announce; args: unknown[] };
export type TestServices = {
  services: Services;
  clock: ManualClock;
  /** What was announced, in order. */
  told: Told[];
  /** What the platform says of an account in a group; absent: it does not answer. */
  groups: Map<string, { present: boolean; admin: boolean }>;
  asked: string[];
  /** A person and their account. */
  person: (account?: string) => Promise<PersonRecord>;
  /** A question of that person, or of a new one. */
  submit: (part?: Partial<Submission> & { person?: PersonRecord }) => Promise<Question>;
  /** Makes what `announce` throws, once. */
  failOnce: (what: keyof Announce) => void;
};

export const BOARD_CHAT = 'telegram:-100';
export const ADMIN: Actor = { account: 'telegram:1', name: 'Lê Quản Trị', roles: ['admin'] };
export const EDITOR: Actor = { account: 'telegram:2', name: 'Trần Biên Tập', roles: ['editor'] };
export const STATION: Actor = { account: 'telegram:3', name: 'Võ Đài', roles: ['station'] };
export const UNIT = 'so-xay-dung';
export const CLERK: Actor = {
  account: 'telegram:5',
  name: 'Đỗ Chuyên Viên',
  roles: ['unitClerk'],
  unit: UNIT,
};

/** Monday 23 November 2026, 09:00 in Vietnam; Tuesday the 24th is a holiday. */
export const START = new Date('2026-11-23T02:00:00Z');

let count = 0;

/** The use cases on `connection` with a clock that stands still and announcements that are written down. */
export async function startServices(
  connection: Connection,
  options: { clock?: ManualClock; admins?: string[] } = {},
): Promise<TestServices> {
  const clock = options.clock ?? createManualClock(START);
  const told: Told[] = [];
  const failing = new Set<string>();
  const groups: TestServices['groups'] = new Map();
  const asked: string[] = [];
  const tell =
    (what: keyof Announce) =>
    async (...args: unknown[]): Promise<void> => {
      if (failing.delete(what)) throw new Error(`${what} failed`);
      told.push({ what, args });
    };
  const services = createServices({
    connection,
    clock,
    newId: () => `id-${String(++count).padStart(8, '0')}`,
    announce: {
      questionChanged: tell('questionChanged'),
      dueSoon: tell('dueSoon'),
      overdue: tell('overdue'),
      digest: tell('digest'),
      airing: tell('airing'),
      yourQuestionIsOn: tell('yourQuestionIsOn'),
      linkReady: tell('linkReady'),
      calendarChanged: tell('calendarChanged'),
      alert: tell('alert'),
    },
    config: {
      admins: options.admins ?? [ADMIN.account],
      boardChat: BOARD_CHAT,
      limits: { questionsPerDay: 5 },
    },
    askMembership: async (chat, account) => {
      asked.push(`${chat} ${account}`);
      return groups.get(`${chat} ${account}`);
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await services.ensureIndexes();
  const person = (account = `telegram:${1000 + ++count}`): Promise<PersonRecord> =>
    services.people.of(account);

  return {
    services,
    clock,
    told,
    groups,
    asked,
    person,
    async submit({ person: given, ...part } = {}) {
      const asker = given ?? (await person());
      return services.submit(submission(asker.id, clock.now(), part));
    },
    failOnce: (what) => failing.add(what),
  };
}

/** A question as the flow gives it. */
export function submission(person: string, at: Date, part: Partial<Submission> = {}): Submission {
  return {
    cause: `update-${++count}`,
    channel: 'telegram',
    asker: {
      person,
      kind: 'citizen',
      name: 'Nguyễn Thị Hoà',
      place: 'rach-gia',
      address: 'Ấp Minh Phú',
      email: 'hoa@example.vn',
      phone: '+84912345678',
    },
    consents: [{ purpose: 'record', given: true, textVersion: '1', at }],
    topic: 'dat-dai',
    content: 'Thủ tục cấp giấy chứng nhận quyền sử dụng đất lần đầu gồm những bước nào?',
    attachments: [],
    ...part,
  };
}

/** The announcements of one kind. */
export function toldOf(told: readonly Told[], what: keyof Announce): unknown[][] {
  return told.filter((one) => one.what === what).map(({ args }) => args);
}
