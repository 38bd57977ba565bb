import { z } from 'zod';

/** What a button of a card can mean: actions of the life cycle, and ways of looking (pages, lists, files). */
const CARD_ACTIONS = [
  'approve',
  'reject',
  'askMore',
  'clarify',
  'verify',
  'setTopic',
  'route',
  'note',
  'takeOver',
  'revealContact',
  'answer',
  'handBack',
  'reportDifficulty',
  'acceptAnswer',
  'returnAnswer',
  'choose',
  'unchoose',
  'join',
  'verified',
  'unverified',
  'fullText',
  'files',
  'answerFiles',
  'answerText',
  'show',
  'more',
  'topics',
  'units',
  'episodes',
  'queue',
  'close',
] as const;
export type CardAction = (typeof CARD_ACTIONS)[number];

/**
 * What a press means: an action, the question (or none, in a list), one argument (an id or a page), and the list
 * that the button stands on, so that its message can be edited in place.
 */
export type CardData = { action: CardAction; code?: string; arg?: string; list?: string };

const MAX_BYTES = 64; // Telegram's limit for callback data
const NO_CODE = '-';
const CODE = /^KG-\d{4}-\d{6,9}$/;
const ARG = /^[\w.-]{1,24}$/;
const LIST = /^[\w-]{8}$/;

const parts = z.tuple([
  z.enum(CARD_ACTIONS),
  z.union([z.literal(NO_CODE), z.string().regex(CODE)]),
  z.string().regex(ARG).optional(),
  z.string().regex(LIST).optional(),
]);

/** Reads callback data, which anybody can forge; undefined for whatever `writeCardData` would not have written. */
export function readCardData(data: string): CardData | undefined {
  const parsed = data.length > MAX_BYTES ? undefined : parts.safeParse(data.split('|'));
  if (!parsed?.success) return undefined;
  const [action, code, arg, list] = parsed.data;
  return {
    action,
    ...(code === NO_CODE ? {} : { code }),
    ...(arg === undefined ? {} : { arg }),
    ...(list === undefined ? {} : { list }),
  };
}

/** Callback data `<action>|<code>[|<arg>[|<list>]]`, at most 64 bytes. Throws RangeError for ids that do not fit. */
export function writeCardData({ action, code, arg, list }: CardData): string {
  const tail = arg === undefined ? [] : list === undefined ? [arg] : [arg, list];
  const data = [action, code ?? NO_CODE, ...tail].join('|');
  if (readCardData(data) === undefined) throw new RangeError(`callback data does not fit: ${action}`);
  return data;
}

/** Whether an id may stand in callback data (unit, topic and episode ids). */
export function fitsCardData(id: string): boolean {
  return ARG.test(id);
}
