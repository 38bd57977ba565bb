import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { similarity } from '../../src/domain/similarity.js';

const words = fc
  .array(fc.constantFrom('đất', 'sổ đỏ', 'cấp', 'thủ tục', 'tôi', 'đường', 'hỏi', 'y tế'), { maxLength: 12 })
  .map((all) => all.join(' '));

describe('the similarity of two questions', () => {
  it('does not depend on marks or case', () => {
    expect(similarity('Thủ tục cấp sổ đỏ lần đầu?', 'thu tuc cap so do lan dau')).toBe(1);
  });

  it('is higher for the same matter in other words than for another matter', () => {
    const asked = 'Thủ tục cấp sổ đỏ lần đầu cho đất ở như thế nào?';
    const alike = similarity(asked, 'cho hoi lam so do lan dau cho dat o can thu tuc gi');
    const other = similarity(asked, 'Khi nào sửa đường vào ấp 4 xã Hòn Đất?');
    expect(alike).toBeGreaterThan(0.35);
    expect(other).toBeLessThan(0.15);
  });

  it('is symmetric, between 0 and 1, and 1 for the same words', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const value = similarity(a, b);
        expect(value).toBe(similarity(b, a));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (a !== '') expect(similarity(a, a)).toBe(1);
      }),
    );
  });

  it('is 0 where there are no words', () => expect(similarity('', '?')).toBe(0));
});
