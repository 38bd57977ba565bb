import type { Play } from './startPlay.js';
import type { Life } from './runLives.js';
import type { Double } from './findDoubles.js';
import { plainText } from './plainText.js';
import { readMessage } from './readMessage.js';

const STOP_MS = 10_000;
/** Longer than this nothing is in flight: what was sent is marked within one write of the store. */
const IN_FLIGHT_MS = 3_000;
const LISTED = 5;

/** What the simulator's record says against the promises; nothing when they hold. */
export function checkRecord(play: Play, lives: readonly Life[], doubles: readonly Double[]): string[] {
  const { sim, citizens, board } = play;
  const updates = sim.record.updates();
  const codes = citizens.all.map((citizen) => [...citizen.codes]);
  const cards = cardsOf(play);
  return [
    ...many(
      citizens.all.filter((one) => one.codes.size !== 1),
      (one) => `${one.id} has ${one.codes.size} codes after ${one.answered} answers`,
    ),
    ...many(
      citizens.all.filter((one) => !one.isDone()),
      (one) =>
        `${one.id} was told only ${[...one.told].join(', ') || 'nothing'} after the code; last: ${lastOf(play, one.id)}`,
    ),
    ...gaps(codes.flat()),
    ...many(
      [...new Set(codes.flat())].filter((code) => !cards.has(code)),
      (code) => `${code} has no card in the board's group`,
    ),
    ...many(
      doubles.filter(({ inFlightMs }) => inFlightMs === undefined),
      (one) => `shown twice without a kill between: ${one.what}`,
    ),
    ...many(
      doubles.filter(({ inFlightMs = 0 }) => inFlightMs > IN_FLIGHT_MS),
      (one) => `shown again though sent ${one.inFlightMs} ms before the kill: ${one.what}`,
    ),
    ...many(mostPerChat(doubles), (one) => `more than one in flight in a chat at a kill: ${one}`),
    ...many(
      updates.filter(({ deliveredAt, droppedAt }) => deliveredAt === undefined || droppedAt !== undefined),
      (one) => `update ${one.updateId} (${one.kind}) was not acknowledged`,
    ),
    ...many(unanswered(play), (one) => `update ${one} is the last of its chat and has no reply`),
    ...many(
      lives.filter(({ how, code }) => how === 'stopped' && code !== 0),
      (one) => `SIGTERM ended with ${one.code}: ${one.errors.at(-1) ?? ''}`,
    ),
    ...many(
      lives.filter(({ how, struckAt, endedAt }) => how === 'stopped' && endedAt - struckAt > STOP_MS),
      (one) => `SIGTERM took ${one.endedAt - one.struckAt} ms`,
    ),
    ...many(
      sim.record.calls().filter(({ error }) => error !== undefined && !isExpected(error)),
      (one) => `${one.method} was refused: ${one.error?.description ?? ''}`,
    ),
    ...(board.messages().length === 0 ? ['the board saw nothing'] : []),
  ];
}

/** An edit that changes nothing, a press that is answered too late, two pollers for a moment: no harm. */
function isExpected({ code, description }: { code: number; description: string }): boolean {
  return /message is not modified|query is too old/i.test(description) || code === 409;
}

function cardsOf({ sim, board }: Play): Set<string> {
  const calls = sim.record.sentTo(board.id);
  return new Set(calls.flatMap((call) => readMessage({ text: plainText(call), buttons: [] }).cardOf ?? []));
}

/** Codes must be 1, 2, 3 … of one year. */
function gaps(codes: readonly string[]): string[] {
  const numbers = codes.map((code) => Number(code.slice(-6))).sort((a, b) => a - b);
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  return wrong < 0 ? [] : [`codes have a gap or a double at ${numbers[wrong]}, where ${wrong + 1} was due`];
}

function mostPerChat(doubles: readonly Double[]): string[] {
  const perChat = new Map<string, number>();
  for (const { chatId, life } of doubles)
    perChat.set(`chat ${chatId}, life ${life}`, (perChat.get(`chat ${chatId}, life ${life}`) ?? 0) + 1);
  return [...perChat].filter(([, count]) => count > 1).map(([where, count]) => `${count} in ${where}`);
}

/** Private chats whose newest update was not followed by any message to them. */
function unanswered({ sim, citizens }: Play): number[] {
  const last = new Map<number, { updateId: number; at: number }>();
  for (const { chatId, updateId, at } of sim.record.updates())
    if (chatId !== undefined) last.set(chatId, { updateId, at });
  return citizens.all.flatMap(({ id }) => {
    const update = last.get(id);
    const reply = sim.record.sentTo(id).at(-1);
    return update && (reply === undefined || reply.at < update.at) ? [update.updateId] : [];
  });
}

function lastOf({ sim }: Play, id: number): string {
  const last = sim.userById(id).private().messages().at(-1);
  return `${last?.fromBot ? 'the bot' : 'the person'}: ${last?.text.slice(0, 80) ?? ''}`;
}

function many<T>(found: readonly T[], tell: (one: T) => string): string[] {
  const rest = found.length - LISTED;
  return [...found.slice(0, LISTED).map(tell), ...(rest > 0 ? [`… and ${rest} more of the last`] : [])];
}
