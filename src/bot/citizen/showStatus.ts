import type { Phrase } from '../../conversation/flow.js';
import { allowedActions } from '../../domain/lifeCycle.js';
import { localDate } from '../../domain/localDate.js';
import type { Question, QuestionEvent } from '../../domain/question.js';
import { parseCode } from '../../domain/questionCode.js';
import { excerpt } from '../flows/askContent.js';
import { dateInWords, lines, paragraphs, timeInWords } from '../phrases.js';
import { tell, type Line, type Outcome, type PhraseButton, type Talk } from './talk.js';

const EPISODES_LOOKED_AT = 12;

/** /status CODE (A4): one's own question in full, an answered one of somebody else without personal data. */
export async function showStatus(talk: Talk, typed: string): Promise<Outcome> {
  const code = parseCode(typed, Number(localDate(talk.now).slice(0, 4)));
  if (code === undefined)
    return tell(talk, { phrase: { key: typed === '' ? 'citizen:status.how' : 'citizen:status.badCode' } });
  const question = await talk.deps.services.ledger.byCode(code);
  if (question?.asker.person === talk.person.id && question)
    return tell(talk, await ownStatus(talk, question));
  if (question && (await isJoinedWith(talk, question)))
    return tell(talk, { phrase: paragraphs(await publicStatus(talk, question), ...answerOf(question)) });
  if (question && isPublic(question)) return tell(talk, { phrase: await publicStatus(talk, question) });
  return tell(talk, { phrase: { key: 'citizen:status.unknown', values: { code } } });
}

/** One's own question was joined with it: then its answer is one's own too (A5). */
async function isJoinedWith({ deps, person }: Talk, { code }: Question): Promise<boolean> {
  const joined = await deps.services.ledger.joinedTo(code);
  return joined.some(({ asker }) => asker.person === person.id);
}

/** Answered or aired, and not suspected to be a complaint or denunciation, which are never published (A2). */
function isPublic(question: Question): boolean {
  return (question.stage === 'published' || question.episodeTrack === 'aired') && !question.suspected;
}

async function publicStatus(talk: Talk, question: Question): Promise<Phrase> {
  return lines(
    { key: 'citizen:status.head', values: { code: question.code } },
    stageLine(question),
    ...(await unitLine(talk, question.unit)),
    { key: 'citizen:status.notYours' },
  );
}

async function ownStatus(talk: Talk, question: Question): Promise<Line> {
  const { code } = question;
  const main =
    question.joinedTo === undefined ? undefined : await talk.deps.services.ledger.byCode(question.joinedTo);
  const head = lines(
    { key: 'citizen:status.head', values: { code } },
    stageLine(question),
    ...(await topicLine(talk, question.topic)),
    { key: 'citizen:status.received', values: { when: timeInWords(question.receivedAt) } },
    ...(await dueLine(talk, question)),
    ...(await unitLine(talk, question.unit)),
    ...(await episodeLine(talk, question)),
    ...(question.joinedTo === undefined
      ? []
      : [{ key: 'citizen:status.joined', values: { code: question.joinedTo } }]),
    ...(main
      ? [stageLine(main), ...(await unitLine(talk, main.unit)), ...(await episodeLine(talk, main))]
      : []),
  );
  const parts: Phrase[] = [
    { key: 'citizen:status.content', values: { text: excerpt(question.content, 300) } },
    ...said(question),
    ...answerOf(main ?? question),
  ];
  return { phrase: paragraphs(head, ...parts), buttons: buttonsOf(question) };
}

function answerOf({ stage, answer }: Question): Phrase[] {
  if (stage !== 'published' || !answer) return [];
  return [{ key: 'citizen:status.answer', values: { answer: answer.text, responsible: answer.responsible } }];
}

/** What the board said to the asker last: a reason, a request. */
function said({ stage, events }: Question): Phrase[] {
  const last = (action: QuestionEvent['action']): string =>
    events.findLast((event) => event.action === action)?.text ?? '';
  if (stage === 'rejected') return [{ key: 'citizen:status.reason', values: { text: last('reject') } }];
  if (stage === 'clarifying') return [{ key: 'citizen:status.request', values: { text: last('askMore') } }];
  return [];
}

function buttonsOf(question: Question): PhraseButton[][] {
  const may = allowedActions(question, ['asker']);
  const { code } = question;
  return [
    ...(may.includes('clarify')
      ? [[{ title: { key: 'citizen:button.clarify' }, data: `clarify|${code}` }]]
      : []),
    ...(may.includes('withdraw')
      ? [[{ title: { key: 'citizen:button.withdraw' }, data: `withdraw|${code}` }]]
      : []),
    [{ title: { key: 'citizen:button.mine' }, data: 'mine|0' }],
  ];
}

function stageLine(question: Question): Phrase {
  return { key: 'citizen:status.stage', values: { stage: { key: `common:stage.${question.stage}` } } };
}

async function topicLine({ deps, lang }: Talk, id: string): Promise<Phrase[]> {
  const topic = (await deps.services.settings.topics()).find((one) => one.id === id);
  return topic ? [{ key: 'citizen:status.topic', values: { topic: topic.name[lang] } }] : [];
}

/** The deadline counts until the question is handed to the unit (C3); afterwards it says nothing to the asker. */
async function dueLine({ deps }: Talk, question: Question): Promise<Phrase[]> {
  if (!['received', 'clarifying', 'approved', 'reopened'].includes(question.stage)) return [];
  const due = await deps.services.ledger.due(question);
  if (due.paused) return [{ key: 'citizen:status.paused' }];
  const key = due.overdue ? 'citizen:status.overdue' : 'citizen:status.due';
  return [{ key, values: { when: dateInWords(due.dueDate) } }];
}

async function unitLine({ deps }: Talk, id: string | undefined): Promise<Phrase[]> {
  if (id === undefined) return [];
  const unit = (await deps.services.settings.units()).find((one) => one.id === id);
  return [{ key: 'citizen:status.unit', values: { unit: unit?.name ?? id } }];
}

async function episodeLine({ deps }: Talk, question: Question): Promise<Phrase[]> {
  if (question.episodeTrack === 'aired') {
    const link = question.episode && (await deps.services.programme.linkOf(question.episode));
    return [link ? { key: 'citizen:status.airedLink', values: { link } } : { key: 'citizen:status.aired' }];
  }
  if (question.episodeTrack !== 'chosen') return [];
  const upcoming = await deps.services.programme.upcoming(EPISODES_LOOKED_AT);
  const found = upcoming.find(({ episode }) => episode.id === question.episode);
  return [
    found
      ? { key: 'citizen:status.episode', values: { when: timeInWords(found.episode.at) } }
      : { key: 'citizen:status.chosen' },
  ];
}
