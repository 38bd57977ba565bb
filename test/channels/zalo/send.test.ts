import { describe, expect, it } from 'vitest';
import { encode, plainText } from '../../../src/channels/zalo/encode.js';
import { BUTTON_STYLE } from '../../../src/channels/zalo/facts.js';
import { HOUR_MS, refOf, say, startBench, type Bench } from './support.js';

const pdf = (name: string, mime: string, size: number) => ({
  attachment: { kind: 'file' as const, name, mime, bytes: new Uint8Array(size) },
});
const choices = (count: number) => [
  Array.from({ length: count }, (_, index) => ({
    title: `Lựa chọn ${index + 1}`,
    data: `f|abcdefgh|s|v${index + 1}`,
  })),
];

/** Somebody who has just written. */
async function met(
  options?: Parameters<typeof startBench>[0],
): Promise<Bench & { lan: ReturnType<Bench['sim']['user']> }> {
  const bench = await startBench(options);
  const lan = bench.sim.user({ name: 'Lan' });
  lan.follows();
  await bench.sim.idle();
  await bench.channel.settled();
  return { ...bench, lan };
}

describe('sending', () => {
  it('strips the markup and normalises to NFC, which is how the platform counts', async () => {
    const { channel, lan } = await met();
    const decomposed = 'Mã <b>KG-1</b>: «a &lt; b &amp; c» tiếng Việt'.normalize('NFD');
    expect(await say(channel, lan, decomposed)).toEqual({ kind: 'sent', messageId: lan.last().id });
    expect(lan.last().text).toBe('Mã KG-1: «a < b & c» tiếng Việt'.normalize('NFC'));
    expect(plainText('&amp;lt;b&amp;gt;')).toBe('&lt;b&gt;');
  });

  it('sends 2,000 characters and is told of more as our mistake', async () => {
    const { channel, lan, told } = await met();
    expect(await say(channel, lan, 'ế'.repeat(2_000))).toMatchObject({ kind: 'sent' });
    expect(await say(channel, lan, 'ế'.repeat(2_001))).toEqual({ kind: 'refused', why: 'zalo-210' });
    expect(told).toEqual([{ code: 'zalo-bug', fields: { code: -210 } }]);
  });

  it('refuses an empty message without asking the platform', async () => {
    const { channel, lan } = await met();
    expect(await say(channel, lan, ' <b></b> ')).toEqual({ kind: 'refused', why: 'empty' });
  });

  it.each(['plain', 'button'] as const)(
    'brings a pressed button back as a press, in the %s shape',
    async (template) => {
      const { sim, channel, lan, heard } = await met({
        sim: { buttons: template },
        needs: { buttons: { template, query: 'hide' } },
      });
      expect(await say(channel, lan, 'Chọn đi', { buttons: choices(5) })).toMatchObject({ kind: 'sent' });
      expect(lan.last()).toMatchObject({ text: 'Chọn đi', buttons: { length: 5 } });
      const messageId = lan.presses('Lựa chọn 3');
      await sim.idle();
      expect(heard.at(-1)?.event).toEqual({ kind: 'press', pressId: messageId, data: 'f|abcdefgh|s|v3' });
      expect(
        await channel.send({ kind: 'toast', chat: refOf(lan), pressId: messageId, text: 'Đã ghi' }),
      ).toEqual({ kind: 'sent' });
    },
  );

  it('sends buttons beyond the fifth in further messages, so that none is lost', async () => {
    const { channel, lan } = await met();
    expect(await say(channel, lan, 'Chọn', { buttons: choices(12) })).toMatchObject({ kind: 'sent' });
    const sent = lan.messages().filter(({ fromOa }) => fromOa);
    expect(sent.map(({ text, buttons }) => [text, buttons.length])).toEqual([
      ['Chọn', 5],
      ['…', 5],
      ['…', 2],
    ]);
  });

  it('cuts a title of more than 100 characters', async () => {
    const { channel, lan } = await met();
    await say(channel, lan, 'Chọn', { buttons: [[{ title: 'ế'.repeat(120), data: 'x' }]] });
    expect(lan.last().buttons[0]?.title).toHaveLength(100);
  });

  it('cannot edit, so that the outbox sends anew', async () => {
    const { channel, lan } = await met();
    expect(
      await channel.send({ kind: 'edit', chat: refOf(lan), messageId: '1', message: { text: 'Khác' } }),
    ).toEqual({
      kind: 'gone',
      why: 'no-edits',
    });
  });

  it('offers the card for name and phone beside the question, and reads what comes back', async () => {
    const { sim, channel, lan, heard } = await met();
    const asksContact = { title: 'Chia sẻ họ tên, số điện thoại', hint: 'Không bắt buộc' };
    expect(await say(channel, lan, 'Họ tên?', { buttons: choices(1), asksContact })).toMatchObject({
      kind: 'sent',
    });
    expect(lan.messages().slice(-2)).toMatchObject([
      { text: 'Họ tên?', buttons: { length: 1 } },
      { contactCard: { title: asksContact.title, subtitle: asksContact.hint } },
    ]);
    lan.submitsInfo({ name: 'Trần Thị Lan', phone: '84912345678' });
    await sim.idle();
    expect(heard.at(-1)?.event).toMatchObject({
      kind: 'contact',
      name: 'Trần Thị Lan',
      phone: '+84912345678',
    });
  });

  it('does without the card when only that fails', async () => {
    const { sim, channel, lan } = await met();
    const bodies = encode(
      { text: 'Họ tên?', asksContact: { title: 'x'.repeat(200), hint: 'y' } },
      BUTTON_STYLE,
    );
    expect(bodies).toHaveLength(2);
    sim.faults.rate({ endpoint: 'cs', kind: -201, fraction: 0.5, seed: 3 });
    const outcomes = new Set<string>();
    for (let time = 0; time < 8; time++) {
      outcomes.add((await say(channel, lan, 'Họ tên?', { asksContact: { title: 'a', hint: 'b' } })).kind);
    }
    expect(outcomes).toEqual(new Set(['sent', 'refused']));
  });
});

