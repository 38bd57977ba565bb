import { badRequest } from './apiError.js';
import type { WireEntity } from './wire.js';

const ENTITY_OF_TAG: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  'tg-emoji': 'custom_emoji',
};
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

type OpenTag = { tag: string; attributes: Map<string, string>; offset: number };

/**
 * Telegram's HTML mode: plain text and its entities, offsets in UTF-16 units.
 * Throws the API's 400 “can't parse entities: …”. An unknown named entity such as `&nbsp;` stays as typed,
 * as the server leaves it. (https://core.telegram.org/bots/api#html-style)
 */
export function parseHtml(source: string): { text: string; entities: WireEntity[] } {
  const entities: WireEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const special = nextSpecial(source, at);
    text += source.slice(at, special);
    at = special;
    if (at >= source.length) break;
    if (source[at] === '&') {
      const character = decodeEntity(source, at);
      text += character.text;
      at = character.end;
    } else if (source[at + 1] === '/') {
      at = closeTag(source, at, open, text.length, entities);
    } else {
      at = openTag(source, at, open, text.length);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsable(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  return { text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) };
}

function nextSpecial(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== '<' && source[at] !== '&') at++;
  return at;
}

function decodeEntity(source: string, at: number): { text: string; end: number } {
  const found = /^&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));?/i.exec(source.slice(at, at + 12));
  const code = found?.[1] ? parseInt(found[1], 16) : found?.[2] ? Number(found[2]) : undefined;
  if (found && code !== undefined && code > 0 && code <= 0x10ffff) {
    return { text: String.fromCodePoint(code), end: at + found[0].length };
  }
  const named = found?.[3] && NAMED[found[3]];
  return found && named ? { text: named, end: at + found[0].length } : { text: '&', end: at + 1 };
}

function openTag(source: string, begin: number, open: OpenTag[], offset: number): number {
  const end = source.indexOf('>', begin);
  const where = byteOffset(source, begin);
  const tag = /^[^\s>]*/.exec(source.slice(begin + 1))?.[0].toLowerCase() ?? '';
  const isCutOff = begin + 1 + tag.length >= source.length;
  if (!isCutOff && !Object.hasOwn(ENTITY_OF_TAG, tag)) {
    throw unparsable(`Unsupported start tag "${tag}" at byte offset ${where}`);
  }
  if (end < 0) throw unparsable(`Unclosed start tag at byte offset ${where}`);
  const attributes = new Map<string, string>();
  const pattern = /([^\s=]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
  for (const [, name, double, single, bare] of source.slice(begin + 1 + tag.length, end).matchAll(pattern)) {
    if (name) attributes.set(name.toLowerCase(), unescapeText(double ?? single ?? bare ?? ''));
  }
  if (tag === 'span' && attributes.get('class') !== 'tg-spoiler') {
    throw unparsable(`Tag "span" must have class "tg-spoiler" at byte offset ${where}`);
  }
  open.push({ tag, attributes, offset });
  return end + 1;
}

function closeTag(
  source: string,
  begin: number,
  open: OpenTag[],
  length: number,
  entities: WireEntity[],
): number {
  const end = source.indexOf('>', begin);
  const where = byteOffset(source, begin);
  if (end < 0) throw unparsable(`Unclosed end tag at byte offset ${where}`);
  const name = source
    .slice(begin + 2, end)
    .trim()
    .toLowerCase();
  const opened = open.pop();
  if (!opened) throw unparsable(`Unexpected end tag at byte offset ${where}`);
  if (name !== opened.tag) {
    throw unparsable(
      `Unmatched end tag at byte offset ${where}, expected "</${opened.tag}>", found "</${name}>"`,
    );
  }
  const entity = entityOf(opened, length - opened.offset);
  if (entity) entities.push(entity);
  return end + 1;
}

function entityOf({ tag, attributes, offset }: OpenTag, length: number): WireEntity | undefined {
  const type = ENTITY_OF_TAG[tag];
  if (!type || length === 0) return undefined;
  if (tag === 'a') {
    const url = attributes.get('href');
    return url ? { type, offset, length, url } : undefined; // a link to nowhere is shown as plain text
  }
  if (tag === 'blockquote' && attributes.has('expandable')) {
    return { type: 'expandable_blockquote', offset, length };
  }
  if (tag === 'tg-emoji') return { type, offset, length, custom_emoji_id: attributes.get('emoji-id') };
  return { type, offset, length };
}

function unescapeText(text: string): string {
  return text.replace(/&(lt|gt|amp|quot);/g, (whole, name: string) => NAMED[name] ?? whole);
}

function byteOffset(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}

function unparsable(reason: string): Error {
  return badRequest(`can't parse entities: ${reason}`);
}
