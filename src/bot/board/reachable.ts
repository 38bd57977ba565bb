import type { BoardTurn } from './boardDeps.js';

/** Platforms let a bot write to a person only who wrote first; a member who did not is told how. */
export async function reachable({
  deps,
  scene,
  actor,
}: Pick<BoardTurn, 'deps' | 'scene' | 'actor'>): Promise<boolean> {
  if (await deps.canReach(actor.account)) return true;
  scene.toast({ key: 'board:toast.openBotFirst' }, true);
  return false;
}
