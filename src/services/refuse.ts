import { DomainError } from '../domain/errors.js';

/** Every code with which the use cases refuse; each has its sentence at `errors:<code>`. */
export const ERROR_CODES = [
  'not-found',
  'not-allowed',
  'wrong-stage',
  'blocked',
  'consent-missing',
  'reason-missing',
  'text-missing',
  'text-too-long',
  'unknown-unit',
  'unit-not-valid',
  'unit-chat-taken',
  'unknown-topic',
  'unknown-question',
  'join-not-possible',
  'unknown-episode',
  'episode-over',
  'episode-cancelled',
  'time-passed',
  'responsible-missing',
  'reopened-before',
  'bad-value',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The error to throw when a rule of the programme is broken. */
export function refuse(code: ErrorCode, fields: Record<string, string | number> = {}): DomainError {
  return new DomainError(code, fields);
}
