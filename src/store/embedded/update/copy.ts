import { isPlain } from '../bson/values.js';
import { setOwn, type Doc } from '../bson/readBson.js';

/** A value of the command that goes into several documents must not be shared by them. */
export function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isPlain(value)) return value;
  const doc: Doc = {};
  for (const [name, item] of Object.entries(value)) setOwn(doc, name, copy(item));
  return doc;
}
