/** A chat's lane: who holds the lane works the chat, so that a chat is worked in order across all instances. */
import type { Ref } from '../channels/channel.js';

/** FNV-1a over the reference's code units, modulo the number of lanes; the same in every process and version. */
export function laneOf(ref: Ref, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < ref.length; index++) {
    hash ^= ref.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % lanes;
}
