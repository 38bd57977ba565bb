import { describe, expect, it } from 'vitest';
import { createPlainChannel } from '../../simulator/plain/createPlainChannel.js';
import type { Attachment } from '../../src/domain/question.js';
import type { Message } from '../../src/channels/channel.js';
import { createManualClock } from '../../src/clock.js';
import { createCarrier } from '../../src/delivery/createCarrier.js';
import { DEFAULT_SETTINGS } from '../../src/delivery/settings.js';

const PHOTO: Attachment = { channel: 'other', fileRef: 'f', kind: 'photo' };

function bench() {
  const clock = createManualClock(new Date('2026-11-23T02:00:00Z'));
  const here = createPlainChannel({ clock });
  const other = createPlainChannel({ clock, name: 'other' });
  const counted: string[] = [];
  const carry = createCarrier({
    settings: { ...DEFAULT_SETTINGS, maxFileBytes: 10 },
    channels: new Map([here, other].map((channel) => [channel.name, channel])),
    count: (name) => void counted.push(name),
  });
  const send = (message: Message, tries = 0) =>
    carry(here, { kind: 'send', chat: 'plain:1', message }, tries);
  return { here, other, counted, send, shown: () => here.shown('plain:1').map(({ message }) => message) };
}

describe('a file that lives on another platform', () => {
  it('is fetched there and sent as it is', async () => {
    const { other, send, shown } = bench();
    other.files.set('f', new Uint8Array([1, 2, 3]));
    expect(await send({ text: 'photo 1 of 2', attachment: PHOTO })).toMatchObject({ kind: 'sent' });
    const attachment = {
      kind: 'file',
      name: 'photo.jpg',
      mime: 'image/jpeg',
      bytes: new Uint8Array([1, 2, 3]),
    };
    expect(shown()).toEqual([{ text: 'photo 1 of 2', attachment }]);
  });

  it('is left to the platform itself when it lives there', async () => {
    const { send, shown } = bench();
    const message = { text: 'own', attachment: { ...PHOTO, channel: 'plain' } };
    await send(message);
    expect(shown()).toEqual([message]);
  });

  it.each([
    ['gone', undefined, 'notCarried:file-gone'],
    ['too large', new Uint8Array(11), 'notCarried:file-too-large'],
  ])('is left out and counted when it is %s, and the text goes alone', async (_, bytes, count) => {
    const { other, counted, send, shown } = bench();
    if (bytes) other.files.set('f', bytes);
    await send({ text: 'photo', buttons: [[{ title: 'OK', data: 'ok' }]], attachment: PHOTO });
    expect(shown()).toEqual([{ text: 'photo', buttons: [[{ title: 'OK', data: 'ok' }]] }]);
    expect(counted).toEqual([count]);
  });

  it('is left out when it is refused where it should go', async () => {
    const { here, other, counted, send, shown } = bench();
    other.files.set('f', new Uint8Array(3));
    here.next.push(() => ({ kind: 'refused', why: 'kind-of-file' }));
    expect(await send({ text: 'photo', attachment: PHOTO })).toMatchObject({ kind: 'sent' });
    expect(shown()).toEqual([{ text: 'photo' }]);
    expect(counted).toEqual(['notCarried:refused']);
  });

  it('leaves nothing to send when there is no text beside it', async () => {
    const { here, send } = bench();
    expect(await send({ text: '', attachment: PHOTO })).toBe('nothing');
    expect(here.log).toEqual([]);
  });

  it('is tried again while its platform is away, but not without end', async () => {
    const { other, send, shown } = bench();
    other.download = () => Promise.reject(new Error('network'));
    await expect(send({ text: 'photo', attachment: PHOTO })).rejects.toThrow('network');
    expect(shown()).toEqual([]);
    await send({ text: 'photo', attachment: PHOTO }, 8);
    expect(shown()).toEqual([{ text: 'photo' }]);
  });

  it('does not fill the memory together with many others', async () => {
    const { other, send } = bench();
    let inside = 0;
    let most = 0;
    other.download = async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
      return new Uint8Array(1);
    };
    await Promise.all(Array.from({ length: 30 }, () => send({ text: 'photo', attachment: PHOTO })));
    expect(most).toBe(4);
  });
});
