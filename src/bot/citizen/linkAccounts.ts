import { splitRef, type Ref } from '../../channels/channel.js';
import type { Phrase } from '../../conversation/flow.js';
import { fold } from '../../domain/text.js';
import type { LinkRead } from '../../services/link.js';
import type { ConfirmDraft } from '../flows/confirm.js';
import { timeInWords } from '../phrases.js';
import { tell, type Line, type Outcome, type Talk } from './talk.js';

const OFF: readonly string[] = ['off', 'tat', 'huy', 'bo'];

/**
 * /link (A3, A4): without words shows a code; with a code asks whether to link, since both accounts will see
 * everything; `off` takes this account out again.
 */
export async function answerLink(
  talk: Talk,
  args: string,
): Promise<{ outcome: Outcome; begin?: Extract<ConfirmDraft, { what: 'link' }> }> {
  const { links } = talk.deps.services;
  const cause = talk.incoming.id;
  if (args === '') {
    const { code, until } = await links.offer(talk.account, cause);
    const key = talk.person.accounts.length > 1 ? 'citizen:link.codeMore' : 'citizen:link.code';
    const values = { code: spaced(code), accounts: talk.person.accounts.length, until: timeInWords(until) };
    return { outcome: tell(talk, { phrase: { key, values } }) };
  }
  if (OFF.includes(fold(args).trim())) {
    const left = await links.leave(talk.account, cause);
    return { outcome: tell(talk, { phrase: { key: `citizen:link.left.${left}` } }) };
  }
  const read = await links.check(talk.account, args, cause);
  if (!read.ok) return { outcome: tell(talk, refusal(read)) };
  const outcome = tell(talk);
  return { outcome, begin: { what: 'link', code: args, platform: platformOf(read.other) } };
}

/** Carries the link out; both accounts are told. */
export async function joinAccounts(talk: Talk, code: string, cause: string): Promise<Outcome> {
  const joined = await talk.deps.services.links.join(talk.account, code, cause);
  if (!joined.ok) return tell(talk, refusal(joined));
  const told = (here: Ref): Phrase => ({ key: 'citizen:link.done', values: { platform: platformOf(here) } });
  return tell(talk, { phrase: told(joined.other) }, { phrase: told(talk.account), to: joined.other });
}

function refusal(read: Exclude<LinkRead, { ok: true }>): Line {
  const values = read.why === 'tooMany' ? { until: timeInWords(read.until) } : {};
  return { phrase: { key: `citizen:link.refused.${read.why}`, values } };
}

/** The platform's own name, which is the same in every language. */
function platformOf(account: Ref): string {
  const { channel } = splitRef(account);
  return `${channel.charAt(0).toUpperCase()}${channel.slice(1)}`;
}

/** In two halves, easier to read off a screen. */
const spaced = (code: string): string => `${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}`;
