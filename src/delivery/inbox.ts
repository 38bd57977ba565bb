/** The way in: updates are stored under their ids before the platform hears that they came (promises 1 and 2). */
import type { Decoded, Incoming } from '../channels/channel.js';
import { DomainError } from '../domain/errors.js';
import type { InboxDocument } from '../store/inbox.js';
import type { InsertOutcome } from '../store/insertFresh.js';
import { createBatcher } from './createBatcher.js';
import { createRateGuard } from './createRateGuard.js';
import type { Context } from './context.js';
import { laneOf } from './laneOf.js';

/** Updates in one insert. */
const BATCH = 500;

export type Inbox = {
  /**
   * Resolves when every update is stored. Rejects with DomainError `store-away` when that is not sure in time: the
   * platform has to send again. A write that succeeds after that does no harm, since the id makes it once.
   */
  accept(updates: readonly Decoded[]): Promise<void>;
  busy(): boolean;
};

/** `taken` hears of each new stored update, in the order in which they came; `repeated` of a lane with one known before. */
export function createInbox(
  context: Context,
  heard: {
    taken(document: InboxDocument): void;
    repeated(lane: number): void;
    tooMany(incoming: Incoming): void;
  },
): Inbox {
  const { clock, settings, stores, count, fault } = context;
  const verdict = createRateGuard(settings.perAccountPerMinute);

  const batcher = createBatcher<InboxDocument, true>(BATCH, async (documents) => {
    const outcomes = await stores.inbox.add(documents);
    await fault('stored');
    return documents.map((document, index) => settle(document, outcomes[index] ?? 'new'));
  });

  // Also after the caller has given up waiting: what is stored gets worked.
  const settle = (document: InboxDocument, outcome: InsertOutcome): true | Error => {
    if (typeof outcome === 'object') return outcome.error;
    count(outcome === 'new' ? 'accepted' : 'repeated');
    if (outcome === 'new') heard.taken(document);
    else heard.repeated(document.lane);
    return true;
  };

  const wanted = (update: Decoded): Incoming[] => {
    if (update.kind === 'ignored') {
      count(`ignored:${update.why}`);
      return [];
    }
    const { incoming } = update;
    const outcome = verdict(incoming, clock.now());
    if (outcome === 'take') return [incoming];
    count('overRate');
    if (outcome === 'answer') heard.tooMany(incoming);
    return [];
  };

  return {
    async accept(updates) {
      const documents = updates.flatMap(wanted).map((incoming) => documentOf(incoming, settings.lanes));
      if (documents.length === 0) return;
      if (batcher.size() + documents.length > settings.maxAccepting) throw new DomainError('store-away');
      const until = { isGivenUp: false };
      const stored = Promise.all(documents.map((document) => batcher.add(document, until)));
      await within(context, stored, () => void (until.isGivenUp = true));
    },
    busy: () => batcher.size() > 0,
  };
}

function documentOf(incoming: Incoming, lanes: number): InboxDocument {
  return {
    _id: incoming.id,
    lane: laneOf(incoming.chat, lanes),
    state: 'waiting',
    order: incoming.order,
    attempts: 0,
    incoming,
  };
}

/** `promise`, or DomainError `store-away` when it fails or is not there in time; then `giveUp` is called. */
function within(context: Context, promise: Promise<unknown>, giveUp: () => void): Promise<void> {
  const { clock, settings } = context;
  return new Promise((resolve, reject) => {
    const cancel = clock.wakeAt(new Date(clock.now().getTime() + settings.acceptMs), () => {
      giveUp();
      reject(new DomainError('store-away'));
    });
    promise.then(
      () => {
        cancel();
        resolve();
      },
      (error: unknown) => {
        cancel();
        giveUp();
        reject(new DomainError('store-away', {}, { cause: error }));
      },
    );
  });
}
