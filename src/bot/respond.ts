import type { Incoming } from '../channels/channel.js';
import type { Services } from '../services/services.js';
import type { Chat, Respond, Turn } from './turn.js';

/**
 * Who speaks in which room: the board's group, any other group (a unit's chat, or one to become it), a citizen in
 * private. A member's private chat is a citizen's too, but for the presses that `member` answers.
 */
export type Rooms = {
  citizen: Respond;
  member: (incoming: Incoming, chat: Chat) => Promise<Turn | undefined>;
  board: Respond;
  unit: Respond;
};

/** Leads an update to the room that its chat is. */
export function createRespond(settings: Pick<Services['settings'], 'boardChat'>, rooms: Rooms): Respond {
  return async (incoming: Incoming, chat: Chat): Promise<Turn> => {
    if (incoming.chatKind === 'private') return (await rooms.member(incoming, chat)) ?? rooms.citizen(incoming, chat);
    if (incoming.chat === (await settings.boardChat())) return rooms.board(incoming, chat);
    return rooms.unit(incoming, chat);
  };
}
