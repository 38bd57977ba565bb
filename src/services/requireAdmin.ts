import { refuse } from './refuse.js';
import type { Actor } from './services.js';

/** Throws DomainError not-allowed unless the actor is an admin. */
export function requireAdmin(by: Actor): void {
  if (!by.roles.includes('admin')) throw refuse('not-allowed');
}
