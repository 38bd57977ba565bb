import type { Person } from '../../channels/channel.js';
import { type CardPainter, createCardPainter } from '../cards/createCardPainter.js';
import { createScene, type Scene } from '../cards/createScene.js';
import type { Respond } from '../turn.js';
import type { BoardDeps } from './boardDeps.js';
import { hearDecision } from './hearDecision.js';
import { pressBoard } from './pressBoard.js';
import { nameOf, refuse, toldWhenRefused } from './refuse.js';
import { runBoardCommand } from './runBoardCommand.js';

/**
 * Answers what happens in the board's private group (C1, C2, C6): presses of cards, the words of an unfinished
 * decision, commands, and people coming and going. Who acts, and what they may do, is looked up at every update.
 * Talk among the members is left alone.
 */
export function createRespondBoard(deps: BoardDeps): Respond {
  const painter = createCardPainter({ ...deps, lookups: () => deps.services });
  return async (incoming, chat) => {
    const scene = createScene(incoming, chat, deps);
    await toldWhenRefused(deps, painter, scene, () => answer(deps, painter, scene));
    return scene.turn();
  };
}

async function answer(deps: BoardDeps, painter: CardPainter, scene: Scene): Promise<void> {
  const { event, chat, from } = scene.incoming;
  if (event.kind === 'member') return deps.services.members.seen(event.person, event.present, event.admin);
  if (event.kind === 'moved') return deps.services.settings.moveChat(chat, event.to);
  if (!from || !concernsUs(scene, from)) return;
  const actor = await deps.services.members.actor(from.ref, from.name);
  if (!actor || actor.roles.length === 0) return refuse(deps, scene, from, nameOf(scene.incoming));
  const turn = { deps, painter, scene, actor, lang: scene.lang };
  if (event.kind === 'press') return pressBoard(turn, event.data);
  if (event.kind === 'command') return runBoardCommand(turn, event.name, event.args);
  return hearDecision(turn);
}

/** Presses and commands always; other messages only as a reply, while the member is in the middle of a decision. */
function concernsUs(scene: Scene, from: Person): boolean {
  const { event } = scene.incoming;
  if (event.kind === 'press' || event.kind === 'command') return true;
  if (event.kind !== 'text' && event.kind !== 'attachment') return false;
  return event.replyTo !== undefined && scene.flow(from.ref) !== undefined;
}
