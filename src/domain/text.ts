/** No letter of any script needs more; longer runs only make a text unreadable and slow to normalise. */
const MARKS_KEPT = 8;
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MARKS_KEPT}})\\p{M}+`, 'gu');
/** Cut before anything else, since sorting a long run of marks takes quadratic time. */
const FAR_TOO_MANY_MARKS = /(\p{M}{32})\p{M}+/gu;
/** Control characters but tab and line feed, lone surrogates, zero-width and direction marks; the joiner of emoji stays. */
const INVISIBLE =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|\p{Cs}/gu;
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g;

/**
 * What somebody typed, fit to be stored: NFC, control and invisible characters out, lines trimmed at their end, at
 * most two blank lines in a row, trimmed as a whole. Nothing else is changed. Linear in the length of the text.
 */
export function normalize(text: string): string {
  const clean = compose(text.replace(LINE_END, '\n').replace(INVISIBLE, '').replaceAll('\t', ' '));
  // Not one expression for spaces at line ends: it would be quadratic in a long run of spaces.
  const lines = clean.split('\n').map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim();
}

/**
 * `text` for searching and comparing: without marks, đ as d, in lower case; 'Hoà', 'hòa' and 'hoa' agree. Folding
 * twice changes nothing. Spaces and punctuation stay.
 */
export function fold(text: string): string {
  return text
    .replace(FAR_TOO_MANY_MARKS, '$1')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đĐðÐ]/g, 'd')
    .toLowerCase();
}

/** The folded words of `text`: runs of letters and digits. */
export function foldedWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The length of a text in characters: code points of its NFC, so that ế is one however it was typed. Limits use this unit. */
export function textLength(text: string): number {
  let length = 0;
  for (const _character of compose(text)) length++;
  return length;
}

/** NFC with at most eight marks in a row; they are counted in NFD, where they have one order. */
function compose(text: string): string {
  const sorted = text.replace(FAR_TOO_MANY_MARKS, '$1').normalize('NFD');
  return sorted.replace(TOO_MANY_MARKS, '$1').normalize('NFC');
}

const VIETNAMESE_MARKS = /[\u0300-\u036Fđ]/i;
const TELEX_SYLLABLE =
  /^(?:ngh|ng|nh|th|tr|ch|kh|ph|gh|gi|qu|dd|[bcdghklmnpqrstvx])?(?:[aeiouyw]{1,5})(?:[sfrxj])?(?:ng|nh|ch|[cmnpt])?(?:[sfrxj])?$/;
const TELEX_SIGN = /dd|aa|ee|oo|[aou]w|[aeiouyw](?:ng|nh|ch|[cmnpt])?[sfrxj](?:ng|nh|ch|[cmnpt])?$/;
/** Signs that English hardly has: at least two are needed, or 'this class is for us' would count. */
const TELEX_SURE_SIGN = /^dd|aa|[aou]w[a-z]|(?:ee|oo)(?:ng|nh|ch|[cmnpt])?[sfrxj]$|uow/;
const TELEX_MIN_WORDS = 4;
const TELEX_MIN_SHARE = 0.5;
const TELEX_WORDS_READ = 60;

/**
 * Whether a text looks like raw Telex, typed with the input method off ('tooi muoons hoir'). Only for offering a
 * suggestion; the text is never rewritten.
 */
export function looksLikeTelex(text: string): boolean {
  const start = text.slice(0, 2_000).normalize('NFD');
  if (VIETNAMESE_MARKS.test(start)) return false;
  const words = (start.toLowerCase().match(/[a-z]+/g) ?? []).slice(0, TELEX_WORDS_READ);
  const telex = words.filter(
    (word) => word.length <= 9 && TELEX_SYLLABLE.test(word) && TELEX_SIGN.test(word),
  );
  const sure = telex.filter((word) => TELEX_SURE_SIGN.test(word));
  return (
    sure.length >= 2 && words.length >= TELEX_MIN_WORDS && telex.length / words.length >= TELEX_MIN_SHARE
  );
}
