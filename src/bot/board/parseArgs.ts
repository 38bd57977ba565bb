/** Quotes that people and their keyboards use. */
const TOKEN = /"([^"]*)"|“([^”]*)”|«([^»]*)»|'([^']*)'|(\S+)/gu;

/** The words of a command's arguments; what stands in quotes is one word, quotes removed. */
export function parseArgs(text: string): string[] {
  return [...text.matchAll(TOKEN)].map((match) => match.slice(1).find((part) => part !== undefined) ?? '');
}

/** A page number from 1 to 9999, or undefined. */
export function parsePage(text: string): number | undefined {
  const page = /^#?(\d{1,4})$/.exec(text)?.[1];
  return page === undefined || Number(page) === 0 ? undefined : Number(page);
}

/** Words with an optional page at the end, '#2': a page number without the mark may be a word to find. */
export function parseFind(text: string): { words: string; page: number } {
  const [, words, page] = /^(.*?)\s*#(\d{1,4})$/su.exec(text.trim()) ?? [];
  if (words === undefined || page === undefined) return { words: text.trim(), page: 1 };
  return { words: words.trim(), page: Math.max(1, Number(page)) };
}
