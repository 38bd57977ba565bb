import { createTexts } from '../../src/bot/texts.js';
import { ANY, patternOf } from './patternOf.js';

export type Wording = ReturnType<typeof createWording>;

/** Patterns of the few messages that no button tells apart, from the locale files. */
export function createWording() {
  const texts = createTexts();
  const pattern =
    (key: string, values: Record<string, string> = {}) =>
    (code: string): RegExp =>
      new RegExp(patternOf(texts, key, { code, ...values }), 'u');
  return {
    approve: pattern('notices:asker.approve'),
    route: pattern('notices:asker.route', { unit: ANY, when: ANY }),
    published: pattern('notices:asker.published', { unit: ANY, answer: ANY, responsible: ANY }),
    /** The answer's card in the board's group. */
    answerCard: pattern('cards:answer.head'),
    /** The unit is told that its answer went to the board. */
    answerSent: pattern('unit:answer.sent'),
  };
}
