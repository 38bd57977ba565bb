import type { CallRecord } from './createRecord.js';
import type { ShownMessage, WireEvent } from './wire.js';

/** What can be listened to, and what a listener gets. */
export type SimulatorEvents = {
  /** A message appeared in a chat, whoever wrote it. */
  message: ShownMessage;
  /** An API call came to its end. */
  call: CallRecord;
  /** An event was made for the bot (not yet delivered). */
  event: WireEvent;
};

export type Events = {
  /** Returns what ends the listening. */
  on<E extends keyof SimulatorEvents>(event: E, listener: (what: SimulatorEvents[E]) => void): () => void;
  emit<E extends keyof SimulatorEvents>(event: E, what: SimulatorEvents[E]): void;
};

/** The simulator's own small event hub. */
export function createEvents(): Events {
  const listeners: { [E in keyof SimulatorEvents]: Set<(what: SimulatorEvents[E]) => void> } = {
    message: new Set(),
    call: new Set(),
    event: new Set(),
  };
  return {
    on(event, listener) {
      listeners[event].add(listener);
      return () => void listeners[event].delete(listener);
    },
    emit(event, what) {
      for (const listener of [...listeners[event]]) listener(what);
    },
  };
}
