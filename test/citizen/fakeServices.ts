import { DEFAULT_TOPICS } from '../../src/domain/defaultTopics.js';
import { nextStage } from '../../src/domain/lifeCycle.js';
import { localDate } from '../../src/domain/localDate.js';
import type { Question } from '../../src/domain/question.js';
import { formatCode } from '../../src/domain/questionCode.js';
import { suspect } from '../../src/domain/suspicion.js';
import { fold } from '../../src/domain/text.js';
import type { PersonRecord, Services, Submission } from '../../src/services/services.js';

/** Use cases in memory, as far as a citizen's chat calls them; whatever else is called fails the test. */
export function createFakeServices(now: () => Date) {
  const people = new Map<string, PersonRecord>();
  const questions: Question[] = [];
  const calls: string[] = [];
  const state = {
    people,
    questions,
    calls,
    mayAsk: { ok: true } as Awaited<ReturnType<Services['mayAsk']>>,
    failNext: undefined as Error | undefined,
  };

  const personOf = (id: string): PersonRecord => {
    const person = people.get(id);
    if (!person) throw new Error(`no person ${id}`);
    return person;
  };

  const services = {
    people: {
      async of(account: string, hint: { language?: string } = {}) {
        const known = [...people.values()].find(({ accounts }) => accounts.includes(account));
        if (known) return structuredClone(known);
        const language = hint.language?.startsWith('en') ? ('en' as const) : ('vi' as const);
        const person: PersonRecord = {
          id: `person${people.size + 1}`,
          accounts: [account],
          language,
          consents: [],
        };
        people.set(person.id, person);
        return structuredClone(person);
      },
      async setLanguage(id: string, language: 'vi' | 'en') {
        personOf(id).language = language;
      },
      async subscribe(id: string, topics: string[], consent: PersonRecord['consents'][number]) {
        calls.push(`subscribe ${topics.join(',')}`);
        const person = personOf(id);
        person.subscription = { topics, since: now() };
        person.consents.push(consent);
      },
      async unsubscribe(id: string) {
        const person = personOf(id);
        const was = person.subscription !== undefined;
        delete person.subscription;
        return was;
      },
      async copyOf(id: string) {
        return { person: personOf(id), questions: questions.filter(({ asker }) => asker.person === id) };
      },
      async forget(id: string, cause: string) {
        calls.push(`forget ${cause}`);
        people.delete(id);
        return { questionsPseudonymised: questions.filter(({ asker }) => asker.person === id).length };
      },
    },
    async submit(submission: Submission) {
      const failure = state.failNext;
      state.failNext = undefined;
      if (failure) throw failure;
      const known = questions.find(({ cause }) => cause === submission.cause);
      if (known) return known;
      const question = makeQuestion(submission, questions.length + 1, now());
      questions.push(question);
      const person = personOf(submission.asker.person);
      const { person: _person, ...profile } = submission.asker;
      person.profile = profile;
      person.consents.push(...submission.consents);
      return question;
    },
    mayAsk: async () => state.mayAsk,
    async act(
      code: string,
      action: Question['events'][number]['action'],
      by: { account: string; roles: never[] },
      details: { text?: string },
      cause: string,
    ) {
      const question = questions.find((one) => one.code === code);
      if (!question || action === 'submit') throw new Error('no such question');
      const done = question.events.find(({ id }) => id === cause);
      if (done) return { question, event: done };
      const to = nextStage(question, action, by.roles);
      const event = { id: cause, action, at: now(), by: by.account, from: question.stage, to, ...details };
      question.events.push(event);
      question.stage = to;
      calls.push(`${action} ${code} ${details.text ?? ''}`.trim());
      return { question, event };
    },
    ledger: {
      byCode: async (code: string) => questions.find((one) => one.code === code),
      joinedTo: async (code: string) => questions.filter(({ joinedTo }) => joinedTo === code),
      ofPerson: async (id: string) => questions.filter(({ asker }) => asker.person === id).reverse(),
      due: async (question: Question) => ({
        dueDate: localDate(question.dueAt),
        dueAt: question.dueAt,
        overdue: false,
        paused: false,
        days: [],
      }),
    },
    links: {
      offer: async () => ({ code: 'CFHK2345', until: at('2026-11-23T02:10') }),
      leave: async () => 'alone' as const,
    },
    settings: {
      topics: async () => [...DEFAULT_TOPICS],
      units: async () => [{ id: 'so-nnmt', name: 'Sở Nông nghiệp và Môi trường', kind: 'so', topics: [] }],
      complaintContact: async () => ({
        office: 'Ban Tiếp công dân tỉnh',
        address: '01 Nguyễn Công Trứ',
        phone: '0297 3 999 999',
      }),
    },
    programme: {
      nextEpisode: async (): ReturnType<Services['programme']['nextEpisode']> => ({
        episode: {
          id: '2026-12-1',
          plannedAt: at('2026-12-05T11:30'),
          at: at('2026-12-05T11:30'),
          status: 'planned',
          airings: [],
        },
        airings: [
          {
            id: '2026-12-1.1',
            episode: '2026-12-1',
            at: at('2026-12-05T11:30'),
            until: at('2026-12-05T12:00'),
            channel: 'KG',
            rerun: false,
          },
          {
            id: '2026-12-1.2',
            episode: '2026-12-1',
            at: at('2026-12-05T14:00'),
            until: at('2026-12-05T14:30'),
            channel: 'KG1',
            rerun: true,
          },
        ],
        questions: questions.filter(({ episodeTrack }) => episodeTrack === 'chosen'),
      }),
      linkOf: async (): Promise<string | undefined> => undefined,
      upcoming: async (): ReturnType<Services['programme']['upcoming']> => [],
    },
  };
  // Only these use cases are called from a citizen's chat; another one would be undefined and fail the test.
  return { services: services as unknown as Services, ...state, state };
}

const at = (utc: string): Date => new Date(`${utc}:00Z`);

export function makeQuestion(submission: Submission, number: number, now: Date): Question {
  const suspected = suspect(submission.content);
  return {
    ...submission,
    code: formatCode(2026, number),
    year: 2026,
    number,
    version: 1,
    stage: 'received',
    episodeTrack: 'none',
    folded: fold(submission.content),
    ...(suspected ? { suspected } : {}),
    receivedAt: now,
    pauses: [],
    dueAt: at('2026-11-27T16:59'),
    events: [{ id: submission.cause, action: 'submit', at: now, by: 'person', from: null, to: 'received' }],
  };
}
