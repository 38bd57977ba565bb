import type { Incoming } from '../../channels/channel.js';
import { readCardData } from '../cards/cardData.js';
import { createCardPainter } from '../cards/createCardPainter.js';
import { createScene, type Scene } from '../cards/createScene.js';
import type { Chat, Turn } from '../turn.js';
import type { BoardDeps } from './boardDeps.js';
import { nameOf, refuse, toldWhenRefused } from './refuse.js';

/**
 * Answers presses of cards in a private chat: whether an asker's details were confirmed. Undefined for everything
 * that is no card of the board, so that the citizen's side answers it. Any other action of a card pressed here is
 * forwarded or forged: refused and recorded (C2).
 */
export function createRespondMember(
  deps: BoardDeps,
): (incoming: Incoming, chat: Chat) => Promise<Turn | undefined> {
  const painter = createCardPainter({ ...deps, lookups: () => deps.services });
  return async (incoming, chat) => {
    if (incoming.event.kind !== 'press') return undefined;
    const press = readCardData(incoming.event.data);
    if (!press || press.action === 'clarify') return undefined;
    const scene = createScene(incoming, chat, deps);
    await toldWhenRefused(deps, painter, scene, () => answer(deps, scene, press.action, press.code));
    return scene.turn();
  };
}

async function answer(deps: BoardDeps, scene: Scene, action: string, code?: string): Promise<void> {
  const { from, id } = scene.incoming;
  if (!from) return;
  const actor = await deps.services.members.actor(from.ref, from.name);
  if (!actor || code === undefined || (action !== 'verified' && action !== 'unverified'))
    return refuse(deps, scene, from, nameOf(scene.incoming));
  const text = deps.texts.plain({ key: 'board:contact.notVerifiedNote' }, 'vi');
  if (action === 'verified') await deps.services.act(code, 'verify', actor, {}, id);
  else await deps.services.act(code, 'note', actor, { text }, id);
  scene.toast({ key: `board:toast.${action}`, values: { code } });
}
