/** A delivery on the plain channel and a manual clock, with a bot that answers by echoing; for tests. */
import type { Respond, Show, Turn } from '../../src/bot/turn.js';
import type { Ref } from '../../src/channels/channel.js';
import { createManualClock, type ManualClock } from '../../src/clock.js';
import type { FaultPoint } from '../../src/delivery/context.js';
import { createDelivery, type Delivery, type DeliveryNeeds } from '../../src/delivery/createDelivery.js';
import { createPlainChannel, type PlainChannel } from '../../simulator/plain/createPlainChannel.js';
import type { TestStore } from './deliveryStore.js';

export type Bench = {
  clock: ManualClock;
  channel: PlainChannel;
  delivery: Delivery;
  alerts: { code: string; cause: string }[];
  /** Texts in the order in which the bot worked them, as `chat text`. */
  worked: string[];
  /** A text from a chat; the status that the platform got. */
  say(chat: string, text: string, number?: number): Promise<number>;
  /** What stands in a chat. */
  texts(chat: string): string[];
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
let updates = 1_000;
let instances = 0;

/** The number of an update that no other test of this process has. */
export function nextNumber(): number {
  return ++updates;
}

export type BenchOptions = {
  clock?: ManualClock;
  channel?: PlainChannel;
  respond?: Respond;
  exclusive?: boolean;
  settings?: DeliveryNeeds['settings'];
  hooks?: DeliveryNeeds['hooks'];
  log?: DeliveryNeeds['log'];
};

/** `listen` is called, `start` is not. */
export async function createBench(store: TestStore, options: BenchOptions = {}): Promise<Bench> {
  const clock = options.clock ?? createManualClock(new Date('2026-11-23T02:00:00Z'));
  const channel = options.channel ?? createPlainChannel({ clock });
  const alerts: Bench['alerts'] = [];
  const worked: string[] = [];
  const respond: Respond = async (incoming, chat) => {
    if (incoming.event.kind === 'text') worked.push(`${incoming.chat} ${incoming.event.text}`);
    return (options.respond ?? echo)(incoming, chat);
  };
  const delivery = createDelivery({
    connection: store.connection,
    channels: [channel],
    clock,
    random: () => 0.5,
    newId: () => `instance-${++instances}`,
    respond,
    exclusive: options.exclusive ?? true,
    ...(options.settings ? { settings: options.settings } : {}),
    ...(options.hooks ? { hooks: options.hooks } : {}),
    log: options.log ?? quiet,
    alert: async (code, _fields, cause) => void alerts.push({ code, cause }),
  });
  await channel.listen(delivery.accept);
  return {
    clock,
    channel,
    delivery,
    alerts,
    worked,
    async say(chat, text, number = nextNumber()) {
      await channel.listen(delivery.accept); // several deliveries may share the channel
      return channel.deliver({ number, chat, from: { id: chat, name: 'An' }, text });
    },
    texts: (chat) => channel.shown(`plain:${chat}`).map(({ text }) => text),
  };
}

/** Answers a text with the same text and how many came before it in the chat. */
export const echo: Respond = async (incoming, chat) => {
  const { event } = incoming;
  if (event.kind !== 'text') return { chat, show: [] };
  const flow = chat.flows[chat.ref];
  const count = (typeof flow?.draft === 'number' ? flow.draft : 0) + 1;
  return {
    chat: withDraft(chat, count, incoming.at),
    show: [reply(chat.ref, `${count} ${event.text}`, `${incoming.id}:echo`)],
  };
};

export function reply(chat: Ref, text: string, id: string, more: Partial<Show> = {}): Show {
  return { chat, message: { text }, priority: 'reply', id, ...more };
}

/** Lets the event loop run until `check` holds; fails by the test's time-out when it never does. */
export async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise(setImmediate);
}

/** Lets the process die at a point: nothing beyond it happens any more. */
export function dieAt(point: FaultPoint): { fault: (at: FaultPoint) => Promise<void>; died: Promise<void> } {
  let isDead = false;
  let tell: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (tell = resolve));
  return {
    died,
    async fault(at) {
      if (at === point) {
        isDead = true;
        tell();
      }
      if (isDead) await new Promise(() => undefined);
    },
  };
}

function withDraft(chat: Turn['chat'], draft: number, at: Date): Turn['chat'] {
  const state = { flow: 'count', version: 1, run: 'r', step: 's', back: [], draft, touchedAt: at };
  return { ...chat, flows: { ...chat.flows, [chat.ref]: state } };
}
