import type { Person } from '../../channels/channel.js';
import type { Actor, Unit } from '../../services/services.js';
import type { BoardDeps } from '../board/boardDeps.js';
import type { CardPainter } from '../cards/createCardPainter.js';
import type { Scene } from '../cards/createScene.js';

/** A unit's chat needs what the board's needs. */
export type UnitDeps = BoardDeps;

/** One update of somebody in a unit's chat, while it is worked on. */
export type UnitTurn = { deps: UnitDeps; painter: CardPainter; scene: Scene; unit: Unit; actor: Actor };

/** A command in a group that may not be a unit's yet, by somebody who may have no part in it. */
export type UnitCommandTurn = {
  deps: UnitDeps;
  painter: CardPainter;
  scene: Scene;
  from: Person;
  unit: Unit | undefined;
  actor: Actor | undefined;
};
