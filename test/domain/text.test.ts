import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, foldedWords, looksLikeTelex, normalize, textLength } from '../../src/domain/text.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  // Letters, blanks and marks that are reordered or taken apart by normalisation.
  fc.string({ unit: fc.constantFrom(...'aĐế \n\t\u0301\u0323\u0344\u0345\u0338\u00A0'), maxLength: 60 }),
);

/** 100 kB of what makes careless code slow. */
const HOSTILE: Record<string, string> = {
  'spaces inside a line': `a${' '.repeat(100_000)}b`,
  'line feeds': `a${'\n'.repeat(100_000)}b`,
  'spaces and line feeds': ' \n'.repeat(50_000),
  'marks of two classes on one letter': `a${'\u0301\u0323'.repeat(50_000)}`,
  'many marks on many letters': `a${'\u0301\u0323\u0345\u0334'.repeat(3)}`.repeat(8_000),
  'lone surrogates': '\uD800'.repeat(100_000),
  'zero-width characters': '\u200B'.repeat(100_000),
  'Vietnamese letters': 'ế'.repeat(100_000),
  'Telex digraphs': 'dd'.repeat(50_000),
};

describe('normalising what was typed', () => {
  it.each([
    ['tie\u0302\u0301ng Vie\u0323\u0302t', 'tiếng Việt', 'composes letters'],
    ['  a \t \n b  ', 'a\n b', 'trims lines at their end and the whole'],
    ['a\r\nb\rc\u2028d', 'a\nb\nc\nd', 'knows every line end'],
    ['a\n\n\n\n\nb', 'a\n\n\nb', 'keeps at most two blank lines'],
    ['a\n \n\t\n  \n \nb', 'a\n\n\nb', 'takes lines of spaces for blank'],
    ['a\n\nb', 'a\n\nb', 'leaves a paragraph alone'],
    ['a\u0000\u0007\u200Bb\u202Ec\uFEFF', 'abc', 'takes control and invisible characters out'],
    ['a\uD800b', 'ab', 'takes half a character out'],
    ['👨\u200D👩\u200D👧 ok', '👨\u200D👩\u200D👧 ok', 'keeps an emoji of several parts'],
    ['<b>1 & 2</b>', '<b>1 & 2</b>', 'leaves markup to be escaped where it is shown'],
    ['   \n\t ', '', 'finds nothing in blanks'],
  ])('%j becomes %j: %s', (typed, stored) => expect(normalize(typed)).toBe(stored));

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(normalize(normalize(text))).toBe(normalize(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives well-formed NFC without control characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const stored = normalize(text);
        expect(stored).toBe(stored.normalize('NFC'));
        expect(stored).not.toMatch(/\p{Cs}|(?!\n)\p{Cc}/u);
      }),
    );
  });
});

describe('folding', () => {
  it.each([
    ['Hoà', 'hoa'],
    ['hòa', 'hoa'],
    ['ĐẤT ĐAI', 'dat dai'],
    ['Ðường', 'duong'],
    ['ð', 'd'],
    ['Nguyễn Thị Ánh Tuyết', 'nguyen thi anh tuyet'],
    ['Ỷ ỹ Ự ặ ở', 'y y u a o'],
    ['İstanbul', 'istanbul'],
    ['Số 12/3, ấp 4', 'so 12/3, ap 4'],
  ])('%j is %j', (text, folded) => expect(fold(text)).toBe(folded));

  it('agrees however the letters were composed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the words', () => {
    expect(foldedWords('Đất đai: số 12/3 – “Hòn Đất”?')).toEqual('dat dai so 12 3 hon dat'.split(' '));
    expect(foldedWords(' …! ')).toEqual([]);
  });
});

describe('the length of a text', () => {
  it.each([
    ['', 0],
    ['ế', 1],
    ['e\u0302\u0301', 1],
    ['đất', 3],
    ['😀', 1],
    ['a\nb', 3],
  ])('of %j is %i', (text, length) => expect(textLength(text)).toBe(length));
});

describe('raw Telex', () => {
  it.each([
    'Tooi muoons hoir veef thur tucj ddaats ddai',
    'xin hoir khi nao ddwowngf vaof aaps tooi dduwowcj suwar',
    'tieengs vieetj khoong daaus raats khos ddocj',
  ])('is recognised in %j', (text) => expect(looksLikeTelex(text)).toBe(true));

  it.each([
    'Toi muon hoi ve thu tuc dat dai o Rach Gia',
    'Tôi muốn hỏi về thủ tục đất đai',
    'I want to ask about the land and the new law for my house',
    'this class has been too good for us all',
    'hoif',
    '',
  ])('is not seen in %j', (text) => expect(looksLikeTelex(text)).toBe(false));
});

describe('100 kB of hostile text', () => {
  it.each(Object.keys(HOSTILE))('of %s takes no longer than its length warrants', (name) => {
    const text = HOSTILE[name] ?? '';
    const started = process.hrtime.bigint();
    normalize(text);
    fold(text);
    foldedWords(text);
    textLength(text);
    looksLikeTelex(text);
    // Linear work takes some 20 ms; quadratic work on 100 kB takes many seconds.
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1_500);
  });
});
