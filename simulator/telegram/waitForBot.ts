import type { Events } from './createEvents.js';
import type { ShownMessage } from './showMessage.js';

/**
 * Waits until the bot's newest message among `messages()` satisfies `matches`, and gives it.
 * Rejects after `timeoutMs` of real time with what the chat shows instead.
 */
export function waitForBot(
  events: Events,
  messages: () => ShownMessage[],
  matches: RegExp | ((message: ShownMessage) => boolean),
  timeoutMs: number,
): Promise<ShownMessage> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const newest = messages().findLast((message) => message.fromBot);
      const fits = newest && (matches instanceof RegExp ? matches.test(newest.text) : matches(newest));
      if (!fits) return;
      stop();
      resolve(newest);
    };
    const stop = (): void => {
      clearTimeout(timer);
      for (const end of listening) end();
    };
    const listening = [events.on('message', look), events.on('edited', look), events.on('deleted', look)];
    const timer = setTimeout(() => {
      stop();
      const texts = messages().map((message) => `${message.fromBot ? '‹ ' : '› '}${message.text}`);
      reject(new Error(`waited in vain for ${String(matches)}; the chat shows:\n${texts.join('\n')}`));
    }, timeoutMs);
    look();
  });
}
