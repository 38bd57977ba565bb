import { afterEach, describe, expect, it } from 'vitest';
import { startEmbeddedStore } from '../../src/store/embedded/startEmbeddedStore.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askTogether, asks, startTestTown, words, type TestTown } from '../support/startTestTown.js';

const QUESTION = 'Hộ kinh doanh muốn chuyển thành doanh nghiệp thì cần những thủ tục gì, làm ở đâu?';

/** No limit of our own either: many people at once are what is tried, not patience. */
const FAST = {
  SEND_PER_SECOND: '10000',
  SEND_PER_CHAT_PER_SECOND: '1000',
  SEND_PER_GROUP_PER_MINUTE: '60000',
};

describe('once, in order, nothing lost, over HTTP', () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const open = async (options: Parameters<typeof startTestTown>[0] = {}): Promise<TestTown> => {
    const town = await startTestTown(options);
    ends.push(() => town.close());
    return town;
  };

  it.each(['webhook', 'polling'] as const)(
    'a question is one question when Telegram sends its updates again (%s)',
    async (hears) => {
      const town = await open({ hears });
      if (hears === 'webhook') town.telegram.faults.deliver({ duplicate: 0.5, dropAnswer: 0.2, seed: 7 });
      const lan = town.telegram.user({ firstName: 'Lan' }).private();
      const code = await asks(town, lan, QUESTION);
      const told = lan.messages().filter(({ text }) => text.includes(code));
      expect(told).toHaveLength(1);
      expect((await town.app.services.ledger.stats()).total).toBe(1);
      expect(town.board.messages().filter(({ text }) => text.startsWith(code))).toHaveLength(1);
    },
  );

  it('every asker gets a code of their own, without gaps, when many ask at once', async () => {
    const town = await open({ telegram: { limits: 'off' }, settings: FAST });
    const chats = Array.from({ length: 5 }, (_, n) =>
      town.telegram.user({ firstName: `Người ${n}` }).private(),
    );
    const codes = await askTogether(town, chats, QUESTION);
    expect([...codes].sort()).toEqual(chats.map((_, n) => `KG-2026-${String(n + 1).padStart(6, '0')}`));
  });

  it('two instances on one store share the chats; a question is still one question with one card', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'danhoi-shared-'));
    const server = process.env['MONGODB_URI'] ? undefined : await startEmbeddedStore({ dir });
    const mongodbUri = process.env['MONGODB_URI'] ?? server?.uri ?? '';
    ends.push(async () => {
      await server?.close();
      await rm(dir, { recursive: true, force: true });
    });
    const town = await open({ mongodbUri, telegram: { limits: 'off' }, settings: FAST });
    const second = await town.another();
    for (let step = 0; step < 4; step++) {
      town.clock.advance(5_000);
      await town.settled();
    }
    const chats = Array.from({ length: 3 }, (_, n) =>
      town.telegram.user({ firstName: `Người ${n}` }).private(),
    );
    const codes = await askTogether(town, chats, QUESTION);
    expect(new Set(codes).size).toBe(chats.length);
    for (const code of codes)
      expect(town.board.messages().filter(({ text }) => text.startsWith(code))).toHaveLength(1);
    expect([town.app, second].map((app) => app.figures()['lanes'] ?? 0).every((lanes) => lanes > 0)).toBe(
      true,
    );
  });

  it('writes no personal data into the log, the group, the metrics or the buttons', async () => {
    const lines: string[] = [];
    const keep = (fields: object, code?: string): void =>
      void lines.push(`${code} ${JSON.stringify(fields)}`);
    const town = await open({ log: { debug: keep, info: keep, warn: keep, error: keep } });
    const personal = { name: 'Trần Văn Kín', address: '99 hẻm Riêng Tư', phone: '0987 654 321' };
    const code = await asks(town, town.telegram.user({ firstName: 'Kín' }).private(), QUESTION, personal);
    await town.does(
      town.board.as(town.an),
      `!${words('cards:button.approve')}`,
      `!${words('cards:button.revealContact')}`,
      `/question ${code}`,
      '/queue',
      '/stats',
    );
    const metrics = await (await fetch(`http://127.0.0.1:${town.app.port()}/metrics`)).text();
    const buttons = town.telegram.record
      .calls()
      .map((call) => JSON.stringify(call.params['reply_markup'] ?? ''));
    const shown = [...lines, metrics, ...buttons, ...town.board.messages().map(({ text }) => text)].join(
      '\n',
    );
    for (const secret of [personal.name, personal.address, '987654321', '987 654 321'])
      expect(shown).not.toContain(secret);
  });
});