describe('files', () => {
  it('uploads a document and sends its text beside it', async () => {
    const { sim, channel, lan } = await met();
    expect(await say(channel, lan, 'Kế hoạch', pdf('Kế hoạch.pdf', 'application/pdf', 10))).toMatchObject({
      kind: 'sent',
    });
    expect(lan.messages().slice(-2)).toMatchObject([
      { file: { name: 'Kế hoạch.pdf', size: 10 } },
      { text: 'Kế hoạch' },
    ]);
    expect(sim.record.counts.byEndpoint).toMatchObject({ uploadFile: 1 });
  });

  it('sends a picture with its text in one message', async () => {
    const { channel, lan } = await met();
    expect(await say(channel, lan, 'Ảnh', pdf('a.png', 'image/png', 10))).toMatchObject({ kind: 'sent' });
    expect(lan.last()).toMatchObject({ text: 'Ảnh', image: expect.stringContaining('image-') as string });
  });

  it.each([
    [
      'a table',
      'so.xlsx',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      10,
      'file-type',
    ],
    ['a picture over 1 MB', 'a.jpg', 'image/jpeg', 1_048_577, 'file-too-large'],
    ['a document over 5 MB', 'a.docx', '', 5 * 1_048_576 + 1, 'file-too-large'],
  ])('refuses %s without asking the platform', async (_what, name, mime, size, why) => {
    const { sim, channel, lan } = await met();
    expect(await say(channel, lan, '', pdf(name, mime, size))).toEqual({ kind: 'refused', why });
    expect(sim.record.counts.byEndpoint).not.toHaveProperty('uploadFile');
  });

  it('uploads the same file once for many people, and anew before the platform forgets it', async () => {
    const { sim, channel, lan, clock } = await met();
    const file = pdf('a.pdf', 'application/pdf', 10);
    await say(channel, lan, '', file);
    await say(channel, lan, '', file);
    expect(sim.record.counts.byEndpoint).toMatchObject({ uploadFile: 1 });
    clock.advance(6 * 24 * HOUR_MS);
    lan.says('Còn đây');
    await sim.idle();
    await say(channel, lan, '', file);
    expect(sim.record.counts.byEndpoint).toMatchObject({ uploadFile: 2 });
  });

  it('uploads anew when the platform has forgotten the file all the same', async () => {
    const { sim, channel, lan } = await met();
    sim.faults.next({ endpoint: 'cs', then: -100 });
    expect(await say(channel, lan, '', pdf('a.pdf', 'application/pdf', 10))).toMatchObject({ kind: 'sent' });
    expect(sim.record.counts.byEndpoint).toMatchObject({ uploadFile: 2 });
  });

  it('fetches what people sent, and passes it on: a picture by its address, a document uploaded', async () => {
    const { sim, channel, lan, heard } = await met();
    lan.sendsImage({ bytes: Buffer.from('mot') });
    lan.sendsFile({ name: 'don.pdf', bytes: Buffer.from('hai') });
    await sim.idle();
    const attachments = heard.flatMap(({ event }) => (event.kind === 'attachment' ? [event.attachment] : []));
    const bytes = await Promise.all(attachments.map((attachment) => channel.download(attachment, 100)));
    expect(bytes.map((one) => Buffer.from(one).toString()).toSorted()).toEqual(['hai', 'mot']);
    for (const attachment of attachments)
      expect(await say(channel, lan, '', { attachment })).toMatchObject({ kind: 'sent' });
    expect(sim.record.counts.byEndpoint).toMatchObject({ uploadFile: 1 });
  });

  it('does not send a file of another channel', async () => {
    const { channel, lan } = await met();
    const attachment = { channel: 'telegram', fileRef: 'x', kind: 'photo' as const };
    expect(await say(channel, lan, '', { attachment })).toEqual({ kind: 'refused', why: 'foreign-file' });
  });
});

