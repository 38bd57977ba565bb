import { foldedWords } from './text.js';

/** Words of almost every question: they say nothing about what it is about. */
const COMMON = new Set(
  'toi cho hoi la co va cua duoc khong thi nhu the nao de vay xin a o nay do cac mot nhung da se ve khi bao gi gia dinh em anh chi minh'.split(
    ' ',
  ),
);

/**
 * How alike two questions are, from 0 to 1, whatever marks they were typed with (A5): the shared words and pairs of
 * neighbouring words by Dice's coefficient. Symmetric; 1 for a text with itself, 0 for texts without words.
 */
export function similarity(a: string, b: string): number {
  const [first, second] = [features(a), features(b)];
  if (first.size + second.size === 0) return 0;
  let shared = 0;
  for (const feature of first) if (second.has(feature)) shared++;
  return (2 * shared) / (first.size + second.size);
}

function features(text: string): Set<string> {
  const all = foldedWords(text);
  const words = all.some((word) => !COMMON.has(word)) ? all.filter((word) => !COMMON.has(word)) : all;
  const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
  return new Set([...words, ...pairs]);
}
