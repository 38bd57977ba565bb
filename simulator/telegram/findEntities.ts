import type { WireEntity } from './wire.js';

const PATTERNS: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['bot_command', /(?<![\w/])\/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{2,31})?(?![\w@/])/g],
  ['mention', /(?<![\w/])@[a-zA-Z]\w{3,31}/g],
  ['email', /(?<![\w@.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ['url', /https?:\/\/[^\s<>"]+/g],
  ['hashtag', /(?<![\p{L}\w])#[\p{L}\w]+/gu],
];

/** What Telegram itself marks in a person's plain text: commands, mentions, addresses, links, hashtags. */
export function findEntities(text: string): WireEntity[] {
  if (!/[/@#]/.test(text)) return [];
  const found: WireEntity[] = [];
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (!found.some((other) => overlaps(other, entity))) found.push(entity);
    }
  }
  return found.sort((a, b) => a.offset - b.offset);
}

function overlaps(a: WireEntity, b: WireEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}
