/** What a refusal of the Bot API means for a message (https://core.telegram.org/bots/api#making-requests). */
import { TelegramError } from 'telegraf';
import type { Sent } from '../channel.js';
import { refOf } from './decode.js';

/** A token that Telegram does not know: nothing goes until somebody sets it right. */
const TOKEN_RETRY_MS = 60_000;

type Rule = { says: RegExp; sent: Sent };

/** Descriptions are not documented as stable; these are in use, and what is unknown counts as our mistake. */
const BAD_REQUESTS: readonly Rule[] = [
  { says: /message is not modified/, sent: { kind: 'sent' } },
  {
    says: /chat not found|user not found|peer_id_invalid|user_is_deactivated|user is deactivated/,
    sent: { kind: 'unreachable', why: 'unknown' },
  },
  { says: /group chat was deactivated|chat was deleted/, sent: { kind: 'unreachable', why: 'deactivated' } },
  {
    says: /not enough rights|have no rights|chat_write_forbidden|chat_restricted|topic_closed/,
    sent: { kind: 'unreachable', why: 'no-rights' },
  },
  { says: /group chat was upgraded/, sent: { kind: 'later', why: 'moving' } },
  {
    says: /message to edit not found|message can't be edited|message_id_invalid|no text in the message/,
    sent: { kind: 'gone', why: 'message' },
  },
  { says: /query is too old|query id is invalid|query_id_invalid/, sent: { kind: 'gone', why: 'press' } },
  { says: /can't parse entities/, sent: { kind: 'refused', why: 'markup' } },
  { says: /message is too long|caption is too long/, sent: { kind: 'refused', why: 'too-long' } },
  { says: /file identifier|file_id|remote file/, sent: { kind: 'refused', why: 'file' } },
];

/** What to do with the message whose call failed like this. Holds no token and no personal data. */
export function sentOf(error: unknown): Sent {
  if (error instanceof TelegramError) return ofApi(error.code, error.description, error.parameters);
  const name = error instanceof Error ? error.name : typeof error;
  // FetchError: no connection, broken off, or an answer that is no JSON; AbortError: our own time-out.
  if (name === 'AbortError') return { kind: 'later', why: 'time-out' };
  return name === 'FetchError' ? { kind: 'later', why: 'network' } : { kind: 'refused', why: name };
}

function ofApi(code: number, description: string, parameters: TelegramError['parameters']): Sent {
  const says = description.toLowerCase();
  if (parameters?.migrate_to_chat_id !== undefined)
    return { kind: 'moved', to: refOf(parameters.migrate_to_chat_id) };
  if (code === 429) return { kind: 'later', afterMs: (parameters?.retry_after ?? 1) * 1000, why: 'too-many' };
  if (code === 403) return { kind: 'unreachable', why: whyForbidden(says) };
  if (code === 401 || code === 404) return { kind: 'later', afterMs: TOKEN_RETRY_MS, why: 'token' };
  if (code === 409 || code >= 500) return { kind: 'later', why: `platform-${code}` };
  return (
    BAD_REQUESTS.find((rule) => rule.says.test(says))?.sent ?? { kind: 'refused', why: `telegram-${code}` }
  );
}

function whyForbidden(says: string): string {
  if (says.includes('blocked')) return 'blocked';
  if (says.includes('deactivated')) return 'deactivated';
  if (says.includes('kicked') || says.includes('not a member')) return 'removed';
  return says.includes('initiate') ? 'never-met' : 'forbidden';
}
