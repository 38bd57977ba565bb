import { shortRun } from '../../conversation/buttonData.js';
import type { Phrase } from '../../conversation/flow.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import type { Airing } from '../../domain/schedule.js';
import type { Announce, PersonRecord } from '../../services/services.js';
import type { Show } from '../turn.js';
import type { NoticeDeps, Teller } from './createTeller.js';
import { template } from './templates.js';

const QUESTIONS_LISTED = 8;

/** Reminders of an airing, to subscribers and to those whose question is on; and the link afterwards (D4, A4). */
export function tellAirings(
  teller: Teller,
  deps: NoticeDeps,
): Pick<Announce, 'airing' | 'yourQuestionIsOn' | 'linkReady'> {
  return {
    async airing(kind, _episode, airing, questions, to) {
      const topics = await deps.lookups().settings.topics();
      const name = (id: string, lang: 'vi' | 'en'): string =>
        topics.find((topic) => topic.id === id)?.name[lang] ?? id;
      const shows = to.map(({ person, account }): Show =>
        teller.toAccount(account, person.language, `${idOf(airing)}:${kind}:${account}`, {
          phrase: reminder(kind, airing, forPerson(questions, person), (id) => name(id, person.language)),
          template: () => template('reminder', whereAndWhen(airing)),
          priority: 'broadcast',
          notAfter: airing.at,
        }),
      );
      await deps.enqueue(shows);
    },
    async yourQuestionIsOn(_episode, airing, question, to) {
      await deps.enqueue(
        teller.toPerson(to, `${idOf(airing)}:yours:${question.code}`, {
          phrase: { key: 'notices:asker.isOn', values: { code: question.code, ...whereAndWhen(airing) } },
          template: () => template('onair', { code: question.code, ...whereAndWhen(airing) }),
          priority: 'notice',
          notAfter: airing.at,
        }),
      );
    },
    async linkReady(episode, link, question, to) {
      await deps.enqueue(
        teller.toPerson(to, `link:${episode.id}:${question.code}:${shortRun(link)}`, {
          phrase: { key: 'notices:asker.link', values: { code: question.code, link } },
          template: () => template('link', { code: question.code, link }),
        }),
      );
    },
  };
}

/** The questions of the topics that the person subscribed to come first; without topics, all as they are. */
function forPerson(questions: readonly Question[], person: PersonRecord): readonly Question[] {
  const topics = person.subscription?.topics ?? [];
  const mine = questions.filter((question) => topics.includes(question.topic));
  return [...mine, ...questions.filter((question) => !mine.includes(question))];
}

function reminder(
  kind: 'day' | 'halfHour',
  airing: Airing,
  questions: readonly Question[],
  topicName: (id: string) => string,
): Phrase {
  const topics = [...new Set(questions.map((question) => question.topic))].slice(0, QUESTIONS_LISTED);
  const lines: Phrase[] = topics.map((topic) => ({
    key: 'notices:subscriber.topic',
    values: { topic: topicName(topic), n: questions.filter((question) => question.topic === topic).length },
  }));
  const key = `notices:subscriber.${kind}` as const;
  if (lines.length === 0) return { key, values: whereAndWhen(airing) };
  return {
    key: 'notices:subscriber.withTopics',
    values: { reminder: { key, values: whereAndWhen(airing) }, lines },
  };
}

const whereAndWhen = (airing: Airing): { when: string; channel: string } => ({
  when: formatDateTime(airing.at),
  channel: airing.channel,
});

/** A moved airing keeps its id and is told of again. */
const idOf = ({ id, at }: Airing): string => `airing:${id}:${at.getTime().toString(36)}`;
