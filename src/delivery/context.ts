/** What the parts of delivery share. */
import type { Logger } from 'pino';
import type { Channel, Incoming, Ref } from '../channels/channel.js';
import type { Clock } from '../clock.js';
import type { Show } from '../bot/turn.js';
import type { ChatsStore } from '../store/chats.js';
import type { InboxStore } from '../store/inbox.js';
import type { OutboxStore } from '../store/outbox.js';
import type { Lanes } from './createLanes.js';
import type { DeliverySettings } from './settings.js';

/** Points between two steps that are kept one after the other; tests let the process die there. */
export type FaultPoint =
  | 'stored' // update in the inbox, not yet acknowledged
  | 'answered' // turn made, nothing of it kept
  | 'said' // messages in the outbox, chat not saved
  | 'saved' // chat saved, update not yet done
  | 'done' // update done
  | 'sending' // about to send
  | 'sent' // platform took it, not yet marked
  | 'marked';

export type DeliveryHooks = {
  /** A chat has a new id: rewrite it wherever the programme keeps it. Called before anything is sent there; repeats. */
  onMoved?(from: Ref, to: Ref): Promise<void>;
  /** What to tell an account that sent too much in a minute; once a minute. */
  overRate?(incoming: Incoming): Promise<Show | undefined>;
  /** What to tell a person whose update could not be worked and was set aside. */
  apologise?(incoming: Incoming): Promise<Show | undefined>;
  /** Tests only. */
  fault?(point: FaultPoint): Promise<void>;
};

/** Tells the admins; no personal data. */
export type Alert = (code: string, fields: Record<string, string | number>, cause: string) => Promise<void>;

export type Context = {
  clock: Clock;
  random: () => number;
  settings: DeliverySettings;
  stores: { inbox: InboxStore; outbox: OutboxStore; chats: ChatsStore };
  channels: ReadonlyMap<string, Channel>;
  lanes: Lanes;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  hooks: DeliveryHooks;
  /** Never rejects. */
  alert: (code: string, fields: Record<string, string | number>, cause: string) => void;
  count: (name: string, by?: number) => void;
  fault: (point: FaultPoint) => Promise<void> | undefined;
  /** The next place in the order of what is said; grows without end. */
  nextSeq: () => number;
};
