/** Sends one message and does what follows from the platform's answer (promise 4). */
import type { Ref, Sent } from '../channels/channel.js';
import type { OutboxDocument, Outcome } from '../store/outbox.js';
import type { Context } from './context.js';
import type { Delivered } from './createBreakdown.js';
import { createCarrier, type Carried } from './createCarrier.js';
import type { Parking } from './createParking.js';
import { createRetrier } from './createRetrier.js';
import type { Line } from './createLines.js';
import { moveChat } from './moveChat.js';
import { backoffMs } from './settings.js';

const BATCH = 500;
/** Slots of one chat kept in memory. */
const SLOTS = 500;
/** A message that is old is given up only after so many tries in a row: it may be old for another reason. */
const GIVE_UP_TRIES = 10;
/** An account that has to be mended is tried again so often, and not sooner than that. */
const REPAIR_MS = 60_000;
const SOONEST_REPAIR_MS = 5_000;

type Settlement = {
  document: OutboxDocument;
  outcome: Outcome;
  fills?: { chat: Ref; slot: string; messageId: string };
};

export type Sender = {
  deliver: (line: Line, document: OutboxDocument, answered: () => void) => Promise<Delivered>;
  /** Drops the first that waits when nothing is to be sent of it; tells whether it did. */
  late: (line: Line, now: number) => boolean;
  drop(document: OutboxDocument, why: string): void;
  /** Resolves when nothing is under way in these lanes. */
  underWay(lanes: ReadonlySet<number>): Promise<void>;
  /** Resolves when nothing is under way and all is marked. */
  stopped(): Promise<void>;
  busy(): boolean;
};

/**
 * `again` puts a message back into its line, `settled` hears when one is dealt with, `moveOn` takes a line's messages
 * elsewhere, `marked` hears of a chat that cannot be reached, `parked` when one waits for its person.
 */
