/** Where a message stands among those that wait for the same chat. */
import type { OutboxDocument } from '../store/outbox.js';
import type { Line } from './createLines.js';

/**
 * Replies first, then in the order in which it was said. Answers the older of two for one slot, which is not to be
 * shown any more; that may be the given one itself.
 */
export function insertInLine({ waiting }: Line, document: OutboxDocument): OutboxDocument | undefined {
  let superseded: OutboxDocument | undefined;
  if (document.slot !== undefined) {
    const index = waiting.findIndex(({ slot }) => slot === document.slot);
    const other = waiting[index];
    if (other && other.seq > document.seq) return document;
    if (other) superseded = waiting.splice(index, 1)[0];
  }
  let at = waiting.length;
  for (let before = waiting[at - 1]; before && comesAfter(before, document); before = waiting[at - 1]) at--;
  waiting.splice(at, 0, document);
  return superseded;
}

function comesAfter(a: OutboxDocument, b: OutboxDocument): boolean {
  return a.rank !== b.rank ? a.rank > b.rank : a.seq > b.seq;
}
