import { LIFE_CYCLE } from '../domain/lifeCycle.js';
import type { Stage } from '../domain/question.js';

/** What can be taken over by a member still waits for somebody. */
const OPEN = new Set(LIFE_CYCLE.filter((row) => row.action === 'takeOver').flatMap((row) => row.from));

/** Whether a question at this stage still waits for somebody: it stands in the board's queue. */
export function isOpen(stage: Stage): boolean {
  return OPEN.has(stage);
}
