import { StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';

/** An entry of `writeErrors`. What is not a `StoreError` goes on up and undoes the transaction. */
export function writeError(index: number, error: unknown): Doc {
  if (!(error instanceof StoreError)) throw error;
  return { index, code: error.code, codeName: error.codeName, errmsg: error.message, ...error.extra };
}
