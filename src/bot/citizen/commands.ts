import type { CommandHint } from '../../channels/channel.js';
import { NAV } from '../../conversation/flow.js';
import { fold } from '../../domain/text.js';
import type { Lang } from '../../services/services.js';
import type { Texts } from '../texts.js';
import { beginAsking } from './askDesk.js';
import { confirmDesk, subscribeDesk } from './desks.js';
import { beginAt, currentOf, withFlow, type AnyDesk, type Current } from './flowDesk.js';
import { answerLink } from './linkAccounts.js';
import { confirmForget, sendMyData, showPrivacy } from './showPrivacy.js';
import { showMyQuestions } from './showMyQuestions.js';
import { showSchedule } from './showSchedule.js';
import { showStatus } from './showStatus.js';
import { tell, type Outcome, type PhraseButton, type Talk } from './talk.js';

/** What a command leads to; `resume`: the open question is asked again below it. */
export type Answered = Outcome & { resume?: boolean };

/** The commands of a private chat (issue: Asking; A3, A4, A7), in the order in which clients show them. */
export const CITIZEN_COMMANDS = [
  'start',
  'ask',
  'status',
  'myquestions',
  'schedule',
  'subscribe',
  'unsubscribe',
  'link',
  'language',
  'privacy',
  'mydata',
  'forget',
  'cancel',
  'help',
] as const;

/** The commands with their help, as clients complete them (C6). */
export function citizenCommandHints(texts: Texts, lang: Lang): CommandHint[] {
  return CITIZEN_COMMANDS.map((name) => ({
    name,
    description: texts.plain({ key: `help:commands.${name}` }, lang),
  }));
}

/** Commands that are the words of a flow. */
const WAYS: Readonly<Record<string, string>> = { back: NAV.back, skip: NAV.skip, done: NAV.done };

/** Answers a slash command. */
export async function answerCommand(
  talk: Talk,
  name: string,
  args: string,
  desks: readonly AnyDesk[],
): Promise<Answered> {
  const current = currentOf(talk.chat, desks);
  const way = WAYS[name];
  if (way !== undefined && current) return takeWay(talk, current, way);
  switch (name) {
    case 'start':
      return answerStart(talk, args, desks);
    case 'ask':
      return answerAsk(talk, current, desks);
    case 'cancel':
      return cancel(talk, current);
    case 'status':
      return resuming(await showStatus(talk, args));
    case 'myquestions':
      return resuming(await showMyQuestions(talk, pageOf(args)));
    case 'schedule':
      return resuming(await showSchedule(talk));
    case 'subscribe':
      return subscribe(talk);
    case 'unsubscribe':
      return resuming(await unsubscribe(talk));
    case 'link': {
      const { begin, outcome } = await answerLink(talk, args);
      return begin ? beginAt(talk, confirmDesk, begin) : resuming(outcome);
    }
    case 'language':
      return answerLanguage(talk, args);
    case 'privacy':
      return resuming(await showPrivacy(talk));
    case 'mydata':
      return resuming(await sendMyData(talk));
    case 'forget':
      return confirmForget(talk);
    case 'help':
      return resuming(tell(talk, { phrase: { key: 'help:citizen' } }));
    default:
      return resuming(tell(talk, { phrase: { key: 'help:unknown', values: { command: `/${name}` } } }));
  }
}

const resuming = (outcome: Outcome): Answered => ({ ...outcome, resume: true });

function takeWay(talk: Talk, { key, state, desk }: Current, value: string): Promise<Outcome> {
  return desk.reply(talk, key, state, { kind: 'choice', value, run: state.run, step: state.step });
}

/** The greeting; a payload of a link (`?start=…`) is what the person came for. */
async function answerStart(talk: Talk, payload: string, desks: readonly AnyDesk[]): Promise<Answered> {
  const [what = '', code = ''] = payload.split('_', 2);
  if ((what === 'status' || what === 'link') && code !== '') return answerCommand(talk, what, code, desks);
  if (what === 'ask' || what === 'subscribe' || what === 'schedule')
    return answerCommand(talk, what, '', desks);
  return resuming(greet(talk));
}

