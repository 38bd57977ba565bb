/** Splits a text that is too long for one message at the best places. */
import type { Markup } from '../channels/channel.js';

/** Places to split at, the best first: a paragraph's end, a line's, a sentence's, a word's. */
const ENDS = [/\n\n+/g, /\n/g, /(?<=[.!?…:;])\s+/g, /\s+/g];
/** A part is at least this full, or else the next worse kind of place is tried. */
const LEAST_FULL = 0.5;

type Token = { markup: string; length: number; tag?: string; close?: boolean };

/**
 * The text in parts of at most `max` UTF-16 code units each, counted after markup (tags count nothing, an entity
 * one). A tag that is open where the text is split is closed there and opened again in the next part.
 */
export function splitText(text: Markup, max: number): Markup[] {
  if (text.length <= max) return [text];
  const tokens = tokensOf(text);
  const parts: Markup[] = [];
  let open: string[] = [];
  for (let from = 0; from < tokens.length;) {
    const until = endOfPart(tokens, from, max);
    const { markup, stillOpen } = render(tokens.slice(from, until), open);
    if (markup.trim() !== '') parts.push(markup);
    open = stillOpen;
    from = until;
  }
  return parts;
}

/** The length of a markup text as people and platforms count it. */
export function plainLength(text: Markup): number {
  return text.includes('<') || text.includes('&')
    ? tokensOf(text).reduce((sum, { length }) => sum + length, 0)
    : text.length;
}

function tokensOf(text: Markup): Token[] {
  const pattern = /<(\/?)([a-z]+)[^>]*>|&(?:lt|gt|amp|quot);|[\s\S]/gu;
  return [...text.matchAll(pattern)].map(([markup, slash, tag]) =>
    tag === undefined
      ? { markup, length: markup.startsWith('&') ? 1 : markup.length }
      : { markup, length: 0, tag, close: slash === '/' },
  );
}

/** The index behind the last token of the part that begins at `from`. */
function endOfPart(tokens: readonly Token[], from: number, max: number): number {
  let length = 0;
  let until = from;
  while (until < tokens.length && length + (tokens[until]?.length ?? 0) <= max)
    length += tokens[until++]?.length ?? 0;
  // White space at the end is cut off, so it need not fit.
  while (until > from && /^\s$/.test(tokens[until]?.markup ?? '')) until++;
  if (until === tokens.length) return until;
  const plain = tokens.slice(from, until).map(({ markup, tag }) => (tag === undefined ? markup : ''));
  const starts = startsOf(plain);
  const whole = plain.join('');
  for (const end of ENDS) {
    const last = [...whole.matchAll(end)]
      .map((match) => match.index + match[0].length)
      .findLast((at) => at >= whole.length * LEAST_FULL);
    const index = last === undefined ? -1 : starts.indexOf(last);
    if (index > 0) return from + index;
  }
  return until === from ? from + 1 : until;
}

/** Where each token begins in the joined text; the last entry is its end. */
function startsOf(plain: readonly string[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const piece of plain) {
    starts.push(at);
    at += piece.length;
  }
  return [...starts, at];
}

function render(tokens: readonly Token[], open: readonly string[]): { markup: Markup; stillOpen: string[] } {
  const stack = [...open];
  for (const { tag, close } of tokens) {
    if (tag === undefined) continue;
    if (close) stack.splice(stack.lastIndexOf(tag), stack.includes(tag) ? 1 : 0);
    else stack.push(tag);
  }
  const body = tokens
    .map(({ markup }) => markup)
    .join('')
    .trimEnd();
  const before = open.map((tag) => `<${tag}>`).join('');
  const after = stack
    .toReversed()
    .map((tag) => `</${tag}>`)
    .join('');
  return { markup: before + body + after, stillOpen: stack };
}
