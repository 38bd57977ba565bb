import { DomainError } from '../../domain/errors.js';
import { nextStage } from '../../domain/lifeCycle.js';
import type { Action, Question } from '../../domain/question.js';
import type { ActionDetails } from '../../services/services.js';
import type { BoardTurn } from './boardDeps.js';

/** Carries the action out; the announcement draws the cards. */
export async function act(
  { deps, actor, scene }: BoardTurn,
  question: Pick<Question, 'code'>,
  action: Action,
  details: ActionDetails,
): Promise<void> {
  await deps.services.act(question.code, action, actor, details, scene.incoming.id);
}

/** Throws what the use case would, before anything is asked of the member. */
export function mayNow({ actor }: Pick<BoardTurn, 'actor'>, question: Question, action: Action): void {
  nextStage(question, action, actor.roles);
}

/** A question by its code; throws DomainError `not-found`. */
export async function questionOf({ deps }: Pick<BoardTurn, 'deps'>, code: string): Promise<Question> {
  const question = await deps.services.ledger.byCode(code);
  if (!question) throw new DomainError('not-found', { code });
  return question;
}
