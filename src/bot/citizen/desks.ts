import { shortRun } from '../../conversation/buttonData.js';
import type { FlowState } from '../../conversation/flow.js';
import { addDays, localDate } from '../../domain/localDate.js';
import type { Question } from '../../domain/question.js';
import { askFlow, emptyAsk, type AskDraft, type AskIntent, type AskWorld } from '../flows/ask.js';
import { clarifyFlow, type ClarifyDraft, type ClarifyIntent, type ClarifyWorld } from '../flows/clarify.js';
import { confirmFlow, type ConfirmDraft, type ConfirmIntent } from '../flows/confirm.js';
import { offerFlow, type OfferDraft, type OfferIntent, type OfferWorld } from '../flows/offer.js';
import {
  subscribeFlow,
  type SubscribeDraft,
  type SubscribeIntent,
  type SubscribeWorld,
} from '../flows/subscribe.js';
import { dateInWords } from '../phrases.js';
import { asDesk, beginAt, withFlow, type AnyDesk, type Desk } from './flowDesk.js';
import { askerOf, problemOf } from './problemOf.js';
import { tell, type Outcome, type Talk } from './talk.js';

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
      limits: deps.limits,
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

async function overLimit(talk: Talk, cause: string) {
  const allowed = await talk.deps.services.mayAsk(talk.person.id);
  if (allowed.ok) return undefined;
  const mine = await talk.deps.services.ledger.ofPerson(talk.person.id);
  return mine.some((question) => question.cause === cause)
    ? undefined
    : overLimitPhrase(allowed.limit, talk.now);
}

/** When the person may ask again: the next day. */
export function overLimitPhrase(limit: number, now: Date) {
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
async function sentLine(talk: Talk, question: Question) {
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

/** Something sent outside any flow becomes the question, if the person wants it so. */
export const offerDesk: Desk<OfferDraft, OfferWorld, OfferIntent> = {
  flow: offerFlow,
  side: false,
  world: ({ deps }) => Promise.resolve({ limits: deps.limits }),
  carryOut: (talk, { wanted, ...gathered }) =>
    wanted
      ? beginAsking(talk, gathered)
      : Promise.resolve(tell(talk, { phrase: { key: 'citizen:offer.declined' } })),
};

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

/** The board asked for more; the asker tells it (A4). */
export const clarifyDesk: Desk<ClarifyDraft, ClarifyWorld, ClarifyIntent> = {
  flow: clarifyFlow,
  side: true,
  world: ({ deps }) => Promise.resolve({ limits: deps.limits }),
  async carryOut(talk, { code, text, attachments }, before) {
    const { services } = talk.deps;
    try {
      const { question } = await services.act(
        code,
        'clarify',
        askerOf(talk),
        { text, attachments },
        `clarify:${before.run}`,
      );
      const due = await services.ledger.due(question);
      return tell(talk, {
        phrase: { key: 'citizen:clarify.sent', values: { code, due: dateInWords(due.dueDate) } },
      });
    } catch (error) {
      return tell(talk, { phrase: problemOf(error, code) });
    }
  },
};

/** What cannot be undone, once the person is sure. */
export const confirmDesk: Desk<ConfirmDraft, null, ConfirmIntent> = {
  flow: confirmFlow,
  side: true,
  world: () => Promise.resolve(null),
  async carryOut(talk, { sure, of }, before) {
    if (!sure) return tell(talk, { phrase: { key: 'citizen:nothingDone' } });
    const cause = `${of.what}:${before.run}`;
    if (of.what === 'withdraw') return withdraw(talk, of.code, cause);
    const { questionsPseudonymised } = await talk.deps.services.people.forget(talk.person.id, cause);
    return {
      chat: { ...talk.chat, flows: {} },
      say: [{ phrase: { key: 'citizen:forget.done', values: { questions: questionsPseudonymised } } }],
    };
  },
};

async function withdraw(talk: Talk, code: string, cause: string): Promise<Outcome> {
  try {
    await talk.deps.services.act(code, 'withdraw', askerOf(talk), {}, cause);
    return tell(talk, { phrase: { key: 'citizen:withdraw.done', values: { code } } });
  } catch (error) {
    return tell(talk, { phrase: problemOf(error, code) });
  }
}

/** Reminders of the airing (A7, D4). */
export const subscribeDesk: Desk<SubscribeDraft, SubscribeWorld, SubscribeIntent> = {
  flow: subscribeFlow,
  side: true,
  world: async ({ deps, lang }) => ({
    lang,
    topics: (await deps.services.settings.topics()).filter((topic) => !topic.hidden),
    consentVersion: consentVersion({ deps, lang }),
  }),
  async carryOut(talk, { topics, consent }) {
    if (!consent?.given) return tell(talk, { phrase: { key: 'citizen:subscribe.refused' } });
    await talk.deps.services.people.subscribe(talk.person.id, topics, consent);
    return tell(talk, {
      phrase: { key: topics.length > 0 ? 'citizen:subscribe.doneSome' : 'citizen:subscribe.doneAll' },
    });
  },
};

/** All conversations of a private chat. */
export const DESKS: readonly AnyDesk[] = [
  asDesk(askDesk),
  asDesk(offerDesk),
  asDesk(clarifyDesk),
  asDesk(confirmDesk),
  asDesk(subscribeDesk),
];
