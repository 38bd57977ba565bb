import { readReply } from '../../conversation/readReply.js';
import type { Reply, Saying } from '../../conversation/flow.js';
import { foldedWords, normalize } from '../../domain/text.js';
import { gather } from '../flows/gather.js';
import type { Respond, Turn } from '../turn.js';
import { answerCommand, greet, type Answered } from './commands.js';
import { sentBefore } from './askDesk.js';
import { DESKS, offerDesk } from './desks.js';
import { beginAt, byRun, currentOf, withoutLapsed, type Current } from './flowDesk.js';
import { answerPress, asPress } from './presses.js';
import { showStatus } from './showStatus.js';
import { limitsOf, showAll, tell, type CitizenDeps, type Line, type Talk } from './talk.js';

export type { CitizenDeps } from './talk.js';

/**
 * Answers everything that happens in a private chat, whoever it is with: board members and admins are citizens too
 * (A1–A4, A7). Use cases are called with causes that follow from the update or the run of the flow, so that a repeat
 * changes nothing.
 */
export function createRespondPrivate(deps: CitizenDeps): Respond {
  return async (incoming, chat): Promise<Turn> => {
    const { kind } = incoming.event;
    if (kind === 'member' || kind === 'reachable' || kind === 'moved') return { chat, show: [] };
    const account = incoming.from?.ref ?? incoming.chat;
    const hint = {
      ...(incoming.from?.name ? { name: incoming.from.name } : {}),
      ...languageOf(incoming.from?.language),
    };
    const person = await deps.services.people.of(account, hint);
    const now = deps.clock.now();
    const lang = chat.language ?? person.language;
    const talk: Talk = {
      deps,
      incoming,
      // The chat keeps its language: reminders are written when nobody is here to be asked.
      chat: { ...withoutLapsed(chat, DESKS, now), language: lang },
      account,
      person,
      lang,
      now,
    };
    const answered = await answer(talk);
    const after = { ...talk, chat: answered.chat, lang: answered.chat.language ?? talk.lang };
    return showAll(after, await resumed(after, answered));
  };
}

const languageOf = (language: string | undefined) => (language === undefined ? {} : { language });

async function answer(talk: Talk): Promise<Answered> {
  const current = currentOf(talk.chat, DESKS);
  const open = current && (await current.desk.ask(talk, current.state));
  const heard = readReply(asPress(talk.incoming.event), open, talk.deps.texts, talk.lang);
  switch (heard.kind) {
    case 'command':
      return answerCommand(talk, heard.name, heard.args, DESKS);
    case 'press':
      return answerPress(talk, heard.data, DESKS);
    case 'reply':
      return answerReply(talk, heard.reply, current);
    case 'nothing':
      return tell(talk);
  }
}

async function answerReply(talk: Talk, reply: Reply, current: Current | undefined): Promise<Answered> {
  if (reply.kind === 'choice') {
    const owner = byRun(talk.chat, DESKS, reply.run);
    if (!owner) return answerOldChoice(talk, reply);
    return ended(talk, await owner.desk.reply(talk, owner.key, owner.state, reply));
  }
  if (!current) return answerLoose(talk, reply);
  return ended(talk, await current.desk.reply(talk, current.key, current.state, reply));
}

/** When a conversation ended and another is still open, that one is asked again. */
function ended(talk: Talk, outcome: Answered): Answered {
  const before = Object.keys(talk.chat.flows).length;
  return { ...outcome, resume: Object.keys(outcome.chat.flows).length < before };
}

/** A press on a question of a conversation that is over; a second 'send' is told what the first one gave. */
async function answerOldChoice(talk: Talk, reply: Extract<Reply, { kind: 'choice' }>): Promise<Answered> {
  const sent =
    reply.step === 'summary' && reply.value === 'send' ? await sentBefore(talk, reply.run) : undefined;
  const line: Line = sent
    ? { phrase: { key: 'ask:sentBefore', values: { code: sent.code } } }
    : { phrase: { key: currentOf(talk.chat, DESKS) ? 'common:oldButton' : 'common:oldButtonNoFlow' } };
  return { ...tell(talk, line), resume: true };
}

/** Words, photos and documents outside any conversation: kept, and offered to become the question. */
async function answerLoose(talk: Talk, reply: Reply): Promise<Answered> {
  if (reply.kind === 'text' || reply.kind === 'attachment') {
    const text = reply.kind === 'text' ? normalize(reply.text) : '';
    if (reply.kind === 'text') {
      if (text === '') return tell(talk, { phrase: { key: 'citizen:loose.empty' } });
      if (/^#?\s*kg[\s\d./_–-]+$/i.test(text)) return showStatus(talk, text);
      if (isGreeting(talk, text)) return greet(talk);
    }
    const draft = { parts: [], attachments: [] };
    const taken = gather(reply.kind === 'text' ? { kind: 'text', text } : reply, draft, limitsOf(talk.deps));
    if (!taken.ok)
      return tell(talk, { phrase: { key: 'citizen:loose.tooMuch', values: { why: taken.wrong } } });
    return beginAt(talk, offerDesk, taken.value.draft);
  }
  if (reply.kind === 'contact') return tell(talk, { phrase: { key: 'citizen:loose.contact' } });
  const edited = reply.kind === 'unsupported' && reply.what === 'edited';
  return tell(talk, { phrase: { key: edited ? 'citizen:loose.edited' : 'citizen:loose.unsupported' } });
}

function isGreeting({ deps }: Talk, text: string): boolean {
  const words = foldedWords(text.slice(0, 60)).join(' ');
  return (['vi', 'en'] as const).some((lang) =>
    deps.texts
      .plain({ key: 'citizen:greetingWords' }, lang)
      .split('|')
      .some((one) => foldedWords(one).join(' ') === words),
  );
}

/** What was said, and below it the open question again where the answer leads back to it. */
async function resumed(talk: Talk, answered: Answered): Promise<Line[]> {
  const current = answered.resume ? currentOf(answered.chat, DESKS) : undefined;
  if (!current) return answered.say;
  const question: Saying = await current.desk.ask(talk, current.state);
  return [...answered.say, { saying: question }];
}