/** The greeting with the ways to begin. */
export function greet(talk: Talk): Outcome {
  const go = (name: string): PhraseButton => ({
    title: { key: `citizen:button.${name}` },
    data: `go|${name}`,
  });
  return tell(talk, {
    phrase: { key: 'citizen:greeting' },
    buttons: [[go('ask')], [go('mine'), go('schedule')], [go('subscribe'), go('language')]],
  });
}

/** A question begun earlier goes on: what was told is never thrown away by a second /ask. */
async function answerAsk(
  talk: Talk,
  current: Current | undefined,
  desks: readonly AnyDesk[],
): Promise<Answered> {
  const own = talk.chat.flows[talk.chat.ref];
  if (own?.flow === 'ask') {
    const chat = withFlow(talk.chat, talk.chat.ref, { ...own, touchedAt: talk.now });
    return { ...withoutSide(chat, current), say: [{ phrase: { key: 'ask:unfinished' } }], resume: true };
  }
  const offer = own && desks.find(({ name }) => name === 'offer' && own.flow === name);
  // /ask after something was sent: that is the question.
  if (offer)
    return offer.reply(talk, talk.chat.ref, own, {
      kind: 'choice',
      value: 'yes',
      run: own.run,
      step: own.step,
    });
  return beginAsking(talk);
}

/** A short conversation beside the question makes way for it; what the board asked for stays. */
function withoutSide(chat: Talk['chat'], current: Current | undefined): { chat: Talk['chat'] } {
  const drop = current?.desk.side && current.desk.name !== 'clarify';
  return { chat: drop && current ? withFlow(chat, current.key, null) : chat };
}

function cancel(talk: Talk, current: Current | undefined): Answered {
  if (!current) return tell(talk, { phrase: { key: 'citizen:nothingToCancel' } });
  return {
    chat: withFlow(talk.chat, current.key, null),
    say: [{ phrase: { key: 'common:cancelled' } }],
    resume: true,
  };
}

/** Topics, then the consent; somebody subscribed begins with the topics of now. */
async function subscribe(talk: Talk): Promise<Answered> {
  return beginAt(talk, subscribeDesk, { topics: talk.person.subscription?.topics ?? [] });
}

async function unsubscribe(talk: Talk): Promise<Outcome> {
  const ended = await talk.deps.services.people.unsubscribe(talk.person.id);
  return tell(talk, { phrase: { key: ended ? 'citizen:unsubscribed' : 'citizen:notSubscribed' } });
}

const LANGUAGE_WORDS: Readonly<Record<string, Lang>> = {
  vi: 'vi',
  vn: 'vi',
  'tieng viet': 'vi',
  vietnamese: 'vi',
  en: 'en',
  'tieng anh': 'en',
  english: 'en',
};

/** /language, at any moment (A7): the open question is asked again in the new language. */
async function answerLanguage(talk: Talk, args: string): Promise<Answered> {
  const language = LANGUAGE_WORDS[fold(args).trim()];
  if (language === undefined)
    return tell(talk, {
      phrase: { key: args === '' ? 'citizen:language.which' : 'citizen:language.unknown' },
      buttons: [
        [
          { title: { key: 'citizen:language.vi' }, data: 'lang|vi' },
          { title: { key: 'citizen:language.en' }, data: 'lang|en' },
        ],
      ],
    });
  await talk.deps.services.people.setLanguage(talk.person.id, language);
  return {
    chat: { ...talk.chat, language },
    say: [{ phrase: { key: 'common:languageChanged' } }],
    resume: true,
  };
}

const pageOf = (args: string): number => (/^\d{1,4}$/.test(args) ? Number(args) - 1 : 0);
