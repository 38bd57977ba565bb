import type { Phrase } from '../../conversation/flow.js';
import { DomainError } from '../../domain/errors.js';
import type { Actor } from '../../services/services.js';
import type { Talk } from './talk.js';

/** Rules that a citizen can run into, each with its sentence at `citizen:problem.<code>`. */
const PROBLEMS: readonly string[] = [
  'blocked',
  'wrong-stage',
  'not-found',
  'not-allowed',
  'text-missing',
  'text-too-long',
  'unknown-topic',
];

/** The sentence for a broken rule; whatever else went wrong is thrown on. */
export function problemOf(error: unknown, code = ''): Phrase {
  if (error instanceof DomainError && PROBLEMS.includes(error.code))
    return { key: `citizen:problem.${error.code}`, values: { code } };
  throw error;
}

/** The person as the asker of their own question; whether it is theirs is checked by the use case. */
export function askerOf(talk: Talk): Actor {
  return { account: talk.account, name: '', roles: ['asker'] };
}
