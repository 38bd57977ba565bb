import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCode, parseCode } from '../../src/domain/questionCode.js';

describe('the code of a question', () => {
  it.each([
    'KG-2026-000123',
    'kg 2026 123',
    'kg2026000123',
    'KG–2026–123',
    '#KG-2026-123',
    '2026-123',
    '2026/000123',
    '#123',
    '123',
    'kg 123',
    ' Kg.2026.123 ',
  ])('is read from %j', (text) => expect(parseCode(text, 2026)).toBe('KG-2026-000123'));

  it.each([
    '',
    'KG',
    'KG-2026-000000',
    '#0',
    'KG-2026-',
    'HN-2026-123',
    'KG-2026-123x',
    '0-1',
    'KG-0026-1',
    'x'.repeat(100_000),
  ])('is not read from %.20j', (text) => expect(parseCode(text, 2026)).toBeUndefined());

  it('needs a year when only the number is given', () => expect(parseCode('#123')).toBeUndefined());

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2000, max: 9999 }),
        fc.integer({ min: 1, max: 99_999_999 }),
        (year, number) => {
          const code = formatCode(year, number);
          expect(parseCode(code)).toBe(code);
          expect(parseCode(code.toLowerCase().replaceAll('-', ' '))).toBe(code);
        },
      ),
    );
  });

  it('orders within a year as the numbers do', () => {
    expect(formatCode(2026, 9) < formatCode(2026, 10)).toBe(true);
  });
});
