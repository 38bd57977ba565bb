import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitButtons, pressOfNumber, withNumbered } from '../../src/bot/numbered.js';
import { createTexts } from '../../src/bot/texts.js';
import type { Incoming } from '../../src/channels/channel.js';
import type { Chat } from '../../src/bot/turn.js';

const texts = createTexts();
const chat: Chat = { ref: 'zalo:1', kind: 'private', flows: {} };
const typed = (text: string): Incoming => ({
  id: 'zalo:u',
  channel: 'zalo',
  chat: 'zalo:1',
  chatKind: 'private',
  order: 1,
  at: new Date(0),
  event: { kind: 'text', messageId: 'm', text },
});

describe('choices on a channel with few buttons', () => {
  it('are all within reach: each is a button or a number that presses it', () => {
    const button = fc.record({ title: fc.record({ plain: fc.string({ minLength: 1 }) }), way: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(fc.array(button, { maxLength: 4 }), { maxLength: 8 }),
        fc.nat(6),
        (rows, maxButtons) => {
          let n = 0;
          const wide = rows.map((row) =>
            row.map(({ title, way }) => ({ title, data: `d${n++}`, ...(way ? { way } : {}) })),
          );
          const fitted = fitButtons('Chọn', wide, {
            texts,
            lang: 'vi',
            capabilities: { maxButtons, maxButtonTitle: 20 },
          });
          const shown = (fitted.buttons ?? []).flat();
          expect(shown.length).toBeLessThanOrEqual(maxButtons);
          const kept = withNumbered(chat, fitted.numbered);
          const pressed = (fitted.numbered ?? []).map(
            (_, index) => pressOfNumber(typed(`${index + 1}`), kept).event,
          );
          const reached = [
            ...shown.map(({ data }) => data),
            ...pressed.map((event) => ('data' in event ? event.data : '')),
          ];
          expect(reached.toSorted()).toEqual(
            wide
              .flat()
              .map(({ data }) => data)
              .toSorted(),
          );
          for (const [index] of (fitted.numbered ?? []).entries())
            expect(fitted.text).toContain(`\n${index + 1}. `);
        },
      ),
    );
  });

  it('escape what stands on them', () => {
    const rows = [[{ title: { plain: '<b>&' }, data: 'a' }]];
    expect(
      fitButtons('x', rows, { texts, lang: 'en', capabilities: { maxButtons: 0, maxButtonTitle: 9 } }).text,
    ).toContain('1. &lt;b&gt;&amp;');
  });

  it.each(['2', ' 2. ', '(2)', '2)'])('are pressed by «%s»', (text) => {
    expect(pressOfNumber(typed(text), { ...chat, numbered: ['a', 'b'] }).event).toMatchObject({
      kind: 'press',
      data: 'b',
    });
  });

  it.each(['0', '3', '2 điều', 'hai', '-1'])('are not pressed by «%s»', (text) => {
    expect(pressOfNumber(typed(text), { ...chat, numbered: ['a', 'b'] }).event.kind).toBe('text');
  });
});
