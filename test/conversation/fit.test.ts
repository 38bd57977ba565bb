import { describe, expect, it } from 'vitest';
import { ask, begin } from '../../src/conversation/advance.js';
import { buttonData, readButtonData } from '../../src/conversation/buttonData.js';
import { fitSaying, shorten } from '../../src/conversation/fit.js';
import type { Saying } from '../../src/conversation/flow.js';
import { readReply } from '../../src/conversation/readReply.js';
import { env, sampleFlow, say } from './sampleFlow.js';
import { NARROW, NONE, press, text, texts, WIDE } from './walk.js';

const at = { run: 'telegram:900', step: 'kind' };
const choices = (count: number): NonNullable<Saying['choices']> =>
  Array.from({ length: count }, (_, i) => [{ value: `v${i + 1}`, label: { plain: `Choice ${i + 1}` } }]);

describe('fitting what is said to a channel', () => {
  it('makes every choice and way out a button where there is room', () => {
    const message = fitSaying(
      { phrase: say('Q'), choices: choices(3), nav: ['_back', '_cancel'], at },
      texts,
      'vi',
      NARROW,
    );
    expect(message.text).toBe('Q');
    expect(message.buttons?.map((row) => row.map(({ title }) => title))).toEqual([
      ['Choice 1'],
      ['Choice 2'],
      ['Choice 3'],
      ['◀️ Quay lại', '✖️ Hủy'],
    ]);
  });

  it('writes a numbered list where there are more, with the ways out as buttons', () => {
    const message = fitSaying(
      { phrase: say('Q'), choices: choices(4), nav: ['_back', '_cancel'], at },
      texts,
      'vi',
      NARROW,
    );
    expect(message.text).toContain('1. Choice 1\n2. Choice 2\n3. Choice 3\n4. Choice 4');
    expect(message.buttons?.flat().map(({ data }) => data)).toEqual([
      buttonData(at.run, at.step, '_back'),
      buttonData(at.run, at.step, '_cancel'),
    ]);
  });

  it('writes the ways out as words where there are no buttons at all', () => {
    const message = fitSaying(
      { phrase: say('Q'), choices: choices(2), nav: ['_done', '_cancel'], at },
      texts,
      'en',
      NONE,
    );
    expect(message.buttons).toBeUndefined();
    expect(message.text).toContain('2. Choice 2');
    expect(message.text).toMatch(/Or type: .*Done.*Cancel/);
  });

  it('shows a long list a page at a time, numbered throughout', () => {
    const saying: Saying = { phrase: say('Q'), choices: choices(102), nav: ['_cancel'], page: 8, at };
    const message = fitSaying(saying, texts, 'vi', NARROW);
    expect(message.text).toContain('97. Choice 97');
    expect(message.text).toContain('102. Choice 102');
    expect(message.text).toContain('9/9');
    expect(message.buttons?.flat().map(({ data }) => readButtonData(data)?.value)).toEqual([
      '_p7',
      '_cancel',
    ]);
  });

  it('shows the last page when the page asked for is beyond it', () => {
    const message = fitSaying({ phrase: say('Q'), choices: choices(20), page: 99, at }, texts, 'vi', NONE);
    expect(message.text).toContain('20. Choice 20');
  });

  it('escapes what people typed, in the list and not in the buttons', () => {
    const saying: Saying = { phrase: say('Q'), choices: [[{ value: 'a', label: { plain: '<b>A&B' } }]], at };
    expect(fitSaying(saying, texts, 'vi', NONE).text).toContain('1. &lt;b&gt;A&amp;B');
    expect(fitSaying(saying, texts, 'vi', WIDE).buttons?.[0]?.[0]?.title).toBe('<b>A&B');
  });

  it('keeps the data of every button within 64 bytes, however long the run is', () => {
    const data = buttonData('telegram:'.padEnd(300, '9'), 's'.repeat(24), 'v'.repeat(24));
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
    expect(readButtonData(data)).toMatchObject({ step: 's'.repeat(24), value: 'v'.repeat(24) });
  });

  it('cuts a title without cutting a character', () => {
    expect(shorten('Đất đai', 20)).toBe('Đất đai');
    expect(shorten('😀😀😀😀', 6)).toBe('😀😀…');
  });
});

describe('reading a reply', () => {
  const agree = ask(sampleFlow, state(), env);
  const read = (words: string, saying: Saying = agree) => readReply(text(words), saying, texts, 'vi');
  const choice = (value: string) => ({
    kind: 'reply',
    reply: { kind: 'choice', value, run: 'r', step: 'agree' },
  });

  it.each(['1', '1.', '(1)', ' 1 ', 'Có', 'có', 'CO', 'đồng ý', 'dong y', 'yes', 'Yes', 'ok'])(
    'takes %j for the first choice',
    (words) => {
      expect(read(words)).toEqual(choice('yes'));
    },
  );

  it.each(['2', 'Không', 'khong', 'no', 'No.', 'ko'])('takes %j for the second choice', (words) => {
    expect(read(words)).toEqual(choice('no'));
  });

  it.each(['3', '0', '99', 'có thể', '-1', '1.5'])('leaves %j as text', (words) => {
    expect(read(words)).toEqual({ kind: 'reply', reply: { kind: 'text', text: words } });
  });

  it('takes a button whose data came back as text for the press itself', () => {
    const data = buttonData('r', 'agree', 'no');
    expect(read(data)).toEqual(readReply(press(data), agree, texts, 'vi'));
  });

  it.each([
    ['/status KG-2026-000123', 'status', 'KG-2026-000123'],
    ['/HELP@dan_hoi_bot', 'help', ''],
    ['/find  đất  đai ', 'find', 'đất  đai'],
  ])('reads %s as a command', (words, name, args) => {
    expect(read(words)).toEqual({ kind: 'command', name, args });
  });

  it('leaves a text of 100 kB as it is, at once', () => {
    const long = '1 '.repeat(50_000);
    expect(read(long)).toEqual({ kind: 'reply', reply: { kind: 'text', text: long } });
  });

  it('hands on a press that is no button of a flow', () => {
    expect(readReply(press('status|KG-2026-000001'), agree, texts, 'vi')).toEqual({
      kind: 'press',
      data: 'status|KG-2026-000001',
    });
  });

  it('reads numbers and labels as nothing but text when no question stands open', () => {
    expect(readReply(text('1'), undefined, texts, 'vi')).toEqual({
      kind: 'reply',
      reply: { kind: 'text', text: '1' },
    });
  });

  it('has nothing to answer when somebody comes to a group or the bot was blocked', () => {
    expect(readReply({ kind: 'reachable', reachable: false }, agree, texts, 'vi')).toEqual({
      kind: 'nothing',
    });
  });
});

function state() {
  const begun = begin(sampleFlow, 'r', env).state;
  if (!begun) throw new Error('the flow has ended');
  return begun;
}
