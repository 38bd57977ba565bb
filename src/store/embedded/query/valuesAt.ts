import type { Doc } from '../bson/readBson.js';
import { isPlain } from '../bson/values.js';
import { own } from './path.js';

/** All values a path reaches; arrays on the way and at its end are opened. */
export function valuesAt(doc: Doc, parts: readonly string[]): unknown[] {
  return reached(doc, parts, 0);
}

function reached(value: unknown, parts: readonly string[], at: number): unknown[] {
  const part = parts[at];
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (part === undefined) return list;
    const through = list.flatMap((item) => (isPlain(item) ? reached(item, parts, at) : []));
    return /^\d+$/.test(part) && Number(part) < list.length
      ? [...through, ...reached(list[Number(part)], parts, at + 1)]
      : through;
  }
  if (part === undefined) return [value];
  return isPlain(value) ? reached(own(value, part), parts, at + 1) : [];
}