describe('what the platform answers', () => {
  it('leaves alone somebody who unfollowed', async () => {
    const { sim, channel, lan } = await met();
    lan.unfollows();
    await sim.idle();
    expect(await say(channel, lan, 'Chào')).toEqual({ kind: 'unreachable', why: 'zalo-213' });
  });

  it('backs off for all when there are too many requests, a second first and then longer', async () => {
    const { sim, channel, lan, clock } = await met();
    sim.faults.next({ endpoint: 'cs', then: -32, times: 2 });
    expect(await say(channel, lan, 'Một')).toEqual({ kind: 'later', why: 'zalo-32', afterMs: 1_000 });
    expect(await say(channel, lan, 'Một')).toMatchObject({ kind: 'later', why: 'zalo-32' });
    expect(sim.record.calls({ endpoint: 'cs' })).toHaveLength(1);
    clock.advance(1_000);
    expect(await say(channel, lan, 'Một')).toEqual({ kind: 'later', why: 'zalo-32', afterMs: 2_000 });
    clock.advance(2_000);
    expect(await say(channel, lan, 'Một')).toMatchObject({ kind: 'sent' });
  });

  it('stops and tells the admins when the account cannot send, and looks again after five minutes', async () => {
    const { sim, channel, lan, clock, told } = await met();
    sim.faults.next({ endpoint: 'cs', then: -224 });
    expect(await say(channel, lan, 'Một')).toEqual({
      kind: 'later',
      why: 'zalo-224',
      afterMs: 300_000,
      until: 'repair',
    });
    expect(await say(channel, lan, 'Một')).toMatchObject({ kind: 'later', until: 'repair' });
    expect(sim.record.calls({ endpoint: 'cs' })).toHaveLength(1);
    expect(told).toEqual([{ code: 'zalo-account', fields: { code: -224 } }]);
    clock.advance(300_000);
    expect(await say(channel, lan, 'Một')).toMatchObject({ kind: 'sent' });
  });

  it('goes on when only the profile may not be read', async () => {
    const { sim, channel } = await startBench();
    sim.faults.next({ endpoint: 'detail', then: -223, times: 5 });
    const lan = sim.user();
    lan.follows();
    await sim.idle();
    await channel.settled();
    expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
  });

  it.each(['500', '502', 'reset'] as const)(
    'keeps a message when the connection or the server fails: %s',
    async (then) => {
      const { sim, channel, lan } = await met();
      sim.faults.next({ endpoint: 'cs', then });
      expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'later' });
      expect(await say(channel, lan, 'Chào')).toMatchObject({ kind: 'sent' });
    },
  );

  it('keeps a message when the code is in no table, and tells the admins', async () => {
    const { sim, channel, lan, told } = await met();
    sim.faults.next({ endpoint: 'cs', then: -777 });
    expect(await say(channel, lan, 'Chào')).toEqual({ kind: 'later', why: 'zalo-777' });
    expect(told).toEqual([{ code: 'zalo-unknown', fields: { code: -777 } }]);
  });

  it('knows no group, and no commands to show', async () => {
    const { channel } = await met();
    expect(await channel.isMember('zalo:1', 'zalo:2')).toBeUndefined();
    expect(await channel.showCommands([])).toBeUndefined();
    expect(channel.kindOf('zalo:1')).toBe('private');
  });
});
