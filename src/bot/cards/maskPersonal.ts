import type { Asker } from '../../domain/question.js';

const MASK = '•••';
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Vietnamese numbers as people write them; a leading 0, 84 or 0084 tells them from sums of money. */
const PHONE = /(?<![\p{L}\p{N}])(?:(?:\+|00)[ .-]?84|84|\(?0)(?:[ .()-]{0,2}\d){8,10}(?!\d)/gu;
/** A shorter name ('An') is a word of everyday language too. */
const LEAST_NAME = 4;

/**
 * `text` for a group: telephone numbers, e-mail addresses, and the asker's own name and address, wherever the
 * asker wrote them into the question, are covered (C1; design, promise 7). The ledger keeps what was written.
 */
export function maskPersonal(
  text: string,
  asker: Pick<Asker, 'name' | 'address' | 'email' | 'phone'>,
): string {
  const own = [asker.email, asker.phone, asker.address, asker.name]
    .map((value) => value?.normalize('NFC').trim() ?? '')
    .filter((value) => value.length >= LEAST_NAME);
  const masked = text.normalize('NFC').replace(EMAIL, MASK).replace(PHONE, MASK);
  return own.reduce((rest, value) => rest.replace(wholeWords(value), MASK), masked);
}

function wholeWords(value: string): RegExp {
  const words = value.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])${words.join('\\s+')}(?![\\p{L}\\p{N}])`, 'giu');
}
