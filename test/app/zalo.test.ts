import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ZaloSimulator } from '../../simulator/zalo/startZaloSimulator.js';
import { startTestTown, words, type TestTown } from '../support/startTestTown.js';

const QUESTION = 'Cơ sở nuôi tôm của tôi cần đăng ký môi trường ở đâu, hồ sơ gồm những giấy tờ gì?';

describe('the same conversation on Zalo, over HTTP', () => {
  let town: TestTown;
  let zalo: ZaloSimulator;
  beforeEach(async () => {
    town = await startTestTown({ zalo: {} });
    if (!town.zalo) throw new Error('no Zalo in the town');
    zalo = town.zalo;
  });
  afterEach(() => town.close());

  type Mai = ReturnType<ZaloSimulator['user']>;
  const press = async (mai: Mai, key: string): Promise<void> => {
    mai.presses(words(key));
    await town.settled();
  };
  const say = async (mai: Mai, ...texts: string[]): Promise<void> => {
    for (const text of texts) {
      mai.says(text);
      await town.settled();
    }
  };
  const shown = (mai: Mai): string[] =>
    mai
      .messages()
      .filter(({ fromOa }) => fromOa)
      .map(({ text }) => text);

  /** Asks with numbers where there are choices; gives the code. */
  async function asks(mai: Mai): Promise<string> {
    await say(mai, '/ask', '1', '1', '1', '2', '1', 'Lê Thị Mai', 'hà tiên', '1', '5 Mạc Thiên Tích');
    await press(mai, 'common:nav.skip.label');
    await press(mai, 'common:nav.skip.label');
    await say(mai, 'môi trường', QUESTION, 'xong', 'gửi');
    return (
      shown(mai)
        .flatMap((text) => /KG-\d{4}-\d{6}/.exec(text)?.[0] ?? [])
        .at(-1) ?? ''
    );
  }

  it('greets who follows, takes a question by numbers and words, and tells of every stage', async () => {
    const mai = zalo.user({ name: 'Mai' });
    mai.follows();
    await town.settled();
    expect(shown(mai)[0]).toContain('/ask');
    const code = await asks(mai);
    expect(code).toBe('KG-2026-000001');
    await town.does(town.board.as(town.an), `!${words('cards:button.approve')}`);
    expect(shown(mai).at(-1)).toContain(code);
    expect((await town.app.services.ledger.byCode(code))?.channel).toBe('zalo');
  });

  it('shares one ledger with Telegram', async () => {
    const first = await asks(zalo.user({ name: 'Mai' }));
    const second = await asks(zalo.user({ name: 'Nam' }));
    expect([first, second]).toEqual(['KG-2026-000001', 'KG-2026-000002']);
    expect(town.board.messages().filter(({ text }) => /^KG-2026-00000[12] ·/.test(text))).toHaveLength(2);
  });

  it('refuses a webhook call whose signature is not Zalo’s', async () => {
    const body = JSON.stringify({
      app_id: zalo.appId,
      event_name: 'user_send_text',
      timestamp: '1796000000000',
    });
    expect(await zalo.post(body, { 'x-zevent-signature': `mac=${'0'.repeat(64)}` })).toBe('401');
  });

  it('keeps what it could not send while the window was closed, and says it at the next contact', async () => {
    const mai = zalo.user({ name: 'Mai' });
    const code = await asks(mai);
    town.clock.advance(8 * 24 * 3_600_000);
    await town.does(town.board.as(town.an), `/question ${code}`, `!${words('cards:button.approve')}`);
    const before = shown(mai).length;
    expect(shown(mai).slice(0, before).join('\n')).not.toContain(words('cards:stage.approved'));
    await say(mai, 'xin chào');
    expect(
      shown(mai)
        .slice(before)
        .filter((text) => text.includes(code)),
    ).not.toEqual([]);
  });
});
