import { createTexts } from '../../src/bot/texts.js';

const ANY = '\u0001';

export type Wording = ReturnType<typeof createWording>;

/** Patterns of the few messages that no button tells apart, from the locale files. */
export function createWording() {
  const texts = createTexts();
  const pattern =
    (key: string, values: Record<string, string> = {}) =>
    (code: string): RegExp => {
      const plain = texts.plain({ key, values: { code, ...values } }, 'vi');
      return new RegExp(`^${plain.split(ANY).map(escape).join('[^]*')}`, 'u');
    };
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

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
