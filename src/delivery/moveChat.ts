/** A chat has a new id: everything that is kept under the old one follows (Telegram: a group became a supergroup). */
import type { Ref } from '../channels/channel.js';
import type { Context } from './context.js';
import { laneOf } from './laneOf.js';

/** May be repeated; a repeat changes nothing. */
export async function moveChat(context: Context, from: Ref, to: Ref): Promise<void> {
  const { stores, settings, hooks, log, count } = context;
  const fromLane = laneOf(from, settings.lanes);
  const toLane = laneOf(to, settings.lanes);
  await stores.chats.move(from, fromLane, to, toLane);
  await stores.outbox.move(from, fromLane, to, toLane);
  await hooks.onMoved?.(from, to);
  count('moved');
  log.info({}, 'chat-moved');
}
