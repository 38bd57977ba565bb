/** Answers to presses: at once, as well as it can be done, and not stored. */
import type { Toast } from '../bot/turn.js';
import type { Channel, Ref } from '../channels/channel.js';
import type { Context } from './context.js';

/** Under way at the same time; a press answered too late is of no use, so more are not queued. */
const MANY = 256;

export type Toasts = {
  /** Without a text it only tells the client that the press was heard. */
  send: (chat: Ref, toast: Pick<Toast, 'pressId'> & Partial<Toast>) => void;
  busy(): boolean;
};

export function createToasts({ count, log }: Context, channelOf: (chat: Ref) => Channel | undefined): Toasts {
  let underWay = 0;
  return {
    send(chat, toast) {
      const channel = channelOf(chat);
      if (channel === undefined || !channel.capabilities.toasts) return;
      if (underWay >= MANY) return count('toastsDropped');
      underWay++;
      channel
        .send({ kind: 'toast', chat, ...toast })
        .then(
          ({ kind }) => count(`toast:${kind}`),
          (error: unknown) => log.warn({ err: error }, 'toast-failed'),
        )
        .finally(() => underWay--);
    },
    busy: () => underWay > 0,
  };
}
