import { createPlainChannel, PLAIN_SECRET } from '../../simulator/plain/createPlainChannel.js';
import { createManualClock } from '../../src/clock.js';
import type { Sent } from '../../src/channels/channel.js';
import { describeChannel } from './contract.js';

describeChannel('plain', async () => {
  const channel = createPlainChannel({ clock: createManualClock(new Date('2026-11-23T02:00:00Z')) });
  const fail = (sent: Sent) => () => {
    channel.next.push(() => sent);
    return 'plain:1';
  };
  const at = '2026-11-23T02:00:00.000Z';
  const common = { channel: 'plain', at, from: { ref: 'plain:1', name: 'An' } };
  return {
    channel,
    authentic: () => ({ 'x-plain-secret': PLAIN_SECRET }),
    chat: 'plain:1',
    fixtures: [
      {
        name: 'text',
        source: 'the channel itself',
        update: { number: 7, chat: '1', from: { id: '1', name: 'An' }, text: 'xin chào' },
        means: [
          {
            kind: 'incoming',
            incoming: {
              ...common,
              id: 'plain:7',
              chat: 'plain:1',
              chatKind: 'private',
              order: 7,
              event: { kind: 'text', messageId: '7', text: 'xin chào' },
            },
          },
        ],
      },
      {
        name: 'command in a group',
        source: 'the channel itself',
        update: { number: 8, chat: 'g2', from: { id: '1', name: 'An' }, text: '/find nước sạch' },
        means: [
          {
            kind: 'incoming',
            incoming: {
              ...common,
              id: 'plain:8',
              chat: 'plain:g2',
              chatKind: 'group',
              order: 8,
              event: { kind: 'command', messageId: '8', name: 'find', args: 'nước sạch' },
            },
          },
        ],
      },
      {
        name: 'nothing',
        source: 'the channel itself',
        update: { number: 9, chat: '1' },
        means: [{ kind: 'ignored', id: 'plain:9', why: 'other-kind' }],
      },
    ],
    texts: (chat) => channel.shown(chat).map(({ text }) => text),
    fail: {
      limited: fail({ kind: 'later', afterMs: 1_000, why: 'too-many' }),
      fault: fail({ kind: 'later', why: 'platform' }),
      unreachable: fail({ kind: 'unreachable', why: 'blocked' }),
      moved: fail({ kind: 'moved', to: 'plain:g3' }),
    },
    close: async () => undefined,
  };
});
