import { fold, foldedWords } from './text.js';

/** A commune-level unit (2025: no districts), or 'other' for askers from elsewhere. */
export type Place = {
  id: string; // stable, at most 24 of [a-z0-9-]; goes into callback data
  name: string; // with its kind, as written officially: 'Phường Rạch Giá'
  kind: 'xa' | 'phuong' | 'dackhu' | 'other';
  formerly?: readonly string[]; // former district first, then the former communes it was made of
};

const MOST_FOUND = 20;

/** Typed or official kinds before a name, folded: people leave them out or shorten them. */
const KIND = /^(?:xa|phuong|p|x|dac khu|dk|thi tran|tt|tx|thi xa|tp|thanh pho|huyen|h)(?:\s*[.:]\s*|\s+)/;

/**
 * The places whose name begins with `words`, or has words that begin so, with or without marks and kind; then those
 * made of a former commune or district of that name. Best first, at most 20; none for empty words.
 */
export function findPlaces(places: readonly Place[], words: string): Place[] {
  const typed = fold(words.slice(0, 100)).trim();
  const wanted = foldedWords(typed.replace(KIND, '')).join(' ') || foldedWords(typed).join(' ');
  if (wanted === '') return [];
  return places
    .map((place) => ({ place, rank: rankOf(place, wanted) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_FOUND)
    .map(({ place }) => place);
}

/** 0 the name itself, 1 its beginning, 2 words in it, 3 to 5 the same of a former name. */
function rankOf(place: Place, wanted: string): number {
  const former = (place.formerly ?? []).map((name) => rankOfName(name, wanted));
  return Math.min(rankOfName(place.name, wanted), 3 + Math.min(Infinity, ...former));
}

function rankOfName(name: string, wanted: string): number {
  const bare = foldedWords(fold(name).replace(KIND, '')).join(' ');
  if (bare === wanted) return 0;
  if (bare.startsWith(wanted)) return 1;
  return wordsBegin(bare.split(' '), wanted.split(' ')) ? 2 : Infinity;
}

/** Whether each wanted word begins a word of the name, in order, one right after another. */
function wordsBegin(name: readonly string[], wanted: readonly string[]): boolean {
  return name.some((_, start) => wanted.every((word, i) => name[start + i]?.startsWith(word) ?? false));
}
