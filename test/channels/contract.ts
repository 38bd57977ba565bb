/** What every channel has to do, whatever its platform: run by each channel's test with a harness of its own. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, Decoded, Message, Ref, Sent, Webhook } from '../../src/channels/channel.js';
import { DomainError } from '../../src/domain/errors.js';

/** A recorded update and what it means; `source` names the public description that its shape is from. */
export type Fixture = { name: string; source: string; update: unknown; means: unknown[] };

export type Harness = {
  channel: Channel;
  /** Headers that prove an update to come from the platform. */
  authentic(body: Buffer): Record<string, string>;
  fixtures: Fixture[];
  /** A chat that hears the bot. */
  chat: Ref;
  /** What the people in a chat read now, in order. */
  texts(chat: Ref): string[];
  /** Makes the next send fail in a way that this platform knows; answers the chat to send to. */
  fail: Partial<Record<'limited' | 'fault' | 'unreachable' | 'moved' | 'broken', () => Ref>>;
  close(): Promise<void>;
};

/** Runs the suite. A harness is made once; its chats and faults are the platform's stand-in's. */
export function describeChannel(name: string, open: () => Promise<Harness>): void {
  describe(`${name} as a channel`, () => {
    let harness: Harness;
    let channel: Channel;
    let webhook: Webhook;
    let accepted: Decoded[][] = [];
    let isStoreAway = false;

    beforeAll(async () => {
      harness = await open();
      ({ channel } = harness);
      const [first] = channel.webhooks();
      if (first === undefined) throw new Error('no webhook');
      webhook = first;
      await channel.listen(async (updates) => {
        if (isStoreAway) throw new DomainError('store-away');
        accepted.push([...updates]);
      });
    });
    afterAll(async () => {
      await channel.quiet();
      await harness.close();
    });

    const receive = (body: Buffer, headers = harness.authentic(body)): Promise<{ status: number }> => {
      accepted = [];
      return webhook.receive({ headers, body });
    };
    const bytes = (update: unknown): Buffer => Buffer.from(JSON.stringify(update));
    const send = (message: Message, chat: Ref = harness.chat): Promise<Sent> =>
      channel.send({ kind: 'send', chat, message });

    describe('hears', () => {
      it('what its fixtures mean', async () => {
        expect(harness.fixtures.length).toBeGreaterThan(0);
        for (const { name: fixture, update, means } of harness.fixtures) {
          expect(await receive(bytes(update)), fixture).toEqual({ status: 200 });
          expect(asJson(accepted), fixture).toEqual([means]);
        }
      });

      it('the same of the same update, so that its id makes it once', async () => {
        for (const { update } of harness.fixtures) {
          await receive(bytes(update));
          const first = ids(accepted);
          await receive(bytes(update));
          expect(ids(accepted)).toEqual(first);
        }
      });

      it('nothing from a stranger', async () => {
        const body = bytes(harness.fixtures[0]?.update);
        expect(await receive(body, {})).toEqual({ status: 401 });
        expect(accepted).toEqual([]);
      });

      it('what makes no sense, acknowledges and ignores it', async () => {
        for (const body of [bytes({}), bytes([]), bytes(null), bytes({ update_id: 'x' }), Buffer.from('{')]) {
          expect(await receive(body)).toEqual({ status: 200 });
          expect(accepted.flat().every(({ kind }) => kind === 'ignored')).toBe(true);
        }
      });

      it('any JSON without falling over', async () => {
        await fc.assert(
          fc.asyncProperty(fc.jsonValue(), async (json) => {
            expect((await receive(bytes(json))).status).toBe(200);
          }),
          { numRuns: 50 },
        );
      });

      it('nothing while the store is away: the platform is to send again', async () => {
        isStoreAway = true;
        expect(await receive(bytes(harness.fixtures[0]?.update))).toEqual({ status: 503 });
        isStoreAway = false;
      });
    });

    describe('says', () => {
      it('markup and what a person typed as it was meant', async () => {
        await send({ text: 'Mã <b>KG-2026-000001</b>: 1 &lt; 2 &amp; &quot;x&quot; &lt;b&gt;' });
        expect(harness.texts(harness.chat).at(-1)).toBe('Mã KG-2026-000001: 1 < 2 & "x" <b>');
      });

      it('anything that was typed, once it is escaped', async () => {
        const typed = fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
          .filter((text) => /^\S(.*\S)?$/u.test(text));
        await fc.assert(
          fc.asyncProperty(typed, async (text) => {
            const sent = await send({ text: `“<i>${escaped(text)}</i>”` });
            expect(sent.kind).toBe('sent');
            expect(harness.texts(harness.chat).at(-1)).toBe(`“${text}”`);
          }),
          { numRuns: 25 },
        );
      });

      it('the longest text that it says it can', async () => {
        const text = `<b>${'ă'.repeat(channel.capabilities.maxText)}</b>`;
        expect((await send({ text })).kind).toBe('sent');
        expect(harness.texts(harness.chat).at(-1)).toHaveLength(channel.capabilities.maxText);
      });

      it('no text that is too long', async () => {
        const text = 'ă'.repeat(channel.capabilities.maxText + 1);
        expect((await send({ text })).kind).toBe('refused');
      });

      it('a message anew in its place, if it says it can', async () => {
        const sent = await send({ text: 'before', buttons: [[{ title: 'Được', data: 'ok' }]] });
        const messageId = sent.kind === 'sent' ? (sent.messageId ?? '') : '';
        const edit = { kind: 'edit', chat: harness.chat, messageId, message: { text: 'after' } } as const;
        const again = await channel.send(edit);
        if (!channel.capabilities.edits) return expect(again.kind).toBe('gone');
        expect(again).toMatchObject({ kind: 'sent' });
        expect(harness.texts(harness.chat).at(-1)).toBe('after');
        expect(await channel.send(edit)).toMatchObject({ kind: 'sent' }); // nothing to change
        expect(await channel.send({ ...edit, messageId: '999999' })).toMatchObject({ kind: 'gone' });
      });
    });

    describe('when sending fails', () => {
      it('waits as long as the platform asks', async ({ skip }) => {
        const chat = harness.fail.limited?.() ?? skip();
        const sent = await send({ text: 'x' }, chat);
        expect(sent).toMatchObject({ kind: 'later' });
        expect(sent.kind === 'later' && sent.afterMs).toBeGreaterThanOrEqual(1_000);
      });

      it('comes again after a fault of the platform', async ({ skip }) => {
        expect(await send({ text: 'x' }, harness.fail.fault?.() ?? skip())).toMatchObject({ kind: 'later' });
      });

      it('comes again after a broken connection', async ({ skip }) => {
        expect(await send({ text: 'x' }, harness.fail.broken?.() ?? skip())).toMatchObject({ kind: 'later' });
      });

      it('leaves alone whoever cannot be reached', async ({ skip }) => {
        expect(await send({ text: 'x' }, harness.fail.unreachable?.() ?? skip())).toMatchObject({
          kind: 'unreachable',
        });
      });

      it('tells where a chat moved', async ({ skip }) => {
        const from = harness.fail.moved?.() ?? skip();
        const sent = await send({ text: 'x' }, from);
        expect(sent).toMatchObject({ kind: 'moved' });
        expect(sent.kind === 'moved' && sent.to).not.toBe(from);
      });
    });

    it('tells the kind of a chat, and that of a fixture is the one it says', () => {
      for (const { means } of harness.fixtures) {
        for (const meaning of means) {
          const { incoming } = meaning as { incoming?: { chat: Ref; chatKind: string } }; // fixtures are plain data
          if (incoming) expect(channel.kindOf(incoming.chat)).toBe(incoming.chatKind);
        }
      }
    });
  });
}

/** As it is written in a fixture: dates as text. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function ids(accepted: readonly Decoded[][]): string[] {
  return accepted.flat().map((decoded) => (decoded.kind === 'incoming' ? decoded.incoming.id : decoded.id));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
