import { fold } from './text.js';

/** The code of a question, such as KG-2026-000123 (A1). Beyond a million it just grows longer. */
export function formatCode(year: number, number: number): string {
  return `KG-${String(year).padStart(4, '0')}-${String(number).padStart(6, '0')}`;
}

/**
 * Reads a code as people type it: 'KG-2026-000123', 'kg 2026 123', 'KG2026000123', and '#123' or '123' for
 * `defaultYear`. undefined when it is none.
 */
export function parseCode(text: string, defaultYear?: number): string | undefined {
  const typed = fold(text.slice(0, 40)).trim();
  const full =
    /^#?(?:kg)?[\s./_–-]*(\d{4})[\s./_–-]+(\d{1,9})$/.exec(typed) ??
    /^#?kg[\s-]*(\d{4})(\d{6,9})$/.exec(typed);
  const short = /^(?:kg)?[\s-]*#?\s*(\d{1,9})$/.exec(typed);
  const year = full ? Number(full[1]) : defaultYear;
  const number = Number(full ? full[2] : short?.[1]);
  if (year === undefined || !(number >= 1) || (full && year < 2000)) return undefined;
  return formatCode(year, number);
}
