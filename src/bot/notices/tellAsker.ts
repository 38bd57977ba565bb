import type { Phrase } from '../../conversation/flow.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Question, QuestionEvent } from '../../domain/question.js';
import type { PersonRecord } from '../../services/services.js';
import type { Show } from '../turn.js';
import { type Notice, type Teller, findUnit } from './createTeller.js';

const EPISODES_LOOKED_AT = 12;

/**
 * What the asker hears of an event, on every account and in the asker's own language (A4). Nothing of what the
 * asker's own chat has just answered (sent, clarified, withdrawn, reopened), nor of the board's inner work.
 */
export async function tellAsker(teller: Teller, question: Question, event: QuestionEvent): Promise<Show[]> {
  const notice = await noticeOf(teller, question, event);
  if (!notice) return [];
  const person = await teller.deps.lookups().people.byId(question.asker.person);
  if (!person) return [];
  const shows = teller.toPerson(person, `${event.id}:asker`, notice);
  return event.action === 'acceptAnswer' ? [...shows, ...answerFiles(question, event, person)] : shows;
}

async function noticeOf(
  teller: Teller,
  question: Question,
  event: QuestionEvent,
): Promise<Notice | undefined> {
  const { code } = question;
  const text = event.text ?? '';
  switch (event.action) {
    case 'approve':
      return { phrase: { key: 'notices:asker.approve', values: { code } } };
    case 'reject':
      return { phrase: await rejection(teller, question, text) };
    case 'askMore':
      return {
        phrase: { key: 'notices:asker.askMore', values: { code, text } },
        buttons: [{ title: { key: 'notices:asker.clarifyButton' }, data: { action: 'clarify', code } }],
      };
    case 'route':
      return {
        phrase: {
          key: 'notices:asker.route',
          values: {
            code,
            unit: (await findUnit(teller.deps, event.unit))?.name ?? event.unit ?? '',
            when: formatDateTime(event.at),
          },
        },
      };
    case 'acceptAnswer':
      return question.answer && { phrase: await published(teller, question, question.answer) };
    case 'join':
      return { phrase: { key: 'notices:asker.join', values: { code, into: question.joinedTo ?? '' } } };
    case 'choose':
      return { phrase: await chosen(teller, code, event.episode) };
    case 'unchoose':
      return { phrase: { key: 'notices:asker.unchoose', values: { code } } };
    default:
      return undefined;
  }
}

/** A suspected complaint is told again where to take it: there is a time limit to complain (vietnam.md). */
async function rejection(teller: Teller, question: Question, reason: string): Promise<Phrase> {
  const values = { code: question.code, reason };
  if (!question.suspected) return { key: 'notices:asker.reject', values };
  const contact = await teller.deps.lookups().settings.complaintContact();
  return { key: 'notices:asker.rejectSuspected', values: { ...values, ...contact } };
}

async function published(
  teller: Teller,
  question: Question,
  answer: NonNullable<Question['answer']>,
): Promise<Phrase> {
  const unit = (await findUnit(teller.deps, answer.unit))?.name ?? answer.unit;
  return {
    key: 'notices:asker.published',
    values: { code: question.code, unit, answer: answer.text, responsible: answer.responsible },
  };
}

async function chosen(teller: Teller, code: string, episode: string | undefined): Promise<Phrase> {
  const upcoming = await teller.deps.lookups().programme.upcoming(EPISODES_LOOKED_AT);
  const found = upcoming.find((one) => one.episode.id === episode);
  if (!found) return { key: 'notices:asker.choose', values: { code } };
  return { key: 'notices:asker.chooseWithTime', values: { code, when: formatDateTime(found.episode.at) } };
}

function answerFiles(question: Question, event: QuestionEvent, person: PersonRecord): Show[] {
  return (question.answer?.attachments ?? []).flatMap((attachment, n) =>
    person.accounts.map((account) => ({
      chat: account,
      message: { text: '', attachment },
      priority: 'notice' as const,
      id: `${event.id}:file${n}:${account}`,
    })),
  );
}
