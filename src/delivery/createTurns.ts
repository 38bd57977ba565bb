/** One update's turn: load the chat, answer, keep the answer step by step so that a repeat completes it (promise 1). */
import type { Chat, Respond, Turn } from '../bot/turn.js';
import type { Incoming, IncomingEvent, Ref } from '../channels/channel.js';
import type { ChatDocument, ChatSave } from '../store/chats.js';
import type { Context } from './context.js';
import { createBatcher } from './createBatcher.js';
import type { Known } from './createKnown.js';
import { createRetrier } from './createRetrier.js';
import { laneOf } from './laneOf.js';
import { moveChat } from './moveChat.js';
import type { Outbox } from './outbox.js';

/** Updates of a chat whose ids its document remembers; those whose inbox entry is not done yet come on top. */
const RING = 20;
/** Chats kept in memory while their lane is held. */
const CACHED = 10_000;
const BATCH = 500;

export type Turns = {
  /** Resolves when the update is answered and that is kept; `false`: somebody else changed the chat, try again. */
  take(incoming: Incoming): Promise<boolean>;
  /** Changes a chat outside a turn; `undefined` from `change` leaves it. Answers whether it was changed. */
  change(ref: Ref, change: (chat: Chat) => Omit<Turn, 'toast'> | undefined): Promise<boolean>;
  /** Something about this chat changed in the store. */
  uncache(ref: Ref): void;
  forget(lanes: ReadonlySet<number>): void;
  settled(): Promise<void>;
  busy(): boolean;
};

/** `known` holds the ids that this instance works or has not yet marked as done. */
export function createTurns(context: Context, respond: Respond, outbox: Outbox, known: Known): Turns {
  const { clock, settings, stores, count, fault } = context;
  const cache = new Map<Ref, ChatDocument>();

  const loads = createBatcher<Ref, ChatDocument>(BATCH, async (refs) => {
    const found = new Map((await stores.chats.load(refs)).map((document) => [document._id, document]));
    return refs.map((ref) => found.get(ref) ?? newDocument(ref, settings.lanes));
  });
  const saves = createBatcher<ChatSave, boolean>(BATCH, (all) => stores.chats.save(all));
  const dones = createRetrier<string>(context, BATCH, async (ids) => {
    await stores.inbox.done(ids, clock.now());
    for (const id of ids) known.leave(id);
    await fault('done');
  });

  const chatOf = async (ref: Ref): Promise<ChatDocument> => {
    const cached = cache.get(ref);
    if (cached) return cached;
    const document = await loads.add(ref);
    if (cache.size >= CACHED)
      for (const oldest of [...cache.keys()].slice(0, CACHED / 10)) cache.delete(oldest);
    cache.set(ref, document);
    return document;
  };

  const keep = async (
    document: ChatDocument,
    turn: Omit<Turn, 'toast'>,
    clear: boolean,
    id?: string,
  ): Promise<boolean> => {
    const said = await outbox.store(turn.show);
    let isSaved = false;
    try {
      await fault('said');
      const handled = id === undefined ? document.handled : ring(document.handled, id, known);
      const next: ChatDocument = { ...document, version: document.version + 1, chat: turn.chat, handled };
      if (clear) delete next.unreachable;
      isSaved = await saves.add({ document: next, clearUnreachable: clear });
      if (isSaved && cache.has(document._id)) cache.set(document._id, next);
      await fault('saved');
      if (isSaved) outbox.hand(said, next);
    } finally {
      if (!isSaved) outbox.release(said);
    }
    if (!isSaved) {
      cache.delete(document._id);
      count('conflicts');
    }
    return isSaved;
  };

  /** Says what waited for the person to write again, before the answer is stored, so that it comes first. */
  const resume = async ({ unreachable, ...document }: ChatDocument): Promise<void> => {
    if (!outbox.hasParked(document._id)) return;
    if (unreachable !== undefined) await stores.chats.markReachable(document._id); // else a restart would drop it
    await outbox.resume(document._id, document);
  };

  const answer = async (incoming: Incoming, document: ChatDocument): Promise<Turn> => {
    const { event, chat: ref } = incoming;
    if (event.kind === 'moved') {
      await moveChat(context, ref, event.to);
      await outbox.moved(ref, event.to);
      return { chat: { ...document.chat, flows: {} }, show: [] }; // they went along
    }
    if (event.kind === 'reachable') {
      if (event.reachable) await stores.chats.markReachable(ref);
      else await stores.chats.markUnreachable(ref, document.lane, incoming.chatKind, 'left');
      outbox.reachable(ref, event.reachable);
    }
    const chat = document.version === 0 ? { ...document.chat, kind: incoming.chatKind } : document.chat;
    return respond(incoming, chat);
  };

  const take = async (incoming: Incoming): Promise<boolean> => {
    const opens = isContact(incoming.event);
    if (opens) outbox.heard(incoming.chat);
    const document = await chatOf(incoming.chat);
    if (!document.handled.includes(incoming.id)) {
      const turn = await answer(incoming, document);
      await fault('answered');
      const isMessage = incoming.event.kind !== 'reachable' && incoming.event.kind !== 'moved';
      const clear = isMessage && (document.unreachable !== undefined || outbox.isUnreachable(incoming.chat));
      if (clear) outbox.reachable(incoming.chat, true);
      if (opens) await resume(document);
      if (!(await keep(document, turn, clear, incoming.id))) return false;
      if (incoming.event.kind === 'press')
        outbox.toast(incoming.chat, turn.toast ?? { pressId: incoming.event.pressId });
      if (!isMessage) cache.delete(incoming.chat);
      count('handled');
    }
    void dones.add(incoming.id);
    return true;
  };

  return {
    async take(incoming) {
      try {
        return await take(incoming);
      } catch (error) {
        cache.delete(incoming.chat); // `respond` may have left its traces on the chat
        throw error;
      }
    },
    async change(ref, change) {
      for (;;) {
        const [document] = await stores.chats.load([ref]);
        const turn = document && change(document.chat);
        if (turn === undefined || document === undefined) return false;
        if (await keep(document, turn, false)) {
          cache.delete(ref);
          return true;
        }
      }
    },
    uncache: (ref) => void cache.delete(ref),
    forget: (lanes) => {
      for (const [ref, { lane }] of cache) if (lanes.has(lane)) cache.delete(ref);
    },
    settled: () => dones.settled(),
    busy: () => loads.size() + saves.size() > 0 || dones.busy(),
  };
}

/** Whether the person did something that lets the platform take messages to them again. */
function isContact(event: IncomingEvent): boolean {
  if (event.kind === 'reachable') return event.reachable;
  return event.kind !== 'moved' && event.kind !== 'member';
}

function newDocument(ref: Ref, lanes: number): ChatDocument {
  return {
    _id: ref,
    lane: laneOf(ref, lanes),
    version: 0,
    chat: { ref, kind: 'private', flows: {} },
    handled: [],
  };
}

function ring(handled: readonly string[], id: string, known: Known): string[] {
  const all = [...handled, id];
  return all.length <= RING
    ? all
    : all.filter((other, index) => index >= all.length - RING || known.has(other));
}
