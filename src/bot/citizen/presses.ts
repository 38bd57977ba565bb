import type { IncomingEvent } from '../../channels/channel.js';
import { shortRun } from '../../conversation/buttonData.js';
import { parseCode } from '../../domain/questionCode.js';
import { answerCommand, type Answered } from './commands.js';
import { clarifyDesk, confirmDesk } from './desks.js';
import { beginAt, withFlow, type AnyDesk } from './flowDesk.js';
import { showMyQuestions } from './showMyQuestions.js';
import { showStatus } from './showStatus.js';
import { tell, type Outcome, type Talk } from './talk.js';

const PRESS = /^(clarify|status|withdraw|sub|mine|go|lang|rest)\|([\w|-]{0,40})$/;
const GO: Readonly<Record<string, string>> = {
  ask: 'ask',
  mine: 'myquestions',
  schedule: 'schedule',
  subscribe: 'subscribe',
  language: 'language',
  help: 'help',
};

/** A button's data that came back as text (Zalo) is the press itself. */
export function asPress(event: IncomingEvent): IncomingEvent {
  if (event.kind !== 'text' || !(PRESS.test(event.text) || event.text === 'noop')) return event;
  return { kind: 'press', pressId: '', messageId: event.messageId, data: event.text };
}

/** Answers a press on a notice, a list or the greeting. Forged or outdated data gets a sentence, never more. */
export async function answerPress(talk: Talk, data: string, desks: readonly AnyDesk[]): Promise<Answered> {
  if (data === 'noop') return tell(talk);
  const [, action = '', argument = ''] = PRESS.exec(data) ?? [];
  switch (action) {
    case 'clarify':
      return beginClarify(talk, argument);
    case 'withdraw':
      return beginWithdraw(talk, argument);
    case 'status':
      return { ...(await showStatus(talk, argument)), resume: true };
    case 'mine':
      return showMyQuestions(talk, Number(argument) || 0);
    case 'sub':
      return answerCommand(talk, argument === 'off' ? 'unsubscribe' : 'subscribe', '', desks);
    case 'go':
      return answerCommand(talk, GO[argument] ?? 'help', '', desks);
    case 'lang':
      return answerCommand(talk, 'language', argument, desks);
    case 'rest':
      return answerRest(talk, argument);
    default:
      return { ...tell(talk, { phrase: { key: 'common:oldButtonNoFlow' } }), resume: true };
  }
}

/** The board's request answered: only by the asker, and only while the board waits for it. */
async function beginClarify(talk: Talk, typed: string): Promise<Answered> {
  const question = await ownQuestion(talk, typed);
  if (!question) return tell(talk, { phrase: { key: 'citizen:status.unknown', values: { code: typed } } });
  const { code, stage, events } = question;
  if (stage !== 'clarifying')
    return tell(talk, { phrase: { key: 'citizen:clarify.notNow', values: { code } } });
  const begun = Object.values(talk.chat.flows).find(({ flow }) => flow === 'clarify');
  if (begun && codeOf(begun.draft) === code)
    return { chat: withFlow(talk.chat, 'side', { ...begun, touchedAt: talk.now }), say: [], resume: true };
  const request = events.findLast(({ action }) => action === 'askMore')?.text ?? '';
  return beginAt(talk, clarifyDesk, { code, request, parts: [], attachments: [] });
}

const codeOf = (draft: unknown): unknown =>
  typeof draft === 'object' && draft !== null && 'code' in draft ? draft.code : undefined;

async function beginWithdraw(talk: Talk, typed: string): Promise<Outcome> {
  const question = await ownQuestion(talk, typed);
  if (!question) return tell(talk, { phrase: { key: 'citizen:status.unknown', values: { code: typed } } });
  return beginAt(talk, confirmDesk, { what: 'withdraw', code: question.code });
}

async function ownQuestion(talk: Talk, typed: string) {
  const code = parseCode(typed);
  const question = code === undefined ? undefined : await talk.deps.services.ledger.byCode(code);
  return question?.asker.person === talk.person.id ? question : undefined;
}

/** 'Go on' and 'drop it' under the reminder of an unfinished conversation. */
function answerRest(talk: Talk, argument: string): Answered {
  const [what = '', run = ''] = argument.split('|', 2);
  const found = Object.entries(talk.chat.flows).find(([, state]) => shortRun(state.run) === run);
  if (!found) return { ...tell(talk, { phrase: { key: 'common:oldButtonNoFlow' } }), resume: true };
  const [key, state] = found;
  if (what === 'drop')
    return { chat: withFlow(talk.chat, key, null), say: [{ phrase: { key: 'common:cancelled' } }] };
  return { chat: withFlow(talk.chat, key, { ...state, touchedAt: talk.now }), say: [], resume: true };
}
