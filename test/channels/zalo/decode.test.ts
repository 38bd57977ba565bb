import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/channels/zalo/decode.js';
import { parseJson } from '../../../src/channels/zalo/parseJson.js';
import { eventSchema } from '../../../src/channels/zalo/wire.js';

const APP_ID = '3608465248940903967';
const now = new Date('2026-11-23T02:00:00Z');

const read = (event: unknown) =>
  decode(eventSchema.parse(event), { appId: APP_ID, now, nameOf: () => 'Lan' });
const text = (words: unknown, more: object = {}) => ({
  app_id: APP_ID,
  event_name: 'user_send_text',
  timestamp: '1700000000000',
  sender: { id: '9007199254740993123' },
  message: { msg_id: 'm', text: words },
  ...more,
});

describe('decoding an event of the Official Account', () => {
  it('keeps ids as strings, also when they come as numbers too long for a double', () => {
    const raw = JSON.stringify(text('chào')).replace('"9007199254740993123"', '9007199254740993123');
    const [decoded] = read(parseJson(raw));
    expect(decoded).toMatchObject({ incoming: { chat: 'zalo:9007199254740993123', from: { name: 'Lan' } } });
  });

  it('leaves numbers and escapes inside texts alone', () => {
    expect(
      parseJson('{"a":"x \\" 12345678901234567890","b":12,"c":-12345678901234567890,"d":1234567890123456.5}'),
    ).toEqual({
      a: 'x " 12345678901234567890',
      b: 12,
      c: '-12345678901234567890',
      d: 1234567890123456.5,
    });
  });

  it('orders by the time of the event, whatever the order of arrival', () => {
    const orders = ['1700000000500', '1700000000100'].map((timestamp) => {
      const [decoded] = read(text('chào', { timestamp }));
      return decoded?.kind === 'incoming' ? decoded.incoming.order : 0;
    });
    expect(orders[0]).toBeGreaterThan(orders[1] ?? Infinity);
  });

  it('takes the time of arrival for an event with a broken clock', () => {
    expect(read(text('chào', { timestamp: '154390853474' }))).toMatchObject([{ incoming: { at: now } }]);
  });

  it.each([
    ['#dh:', 'text'],
    [`#dh:${'x'.repeat(65)}`, 'text'],
    ['#DH:f|a', 'text'],
    ['/', 'text'],
    ['/Status KG-1', 'command'],
    ['   ', 'unsupported'],
    [undefined, 'unsupported'],
  ])('reads the text %j as %s', (words, kind) => {
    expect(read(text(words))).toMatchObject([{ incoming: { event: { kind } } }]);
  });

  it('ignores an event of a known kind that names nobody', () => {
    expect(read({ ...text('chào'), sender: undefined })).toEqual([
      { kind: 'ignored', id: 'zalo:m', why: 'no-sender' },
    ]);
  });
});
