import { badValue, StoreError, typeMismatch } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { isPlain, numeric } from '../bson/values.js';
import type { Catalogue } from '../storage/catalogue.js';
import type { Storage } from '../storage/openStorage.js';
import type { Stats } from '../query/scan.js';
import type { Request } from '../wire/messages.js';
import type { Cursors } from './cursors.js';

/** What every command works with. */
export type Context = {
  readonly storage: Storage;
  readonly catalogue: Catalogue;
  readonly stats: Stats;
  readonly cursors: Cursors;
  readonly now: () => Date;
};

export type Command = (context: Context, request: Request, connection: number) => Promise<Doc> | Doc;

/** The collection a command names in its first field. */
export function collectionName({ body, name }: Request): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') {
    throw new StoreError(73, 'InvalidNamespace', `collection name has invalid type for ${name}`);
  }
  return value;
}

/** A whole number of the command, or undefined. Errors: TypeMismatch (14), BadValue (2). */
export function integerOf(body: Doc, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  let number: number;
  try {
    number = Number(numeric(value));
  } catch {
    throw typeMismatch(`field '${name}' must be a number`);
  }
  if (!Number.isInteger(number)) throw badValue(`field '${name}' must be a whole number`);
  return number;
}

/** A whole number of the command that is not negative. */
export function countOf(body: Doc, name: string): number | undefined {
  const value = integerOf(body, name);
  if (value !== undefined && value < 0) {
    throw new StoreError(
      51024,
      'Location51024',
      `field '${name}' value must be >= 0, actual value '${value}'`,
    );
  }
  return value;
}

export function documentsOf(value: unknown, name: string): Doc[] {
  if (!Array.isArray(value)) throw typeMismatch(`field '${name}' must be an array`);
  return value.map((item: unknown) => {
    if (!isPlain(item)) throw typeMismatch(`field '${name}' must hold documents`);
    return item;
  });
}

export const isTrue = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0;
