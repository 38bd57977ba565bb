import { describe, expect, it } from 'vitest';
import { suspect } from '../../src/domain/suspicion.js';
import { fold } from '../../src/domain/text.js';
import { SEEN, UNSEEN, type Labelled } from './suspicionSentences.js';

/** Precision and recall of 'suspected at all'. */
function judge(sentences: readonly Labelled[]): { precision: number; recall: number } {
  const marked = sentences.filter(([, text]) => suspect(text));
  const right = marked.filter(([label]) => label);
  const wanted = sentences.filter(([label]) => label);
  return { precision: right.length / marked.length, recall: right.length / wanted.length };
}

describe('a suspected complaint or denunciation', () => {
  it.each(SEEN.map(([label, text]) => ({ label: label ?? 'none', text })))('$label: $text', (one) => {
    expect(suspect(one.text) ?? 'none').toBe(one.label);
  });

  it('is judged alike without marks', () => {
    for (const [, text] of [...SEEN, ...UNSEEN]) expect(suspect(fold(text)), text).toBe(suspect(text));
  });

  it('is found in three of four sentences not seen before, and no question is taken for one', () => {
    const { precision, recall } = judge(UNSEEN);
    expect(recall).toBeGreaterThanOrEqual(0.75);
    expect(precision).toBe(1);
  });

  it('is found behind a long introduction', () => {
    const long = `${'Kính thưa Ban Biên tập, tôi sinh sống tại xã Hòn Đất. '.repeat(400)}Tôi tố cáo ông Nguyễn Văn A nhận hối lộ.`;
    expect(suspect(long)).toBe('denunciation');
  });

  it('is not seen in nothing', () => {
    for (const text of ['', '   ', '???', '😀']) expect(suspect(text)).toBeUndefined();
  });

  it.each([
    'toi khieu nai ',
    'ong ba anh ',
    '?',
    'dat a a a a a toi ',
    'boi thuong a a a a ',
    'thu tuc a b c khieu ',
  ])('is decided in bounded time on 100 kB of %j', (part) => {
    const started = process.hrtime.bigint();
    suspect(part.repeat(Math.ceil(100_000 / part.length)));
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1_500);
  });
});