export function createSender(
  context: Context,
  to: {
    again(line: Line, document: OutboxDocument): void;
    settled(document: OutboxDocument): void;
    moveOn(line: Line, to: Ref, documents: readonly OutboxDocument[]): void;
    marked(chat: Ref): void;
    parked(document: OutboxDocument): void;
  },
  parking: Parking,
): Sender {
  const { clock, settings, random, stores, log, count, fault } = context;
  const carry = createCarrier(context);
  const brokenAt = new Map<string, number>(); // when a channel's account was last found broken
  const open = new Map<Promise<unknown>, number>();

  const marks = createRetrier<Settlement>(context, BATCH, async (settlements) => {
    const now = clock.now();
    // The slot first: a message that is sent again after a crash then becomes an edit of the one that is there.
    const filled = settlements.flatMap(({ fills }) => fills ?? []);
    if (filled.length > 0) await stores.outbox.rememberSlots(filled, now);
    await stores.outbox.settle(
      settlements.map(({ outcome }) => outcome),
      now,
    );
    await fault('marked');
    for (const { document } of settlements) to.settled(document);
  });

  const settle = (
    document: OutboxDocument,
    state: Outcome['state'],
    why?: string,
    fills?: Settlement['fills'],
  ): Promise<unknown> => {
    count(state === 'dropped' ? `dropped:${why ?? ''}` : state);
    const outcome = { id: document._id, state, ...(why === undefined ? {} : { why }) };
    return marks.add({ document, outcome, ...(fills ? { fills } : {}) });
  };

  const drop = (document: OutboxDocument, why: string): void => void settle(document, 'dropped', why);

  const setAside = (document: OutboxDocument, code: string, why: string): void => {
    log.error({ message: document._id, why }, code);
    void settle(document, 'aside', why);
    context.alert(code, { why }, document._id);
  };

  const deliver = async (line: Line, document: OutboxDocument, answered: () => void): Promise<Delivered> => {
    const { message, slot } = document;
    if (message === undefined) return done(drop(document, 'empty'));
    const standing = slot === undefined ? undefined : await slotOf(line, slot);
    if (standing && standing.seq > document.seq) return done(drop(document, 'superseded'));
    if (slot !== undefined && parking.has(line.ref, line.lane))
      await parking.supersede({ ...document, slot });
    const { heard } = line;
    const outgoing: Carried =
      standing?.messageId !== undefined && message.attachment === undefined
        ? { kind: 'edit', chat: line.ref, messageId: standing.messageId, message }
        : { kind: 'send', chat: line.ref, message };
    await fault('sending');
    const sent = await carry(line.channel, outgoing, line.tries);
    await fault('sent');
    if (sent !== 'nothing' && sent.kind === 'sent') answered();
    if (sent === 'nothing') return done(drop(document, 'file'));
    if (sent.kind === 'later' && sent.until === 'contact') return park(line, document, heard);
    return conclude(line, document, outgoing, sent);
  };

  const conclude = async (
    line: Line,
    document: OutboxDocument,
    outgoing: Carried,
    sent: Sent,
  ): Promise<Delivered> => {
    if (sent.kind !== 'later') line.tries = 0;
    switch (sent.kind) {
      case 'sent':
        // The next one of this chat only when this one is marked: a kill then repeats no more than one message of a chat.
        await settle(document, 'sent', undefined, fillOf(line, document, outgoing, sent.messageId));
        return 'ok';
      case 'later':
        return later(line, document, sent);
      case 'unreachable':
        await stores.chats.markUnreachable(line.ref, line.lane, line.window ? 'group' : 'private', sent.why);
        line.unreachable = sent.why;
        to.marked(line.ref);
        return done(drop(document, 'unreachable'));
      case 'moved':
        await moveChat(context, line.ref, sent.to);
        line.movedTo = sent.to;
        return done(to.again(line, document));
      case 'gone':
        if (outgoing.kind !== 'edit' || document.slot === undefined)
          return done(setAside(document, 'message-refused', sent.why));
        line.slots.set(document.slot, { seq: document.seq });
        return done(to.again(line, document));
      case 'refused':
        return done(setAside(document, 'message-refused', sent.why));
    }
  };

  /** Nothing is to be said before the person writes again. */
  const park = async (line: Line, document: OutboxDocument, heardBefore: number): Promise<Delivered> => {
    count('later');
    line.tries = 0;
    // They wrote while it was under way, or somebody else is to see to it now.
    if (line.heard !== heardBefore || !context.lanes.holds(line.lane)) return done(to.again(line, document));
    await parking.park(document);
    return done(to.parked(document));
  };

  const later = (line: Line, document: OutboxDocument, sent: Sent & { kind: 'later' }): Delivered => {
    count('later');
    const now = clock.now().getTime();
    if (sent.until === 'repair') {
      brokenAt.set(line.channel.name, now);
      line.pausedUntil = now + Math.max(sent.afterMs ?? REPAIR_MS, SOONEST_REPAIR_MS);
      to.again(line, document);
      return 'broken';
    }
    const wait = sent.afterMs ?? backoffMs(line.tries, settings, random);
    line.tries++;
    line.pausedUntil = now + wait;
    const since = Math.max(document.at.getTime(), brokenAt.get(line.channel.name) ?? 0);
    if (now - since > settings.giveUpMs && line.tries >= GIVE_UP_TRIES)
      setAside(document, 'message-given-up', sent.why);
    else to.again(line, document);
    return sent.afterMs === undefined ? 'ok' : 'limited';
  };

  const fillOf = (
    line: Line,
    document: OutboxDocument,
    outgoing: Carried,
    messageId?: string,
  ): Settlement['fills'] => {
    const { slot } = document;
    if (slot === undefined || !line.channel.capabilities.edits) return undefined;
    const standing = outgoing.kind === 'edit' ? outgoing.messageId : messageId;
    if (line.slots.size >= SLOTS)
      for (const oldest of [...line.slots.keys()].slice(0, SLOTS / 10)) line.slots.delete(oldest);
    line.slots.set(slot, { seq: document.seq, ...(standing === undefined ? {} : { messageId: standing }) });
    return outgoing.kind === 'edit' || messageId === undefined
      ? undefined
      : { chat: line.ref, slot, messageId };
  };

  const slotOf = async (
    line: Line,
    slot: string,
  ): Promise<{ messageId?: string; seq: number } | undefined> => {
    const standing = line.slots.get(slot);
    if (standing || !line.channel.capabilities.edits) return standing;
    const messageId = await stores.outbox.slot(line.ref, slot);
    return messageId === undefined ? undefined : { messageId, seq: 0 };
  };

  /** Whatever breaks here – the store, as a rule – the message stays and is tried again. */
  const deliverSafely = async (
    line: Line,
    document: OutboxDocument,
    answered: () => void,
  ): Promise<Delivered> => {
    try {
      return await deliver(line, document, answered);
    } catch (error) {
      log.warn({ err: error, message: document._id }, 'delivery-failed');
      return later(line, document, { kind: 'later', why: 'delivery-failed' });
    }
  };

  return {
    deliver(line, document, answered) {
      const promise = deliverSafely(line, document, answered).finally(() => open.delete(promise));
      open.set(promise, line.lane);
      return promise;
    },
    late(line, now) {
      const head = line.waiting[0];
      if (head === undefined) return false;
      if (line.movedTo !== undefined) to.moveOn(line, line.movedTo, line.waiting.splice(0));
      else if (line.unreachable !== undefined) drop(line.waiting.shift() ?? head, 'unreachable');
      else if (head.notAfter && head.notAfter.getTime() < now) drop(line.waiting.shift() ?? head, 'late');
      else return false;
      return true;
    },
    drop,
    async underWay(lanes) {
      await Promise.all([...open].filter(([, lane]) => lanes.has(lane)).map(([promise]) => promise));
    },
    async stopped() {
      await Promise.all(open.keys());
      await marks.settled();
    },
    busy: () => open.size > 0 || marks.busy(),
  };
}

/** For the cases that leave the platform's limits as they are. */
function done(_nothing: void): 'ok' {
  return 'ok';
}
