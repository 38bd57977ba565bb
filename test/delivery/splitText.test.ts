import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLength, splitText } from '../../src/delivery/splitText.js';

const plain = (text: string): string => text.replace(/<[^>]*>/g, '');

describe('splitting a text', () => {
  it('leaves a text that fits as it is', () => {
    expect(splitText('Xin <b>chào</b>', 8)).toEqual(['Xin <b>chào</b>']);
    expect(splitText('&lt;&gt;&amp;&quot;', 4)).toEqual(['&lt;&gt;&amp;&quot;']);
  });

  it('splits between paragraphs rather than within them', () => {
    expect(splitText('Đoạn một. Dài hơn.\n\nĐoạn hai.', 24)).toEqual(['Đoạn một. Dài hơn.', 'Đoạn hai.']);
  });

  it('splits after a sentence rather than within it', () => {
    expect(splitText('Câu thứ nhất. Câu thứ hai. Câu ba.', 28)).toEqual([
      'Câu thứ nhất. Câu thứ hai.',
      'Câu ba.',
    ]);
  });

  it('splits a word only where there is no other way', () => {
    expect(splitText('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]);
  });

  it('closes markup at the end of a part and opens it again in the next', () => {
    expect(splitText('<b>mười chữ một <i>hai ba</i> bốn năm</b>', 12)).toEqual([
      '<b>mười chữ một</b>',
      '<b><i>hai ba</i> bốn</b>',
      '<b>năm</b>',
    ]);
  });

  it('loses nothing, keeps every part within the limit, and breaks no markup, pair or entity', () => {
    const piece = fc.oneof(
      fc.constantFrom('<b>', '</b>', '<i>', '</i>', '&lt;', '&amp;', '\n\n', '\n', '. ', ' ', '😀'),
      fc.string({ unit: fc.constantFrom('a', 'ă', 'ế', '.'), minLength: 1, maxLength: 30 }),
    );
    const balanced = fc.array(piece, { maxLength: 60 }).map((pieces) => {
      const open: string[] = [];
      const kept = pieces.filter((one) => {
        const tag = /^<(\/?)(b|i)>$/.exec(one);
        if (!tag) return true;
        if (tag[1] === '') return open.push(tag[2] ?? '') > 0;
        return open.at(-1) === tag[2] && open.pop() !== undefined;
      });
      return (
        kept.join('') +
        open
          .toReversed()
          .map((tag) => `</${tag}>`)
          .join('')
      );
    });
    fc.assert(
      fc.property(balanced, fc.integer({ min: 5, max: 40 }), (text, max) => {
        const parts = splitText(text, max);
        for (const part of parts) {
          expect(plainLength(part)).toBeLessThanOrEqual(max);
          expect(isBalanced(part)).toBe(true);
          expect(part).not.toMatch(/&(?!(lt|amp);)/);
          expect(part.isWellFormed()).toBe(true);
        }
        expect(parts.map(plain).join('').replace(/\s/g, '')).toBe(plain(text).replace(/\s/g, ''));
      }),
      { numRuns: 300 },
    );
  });
});

function isBalanced(markup: string): boolean {
  const open: string[] = [];
  for (const [, slash, tag] of markup.matchAll(/<(\/?)(b|i)>/g)) {
    if (slash === '') open.push(tag ?? '');
    else if (open.pop() !== tag) return false;
  }
  return open.length === 0;
}
