import type { Incoming } from '../channels/channel.js';
import type { Services } from '../services/services.js';
import { pressOfNumber } from './numbered.js';
import type { Chat, Respond, Turn } from './turn.js';

/**
 * Who speaks in which room: the board's group, a unit's chat or a group to become one, a citizen in private. A
 * unit's chat may be a private one, where a platform has no groups (C4). A member's private chat is a citizen's too,
 * but for the presses that `member` answers.
 */
export type Rooms = {
  citizen: Respond;
  member: (incoming: Incoming, chat: Chat) => Promise<Turn | undefined>;
  board: Respond;
  unit: Respond;
};

/** Said in a chat that is no unit's, these are for the unit's room nevertheless: it was one, or is to become one. */
const BINDING: readonly string[] = ['bind', 'unbind'];
/** A member's word on an asker's details, which are shown in private. */
const VERDICT = /^(?:un)?verified\|/;

/** Leads an update to the room that its chat is. */
export function createRespond(
  settings: Pick<Services['settings'], 'boardChat' | 'unitOfChat'>,
  rooms: Rooms,
): Respond {
  return async (given: Incoming, chat: Chat): Promise<Turn> => {
    const incoming = pressOfNumber(given, chat);
    const { event } = incoming;
    if (incoming.chatKind === 'private') {
      const binds = event.kind === 'command' && BINDING.includes(event.name.toLowerCase());
      const isUnits = binds || (await settings.unitOfChat(incoming.chat)) !== undefined;
      const verdict = event.kind === 'press' && VERDICT.test(event.data);
      if (isUnits && !verdict) return rooms.unit(incoming, chat);
      return (await rooms.member(incoming, chat)) ?? rooms.citizen(incoming, chat);
    }
    if (incoming.chat === (await settings.boardChat())) return rooms.board(incoming, chat);
    return rooms.unit(incoming, chat);
  };
}
