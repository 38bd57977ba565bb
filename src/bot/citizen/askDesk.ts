import { shortRun } from '../../conversation/buttonData.js';
import type { FlowState, Phrase } from '../../conversation/flow.js';
import { addDays, localDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import { askFlow, emptyAsk, type AskDraft, type AskIntent, type AskWorld } from '../flows/ask.js';
import { dateInWords } from '../phrases.js';
import { beginAt, withFlow, type Desk } from './flowDesk.js';
import { problemOf } from './problemOf.js';
import { limitsOf, tell, type Line, type Outcome, type Talk } from './talk.js';

/** Asking a question (A1–A3). */
export const askDesk: Desk<AskDraft, AskWorld, AskIntent> = {
  flow: askFlow,
  side: false,
  async world({ deps, person, lang }) {
    const [topics, complaint] = await Promise.all([
      deps.services.settings.topics(),
      deps.services.settings.complaintContact(),
    ]);
    return {
      lang,
      topics: topics.filter((topic) => !topic.hidden),
      places: deps.places,
      ...(person.profile ? { profile: person.profile } : {}),
      subscribed: person.subscription !== undefined,
      complaint,
      limits: limitsOf(deps),
      consentVersion: consentVersion({ deps, lang }),
    };
  },
  carryOut: (talk, intent, before) =>
    intent.kind === 'submit'
      ? submit(talk, intent, before)
      : Promise.resolve(
          tell(talk, { phrase: { key: intent.kind === 'refused' ? 'ask:refused' : 'ask:stopped' } }),
        ),
};

/** Which consent text was shown, and in which language: part of the proof. */
export function consentVersion({ deps, lang }: Pick<Talk, 'deps' | 'lang'>): string {
  return `${deps.texts.plain({ key: 'ask:consent.version' }, lang)}/${lang}`;
}

/** One flow gives one question, whatever is pressed or sent twice: its cause is the run of the flow. */
const causeOf = (run: string): string => `ask:${run}`;

async function submit(
  talk: Talk,
  intent: Extract<AskIntent, { kind: 'submit' }>,
  before: FlowState,
): Promise<Outcome> {
  const { services } = talk.deps;
  const cause = causeOf(before.run);
  const limit = await overLimit(talk, cause);
  if (limit !== undefined) return fallBack(talk, before, limit);
  const { kind: _kind, asker, ...rest } = intent;
  try {
    const submission = {
      ...rest,
      cause,
      channel: talk.incoming.channel,
      asker: { ...asker, person: talk.person.id },
    };
    const question = await services.submit(submission);
    const reminders = intent.consents.find(({ purpose }) => purpose === 'reminders');
    if (reminders?.given && !talk.person.subscription)
      await services.people.subscribe(talk.person.id, [], reminders);
    return tell(talk, await sentLine(talk, question));
  } catch (error) {
    return fallBack(talk, before, problemOf(error));
  }
}

async function overLimit(talk: Talk, cause: string): Promise<Phrase | undefined> {
  const allowed = await talk.deps.services.mayAsk(talk.person.id);
  if (allowed.ok) return undefined;
  const mine = await talk.deps.services.ledger.ofPerson(talk.person.id);
  return mine.some((question) => question.cause === cause)
    ? undefined
    : overLimitPhrase(allowed.limit, talk.now);
}

/** When the person may ask again: the next day. */
function overLimitPhrase(limit: number, now: Date): Phrase {
  return { key: 'ask:overLimit', values: { limit, when: dateInWords(addDays(localDate(now), 1)) } };
}

/** What could not be done is said, and the conversation stands where it stood. */
async function fallBack(
  talk: Talk,
  before: FlowState,
  phrase: ReturnType<typeof problemOf>,
): Promise<Outcome> {
  const state = { ...before, touchedAt: talk.now };
  return { chat: withFlow(talk.chat, talk.chat.ref, state), say: [{ phrase }] };
}

/** The code, the due date in words, and what comes next (A1). */
async function sentLine(talk: Talk, question: Question): Promise<Line> {
  const due = await talk.deps.services.ledger.due(question);
  return {
    phrase: { key: 'ask:sent', values: { code: question.code, due: dateInWords(due.dueDate) } },
    buttons: [[{ title: { key: 'citizen:button.status' }, data: `status|${question.code}` }]],
  };
}

/** The question that this old 'send' button sent already, if it did. */
export async function sentBefore(talk: Talk, run: string): Promise<Question | undefined> {
  const mine = await talk.deps.services.ledger.ofPerson(talk.person.id);
  return mine.find(({ cause }) => cause.startsWith('ask:') && shortRun(cause.slice('ask:'.length)) === run);
}

/** Begins the ask flow for somebody who may ask today. */
export async function beginAsking(
  talk: Talk,
  gathered?: Pick<AskDraft, 'parts' | 'attachments'>,
): Promise<Outcome> {
  const { blocked } = talk.person;
  if (blocked) return tell(talk, { phrase: { key: 'citizen:problem.blocked' } });
  const allowed = await talk.deps.services.mayAsk(talk.person.id);
  if (!allowed.ok) return tell(talk, { phrase: overLimitPhrase(allowed.limit, talk.now) });
  return beginAt(talk, askDesk, emptyAsk(gathered));
}
