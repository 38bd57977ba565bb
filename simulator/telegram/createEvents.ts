import type { CallRecord } from './createRecord.js';
import type { ShownMessage } from './showMessage.js';
import type { WireUpdate } from './wire.js';

/** What can be listened to, and what a listener gets. */
export type SimulatorEvents = {
  /** A message appeared in a chat, whoever wrote it. */
  message: ShownMessage;
  /** A message was changed; given as it is now. */
  edited: ShownMessage;
  /** A message was deleted; given as it was. */
  deleted: ShownMessage;
  /** An API call came to its end. */
  call: CallRecord;
  /** An update was made for the bot (not yet delivered). */
  update: WireUpdate;
};

export type EventName = keyof SimulatorEvents;
export type Events = {
  /** Returns what ends the listening. */
  on<E extends EventName>(event: E, listener: (what: SimulatorEvents[E]) => void): () => void;
  /** `what` is only built when somebody listens: a load run must not pay for it. */
  emit<E extends EventName>(event: E, what: () => SimulatorEvents[E]): void;
};

/** The simulator's own small event hub. */
export function createEvents(): Events {
  const listeners: { [E in EventName]: Set<(what: SimulatorEvents[E]) => void> } = {
    message: new Set(),
    edited: new Set(),
    deleted: new Set(),
    call: new Set(),
    update: new Set(),
  };
  return {
    on(event, listener) {
      listeners[event].add(listener);
      return () => void listeners[event].delete(listener);
    },
    emit(event, what) {
      if (listeners[event].size === 0) return;
      const made = what();
      for (const listener of [...listeners[event]]) listener(made);
    },
  };
}
