import type { Person } from '../../channels/channel.js';
import { createCardPainter, type CardPainter } from '../cards/createCardPainter.js';
import { createScene, type Scene } from '../cards/createScene.js';
import { nameOf, refuse, toldWhenRefused } from '../board/refuse.js';
import type { Respond } from '../turn.js';
import { hearAnswer } from './hearUnitFlow.js';
import { pressUnit } from './pressUnit.js';
import { runUnitCommand } from './runUnitCommand.js';
import type { UnitDeps, UnitTurn } from './unitDeps.js';

/**
 * Answers what happens in a unit's chat with the bot (C4), and in a group that may become one: there only /bind and
 * /help are understood. A unit's people act on their own unit's questions and on no others.
 */
export function createRespondUnit(deps: UnitDeps): Respond {
  const painter = createCardPainter({ ...deps, lookups: () => deps.services });
  return async (incoming, chat) => {
    const scene = createScene(incoming, chat, deps);
    await toldWhenRefused(deps, painter, scene, () => answer(deps, painter, scene));
    return scene.turn();
  };
}

async function answer(deps: UnitDeps, painter: CardPainter, scene: Scene): Promise<void> {
  const { event, chat, from } = scene.incoming;
  const { members, settings } = deps.services;
  if (event.kind === 'moved') return settings.moveChat(chat, event.to);
  const unit = await settings.unitOfChat(chat);
  if (event.kind === 'member') return unit && members.unitSeen(chat, event.person, event.present);
  if (event.kind === 'reachable')
    return event.reachable && !unit ? scene.say({ key: 'unit:unbound' }) : undefined;
  if (!from) return;
  const isPrivate = scene.incoming.chatKind === 'private';
  if (!concernsUs(scene, from))
    return unit && isPrivate && event.kind !== 'edited'
      ? scene.say({ key: 'unit:private.hint', values: { unit: unit.name } })
      : undefined;
  const actor = unit && (await members.unitActor(chat, from.ref, from.name));
  if (event.kind === 'command')
    return runUnitCommand({ deps, painter, scene, from, unit, actor }, event.name, event.args);
  if (!unit || !actor) return refuse(deps, scene, from, nameOf(scene.incoming));
  const turn: UnitTurn = { deps, painter, scene, unit, actor };
  if (event.kind === 'press') return pressUnit(turn, event.data);
  return hearAnswer(turn);
}

/**
 * Presses and commands; other messages while the writer is in the middle of an answer, and in a group only as a reply
 * to the bot, since the people of a unit talk to each other there.
 */
function concernsUs(scene: Scene, from: Person): boolean {
  const { event } = scene.incoming;
  if (event.kind === 'press' || event.kind === 'command') return true;
  if (scene.incoming.chatKind === 'private')
    return event.kind !== 'edited' && scene.flow(from.ref) !== undefined;
  if (event.kind !== 'text' && event.kind !== 'attachment') return false;
  return event.replyTo !== undefined && scene.flow(from.ref) !== undefined;
}
