import type { Clock } from '../../src/clock.js';
import type { Events } from './createEvents.js';
import type { Record_, UpdateRecord } from './createRecord.js';
import type { UpdateContent, WireUpdate } from './wire.js';

const HOUR_MS = 3_600_000;
const KEPT_MS = 24 * HOUR_MS;
const CALLBACK_KEPT_MS = 150_000;
/** Kinds that come only when asked for (https://core.telegram.org/bots/api#getupdates, allowed_updates). */
const ON_DEMAND: ReadonlySet<string> = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

export type PendingUpdate = {
  update: WireUpdate;
  /** Updates with the same key are delivered one after the other. */
  lane: string;
  expiresAt: number;
  record: UpdateRecord;
  /** A second delivery of an update that was acknowledged already. */
  copy: boolean;
};

export type UpdateQueue = ReturnType<typeof createUpdateQueue>;

/** The updates that wait for the bot, whether it polls or has a webhook. */
export function createUpdateQueue(parts: { clock: Clock; record: Record_; events: Events }) {
  const { clock, record, events } = parts;
  const pending = new Set<PendingUpdate>();
  const onPush = new Set<(item: PendingUpdate) => void>();
  const onChange = new Set<() => void>();
  let allowed: string[] = [];
  let lastId = 500_000_000;

  const remove = (item: PendingUpdate): void => {
    if (pending.delete(item)) for (const listener of onChange) listener();
  };

  const settle = (item: PendingUpdate, how: 'delivered' | 'dropped'): void => {
    if (!pending.has(item)) return;
    const now = clock.now().getTime();
    if (how === 'dropped') item.record.droppedAt = now;
    else item.record.deliveredAt ??= now;
    if (!item.copy) record.counts[how]++;
    remove(item);
  };

  return {
    pending,
    onPush,
    onChange,
    settle,
    isExpired: (item: PendingUpdate): boolean => item.expiresAt <= clock.now().getTime(),

    /** Which kinds the bot wants; an empty list is the default, undefined leaves it as it was. */
    allow(kinds: string[] | undefined): void {
      if (kinds) allowed = kinds;
    },
    allowed: (): string[] => allowed,

    /** Makes an update and queues it; nothing comes of a kind the bot did not ask for. */
    push(content: UpdateContent & Record<string, unknown>, chatId?: number): WireUpdate | undefined {
      const kind = Object.keys(content)[0] ?? '';
      if (allowed.length > 0 ? !allowed.includes(kind) : ON_DEMAND.has(kind)) return undefined;
      const at = clock.now().getTime();
      const update: WireUpdate = { update_id: ++lastId, ...content };
      const noted: UpdateRecord = { updateId: update.update_id, kind, at, attempts: [] };
      if (chatId !== undefined) noted.chatId = chatId;
      record.updateMade(noted);
      const item: PendingUpdate = {
        update,
        lane: String(chatId ?? ''),
        expiresAt: at + (kind === 'callback_query' ? CALLBACK_KEPT_MS : KEPT_MS),
        record: noted,
        copy: false,
      };
      pending.add(item);
      events.emit('update', () => update);
      for (const listener of onPush) listener(item);
      return update;
    },

    /** Queues an acknowledged update once more; the caller delivers it. */
    again(item: PendingUpdate): PendingUpdate {
      const copy = { ...item, copy: true };
      record.counts.duplicates++;
      pending.add(copy);
      return copy;
    },

    dropAll(): void {
      for (const item of [...pending]) settle(item, 'dropped');
    },
  };
}
