import { badValue, StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { isPlain } from '../bson/values.js';

const INDEX = /^\d+$/;
const MOST_PADDING = 1_500_000;

/** What stands at a path without placeholders, or undefined. */
export function valueAt(doc: Doc, parts: readonly string[]): unknown {
  let value: unknown = doc;
  for (const part of parts) value = child(value, part);
  return value;
}

/** Takes out what stands at a path; an element of an array becomes null. */
export function unsetAt(doc: Doc, parts: readonly string[]): void {
  const holder = valueAt(doc, parts.slice(0, -1));
  const last = parts.at(-1) ?? '';
  if (Array.isArray(holder)) {
    if (INDEX.test(last) && Number(last) < holder.length) holder[Number(last)] = null;
  } else if (isPlain(holder)) {
    delete holder[last];
  }
}

function child(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return INDEX.test(part) ? (value as unknown[])[Number(part)] : undefined;
  return isPlain(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

/** Sets what stands at a path; missing objects on the way are made. PathNotViable (28) through a scalar. */
export function setAt(doc: Doc, parts: readonly string[], value: unknown): void {
  let holder: unknown = doc;
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (!Array.isArray(holder) && !isPlain(holder)) {
      throw new StoreError(
        28,
        'PathNotViable',
        `Cannot create field '${part}' in element {${parts[i - 1] ?? ''}}`,
      );
    }
    const next: unknown = last ? value : (child(holder, part) ?? undefined);
    const made = next === undefined && !last ? missing(holder, part, parts[i - 1]) : next;
    put(holder, part, made, parts[i - 1]);
    holder = made;
  }
}

function missing(holder: Doc | unknown[], part: string, above: string | undefined): Doc {
  if (child(holder, part) === null) {
    throw new StoreError(28, 'PathNotViable', `Cannot create field in element {${above ?? part}: null}`);
  }
  return {};
}

function put(holder: Doc | unknown[], part: string, value: unknown, above: string | undefined): void {
  if (!Array.isArray(holder)) {
    holder[part] = value;
    return;
  }
  if (!INDEX.test(part)) {
    throw new StoreError(
      28,
      'PathNotViable',
      `Cannot create field '${part}' in element {${above ?? ''}: []}`,
    );
  }
  const index = Number(part);
  if (index - holder.length > MOST_PADDING) throw badValue('cannot pad an array that far');
  while (holder.length < index) holder.push(null);
  holder[index] = value;
}
