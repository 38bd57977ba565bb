import { badValue } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { isPlain } from '../bson/values.js';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const parsed = new Map<string, readonly string[]>();

/** Splits a dotted path; empty parts and parts that reach a prototype are refused (BadValue). */
export function pathParts(path: string): readonly string[] {
  const known = parsed.get(path);
  if (known) return known;
  const parts = path.split('.');
  for (const part of parts) {
    if (part === '') throw badValue(`the path '${path}' has an empty part`);
    if (FORBIDDEN.has(part)) throw badValue(`the path '${path}' is not allowed`);
  }
  if (parsed.size < 5000) parsed.set(path, parts);
  return parts;
}

/** The field of the document that a path begins in. */
export const rootOf = (path: string): string => pathParts(path)[0] ?? path;

/** An own property, or undefined. */
export function own(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/**
 * Whether `test` holds for what a path reaches, going into the elements of arrays on the way as MongoDB does; a
 * missing field is given as undefined.
 */
export function somewhere(
  value: unknown,
  parts: readonly string[],
  at: number,
  test: (value: unknown) => boolean,
): boolean {
  const part = parts[at];
  if (part === undefined) return test(value);
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (
      /^\d+$/.test(part) &&
      Number(part) < list.length &&
      somewhere(list[Number(part)], parts, at + 1, test)
    )
      return true;
    return list.some((item) => isPlain(item) && somewhere(item, parts, at, test));
  }
  if (isPlain(value)) return somewhere(own(value, part), parts, at + 1, test);
  return somewhere(undefined, parts, parts.length, test);
}
