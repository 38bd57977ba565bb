import type { Clock } from '../clock.js';
import { localDate } from '../domain/localDate.js';
import type { Asker, Question, QuestionEvent } from '../domain/question.js';
import { formatCode } from '../domain/questionCode.js';
import { suspect } from '../domain/suspicion.js';
import { fold } from '../domain/text.js';
import type { PeopleStore } from '../store/people.js';
import type { QuestionRecord, QuestionsStore } from '../store/questions.js';
import { byPerson } from './byPerson.js';
import { deadlineOf, keptFields } from './keptFields.js';
import { createNumbering } from './numbering.js';
import { refuse } from './refuse.js';
import type { Announce, PersonRecord, Services, Submission } from './services.js';
import type { Snapshot } from './settingKinds.js';
import type { SettingsCache } from './settingsCache.js';

/**
 * Enters a question into the ledger (A1): code, deadline, suspicion, first event; keeps the details and the proofs of
 * consent with the person. A repeat with the same cause gives the same question and announces it again. Throws
 * DomainError consent-missing, blocked, not-found (no such person).
 */
export function createSubmit(deps: {
  questions: QuestionsStore;
  people: PeopleStore;
  settings: SettingsCache;
  clock: Clock;
  announce: Announce;
}): Services['submit'] {
  const { questions, people, settings, clock, announce } = deps;
  const number = createNumbering(questions);

  return async (submission) => {
    const { cause, asker, consents } = submission;
    if (!consents.some((consent) => consent.purpose === 'record' && consent.given))
      throw refuse('consent-missing');
    const person = await people.keepDetails(asker.person, profileOf(asker), consents);
    const question = person
      ? await enter(submission)
      : ((await questions.byCause(cause)) ?? (await refuseStranger(asker.person)));
    const [first] = question.events;
    if (first) await announce.questionChanged(question, first);
    return question;
  };

  async function enter(submission: Submission): Promise<Question> {
    const snapshot = await settings.read();
    const now = clock.now();
    const year = Number(localDate(now).slice(0, 4));
    return number(year, submission.cause, (next) => createRecord(submission, year, next, snapshot, now));
  }

  async function refuseStranger(id: string): Promise<never> {
    throw (await people.byId(id))?.blocked ? refuse('blocked') : refuse('not-found');
  }
}

function profileOf({ person: _person, ...profile }: Asker): NonNullable<PersonRecord['profile']> {
  return profile;
}

function createRecord(
  submission: Submission,
  year: number,
  number: number,
  settings: Snapshot,
  now: Date,
): QuestionRecord {
  const { cause, channel, asker, consents, topic, content, attachments } = submission;
  const code = formatCode(year, number);
  const suspected = suspect(content);
  const submitted: QuestionEvent = {
    id: cause,
    action: 'submit',
    at: now,
    by: byPerson(asker.person),
    from: null,
    to: 'received',
  };
  const question: Question = {
    code,
    year,
    number,
    version: 1,
    cause,
    stage: 'received',
    episodeTrack: 'none',
    channel,
    asker,
    consents,
    topic,
    content,
    folded: fold(content),
    attachments,
    ...(suspected ? { suspected } : {}),
    receivedAt: now,
    pauses: [],
    dueAt: deadlineOf({ receivedAt: now, pauses: [] }, settings, now).dueAt,
    events: [submitted],
  };
  return { _id: code, ...question, ...keptFields(question, settings, now) };
}
