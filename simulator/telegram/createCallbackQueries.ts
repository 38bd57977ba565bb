import type { Clock } from '../../src/clock.js';
import { badRequest } from './apiError.js';

/** What the bot told the person who pressed. */
export type CallbackAnswer = { text: string; alert: boolean; url?: string };

/**
 * The presses that wait for answerCallbackQuery. An answer after `seconds`, or a second one, is refused as
 * Telegram refuses it.
 */
export function createCallbackQueries(clock: Clock, seconds: number) {
  const open = new Map<string, { until: number; answered: (answer: CallbackAnswer) => void }>();
  let count = 0;
  return {
    /** A new press; gives the id of its callback query. */
    open(answered: (answer: CallbackAnswer) => void): string {
      const id = `41000000000${++count}`;
      const now = clock.now().getTime();
      for (const [old, query] of open) {
        if (query.until >= now) break;
        open.delete(old);
      }
      open.set(id, { until: now + seconds * 1000, answered });
      return id;
    },
    answer(id: string, answer: CallbackAnswer): void {
      const query = open.get(id);
      open.delete(id);
      if (!query || query.until < clock.now().getTime()) {
        throw badRequest('query is too old and response timeout expired or query ID is invalid');
      }
      query.answered(answer);
    },
  };
}
