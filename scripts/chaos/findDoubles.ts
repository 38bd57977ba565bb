import type { CallRecord } from '../../simulator/telegram/createRecord.js';
import type { Life } from './runLives.js';
import { plainText } from './plainText.js';
import { readMessage } from './readMessage.js';
import type { Wording } from './createWording.js';

/** A message that came into a chat a second time. */
export type Double = {
  chatId: number;
  what: string;
  /** Ms from the first showing to the kill that it straddles; undefined when it straddles none. */
  inFlightMs?: number;
  /** Number of the life that showed it first. */
  life: number;
};

/** No process speaks sooner than this after its start; a call before that was still of the one that was killed. */
const SOONEST_MS = 100;

/**
 * What was shown more than once, told by chat and content (cards by their question), with the kill between the two
 * showings. `calls` in the order in which they came.
 */
export function findDoubles(
  calls: readonly CallRecord[],
  lives: readonly Life[],
  boardId: number,
  wording: Wording,
): Double[] {
  const seen = new Map<string, CallRecord>();
  const doubles: Double[] = [];
  for (const call of calls) {
    if (!call.accepted || !/^send(?!ChatAction)/.test(call.method) || call.chatId === undefined) continue;
    const what = identityOf(call, boardId, wording);
    const key = `${call.chatId} ${what}`;
    const before = seen.get(key);
    seen.set(key, call);
    if (before) doubles.push(doubleOf(before, call, what, lives));
  }
  return doubles;
}

function doubleOf(before: CallRecord, again: CallRecord, what: string, lives: readonly Life[]): Double {
  const chatId = again.chatId ?? 0;
  const life = lives.findLastIndex(({ startedAt }) => startedAt + SOONEST_MS <= before.at);
  const killed = lives[life];
  const straddles = killed?.how === 'killed' && again.at >= killed.struckAt;
  return {
    chatId,
    what: what.slice(0, 120),
    life,
    ...(straddles ? { inFlightMs: killed.struckAt - before.at } : {}),
  };
}

/** A card is the same card whatever is drawn on it; anything else is what it says and the buttons it has. */
function identityOf(call: CallRecord, boardId: number, wording: Wording): string {
  const { chatId, params } = call;
  const text = plainText(call);
  const { cardOf, code } = readMessage({ text, buttons: [] });
  if (cardOf !== undefined) return `card ${cardOf}`;
  if (chatId === boardId && code !== undefined && wording.answerCard(code).test(text))
    return `answer ${code}`;
  return `${text} ${JSON.stringify(params.reply_markup ?? null)} ${JSON.stringify(params.reply_parameters ?? null)}`;
}
