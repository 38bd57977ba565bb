import type { Phrase } from '../../conversation/flow.js';
import { formatDateTime } from '../../domain/localDate.js';
import type { Question, QuestionEvent } from '../../domain/question.js';
import type { Lang, PersonRecord } from '../../services/services.js';
import type { Show } from '../turn.js';
import { paragraphs } from '../phrases.js';
import { type Notice, type Teller, findUnit } from './createTeller.js';
import { template } from './templates.js';

const EPISODES_LOOKED_AT = 12;

/** What those whose question was joined with this one are told of it too, each under their own code (A5). */
const FOR_JOINED: readonly QuestionEvent['action'][] = ['acceptAnswer', 'choose', 'unchoose'];

/**
 * What the asker hears of an event, on every account and in the asker's own language (A4). Nothing of what the
 * asker's own chat has just answered (sent, clarified, withdrawn, reopened), nor of the board's inner work.
 */
export async function tellAsker(teller: Teller, question: Question, event: QuestionEvent): Promise<Show[]> {
  const notice = await noticeOf(teller, question, event);
  if (!notice) return [];
  const { ledger, people } = teller.deps.lookups();
  const joined = FOR_JOINED.includes(event.action) ? await ledger.joinedTo(question.code) : [];
  const shows: Show[] = [];
  const told = new Set<string>();
  for (const { code, asker } of [question, ...joined]) {
    const person = await people.byId(asker.person);
    const isMain = code === question.code;
    if (!person || (!isMain && told.has(person.id))) continue;
    told.add(person.id);
    const own = isMain ? notice : await noticeOf(teller, { ...question, code }, event, question.code);
    const id = isMain ? `${event.id}:asker` : `${event.id}:asker:${code}`;
    if (own) shows.push(...teller.toPerson(person, id, own));
    if (event.action === 'acceptAnswer')
      shows.push(...answerFiles(question, event, person, isMain ? '' : `${code}:`));
  }
  return shows;
}

/** `main`: the code of the question that the asker's own was joined with. */
async function noticeOf(
  teller: Teller,
  question: Question,
  event: QuestionEvent,
  main?: string,
): Promise<Notice | undefined> {
  const notice = await saidOf(teller, question, event);
  if (!notice || main === undefined) return notice;
  return {
    ...notice,
    phrase: paragraphs(notice.phrase, { key: 'notices:asker.asJoined', values: { into: main } }),
  };
}

async function saidOf(teller: Teller, question: Question, event: QuestionEvent): Promise<Notice | undefined> {
  const { code } = question;
  const text = event.text ?? '';
  const stage = (lang: Lang) =>
    template('stage', { code, stage: teller.deps.texts.plain({ key: `common:stage.${event.to}` }, lang) });
  switch (event.action) {
    case 'approve':
      return { phrase: { key: 'notices:asker.approve', values: { code } }, template: stage };
    case 'reject':
      return { phrase: await rejection(teller, question, text), template: stage };
    case 'askMore':
      return {
        phrase: { key: 'notices:asker.askMore', values: { code, text } },
        buttons: [{ title: { key: 'notices:asker.clarifyButton' }, data: { action: 'clarify', code } }],
        template: stage,
      };
    case 'route': {
      const unit = (await findUnit(teller.deps, event.unit))?.name ?? event.unit ?? '';
      const values = { code, unit, when: formatDateTime(event.at) };
      return { phrase: { key: 'notices:asker.route', values }, template: stage };
    }
    case 'acceptAnswer':
      return question.answer && published(teller, question, question.answer);
    case 'join':
      return {
        phrase: { key: 'notices:asker.join', values: { code, into: question.joinedTo ?? '' } },
        template: stage,
      };
    case 'choose':
      return chosen(teller, code, event.episode);
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
): Promise<Notice> {
  const { code } = question;
  const unit = (await findUnit(teller.deps, answer.unit))?.name ?? answer.unit;
  return {
    phrase: {
      key: 'notices:asker.published',
      values: { code, unit, answer: answer.text, responsible: answer.responsible },
    },
    template: () => template('answer', { code, unit }),
  };
}

async function chosen(teller: Teller, code: string, episode: string | undefined): Promise<Notice> {
  const upcoming = await teller.deps.lookups().programme.upcoming(EPISODES_LOOKED_AT);
  const found = upcoming.find((one) => one.episode.id === episode);
  if (!found) return { phrase: { key: 'notices:asker.choose', values: { code } } };
  const { at } = found.episode;
  // Once it has been on, it is no news that it will be.
  return {
    phrase: { key: 'notices:asker.chooseWithTime', values: { code, when: formatDateTime(at) } },
    notAfter: at,
  };
}

function answerFiles(question: Question, event: QuestionEvent, person: PersonRecord, own: string): Show[] {
  return (question.answer?.attachments ?? []).flatMap((attachment, n) =>
    person.accounts.map((account) => ({
      chat: account,
      message: { text: '', attachment },
      priority: 'notice' as const,
      id: `${event.id}:file${n}:${own}${account}`,
    })),
  );
}
