import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { begins, hasChromium, openBrowser, openPage, words, type Play } from './openBrowser.js';

const CODE = /KG-\d{4}-\d{6}/;
let browser: Browser;
let play: Play | undefined;

/** The whole ask flow by hand; answers the code. */
async function asks(pane: 'telegram' | 'zalo', { chat }: Play): Promise<string> {
  const phone = chat(pane);
  await phone.says('/ask');
  await phone.presses(words('ask:go.label'), begins('ask:intro'));
  for (const consent of ['record', 'nameOnAir', 'reminders'])
    await phone.presses(words('common:yes.label'), begins(`ask:consent.${consent}`));
  await phone.presses(words('ask:kind.citizen'), words('ask:kind.question'));
  await phone.hears(words('ask:name.citizen'));
  await phone.says('Nguyễn Thị Lan');
  await phone.hears(begins('ask:place.question'));
  await phone.says('phường rạch giá');
  await phone.hears(/Phường Rạch Giá:/);
  await phone.says('12 Trần Phú');
  await phone.presses(words('common:nav.skip.label'), words('ask:email'));
  await phone.presses(words('common:nav.skip.label'), words('ask:phone'));
  await phone.hears(begins('ask:topic.question'));
  await phone.says('xây dựng');
  await phone.hears(/từ 20 đến 3500/);
  await phone.says(words('demo:say.question'));
  await phone.presses(words('common:nav.done.label'), /128\/3500/);
  await phone.hears(begins('ask:summary.question'));
  if (pane === 'telegram')
    await phone.presses(words('ask:summary.send.label'), begins('ask:summary.question'));
  else await phone.says('1'); // a long choice is a numbered list there
  await phone.hears(CODE);
  return CODE.exec((await phone.newest(CODE).textContent()) ?? '')?.[0] ?? '';
}

describe.skipIf(!hasChromium)('the whole job, clicked through in a browser', { timeout: 240_000 }, () => {
  beforeAll(async () => void (browser = await openBrowser()), 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    await play?.done();
    play = undefined;
  });

  it.each(['telegram', 'zalo'] as const)(
    'a question of a citizen on %s is asked, approved, routed, answered and reminded of',
    async (platform) => {
      play = await openPage(browser);
      const [citizen, board, unit] = [play.chat(platform), play.chat('board'), play.chat('unit')];
      const code = await asks(platform, play);
      await play.picture(`${platform}-1-asked`);

      await board.presses(words('cards:button.approve'), code);
      await board.presses(words('cards:button.route'), code);
      await board.presses('Sở Xây dựng', /trang 1/);
      await citizen.hears(/đã được chuyển đến Sở Xây dựng/);
      await play.picture(`${platform}-2-routed`);

      await unit.presses(words('cards:button.answer'), code);
      const prompt = unit.newest(/trả lời tin nhắn này bằng nội dung/);
      await prompt.hover();
      await prompt.locator('.reply').click();
      await unit.says(words('demo:say.answer'));
      await unit.presses(words('common:nav.done.label'), /đã ghi \d+ ký tự/);
      await unit.presses('Lê Hoàng Phúc', /ai chịu trách nhiệm/);
      await unit.presses(words('unit:answer.send'), /👁/);
      await board.as('Quốc Bình');
      await board.presses(words('cards:button.acceptAnswer'), /Chờ Ban Biên tập duyệt/);
      await citizen.hears(/Sở Xây dựng trả lời câu hỏi/);
      await play.picture(`${platform}-3-answered`);

      await board.presses(words('cards:button.choose'), /Đã trả lời người hỏi/);
      await board.phone
        .locator('.message.bot', { hasText: /chọn số phát sóng|số phát sóng/i })
        .last()
        .locator('.key')
        .first()
        .click();
      await citizen.hears(/đã được chọn/);
      const { tab } = play;
      for (const moment of ['dayBefore', 'halfHour']) {
        await tab.locator('.moments summary').click();
        await tab.locator(`[data-moment=${moment}]`).click();
        await tab.locator('.moments summary:not(.busy)').waitFor();
      }
      await citizen.hears(/Sắp phát sóng/);
      await play.picture(`${platform}-4-reminded`);

      await expect(play.page.stage.town.app.services.ledger.byCode(code)).resolves.toMatchObject({
        stage: 'published',
        episodeTrack: 'chosen',
        channel: platform,
      });
      expect(await tab.locator(`.question[data-code="${code}"]`).getAttribute('data-stage')).toBe(
        'published',
      );
      expect(play.wrong).toEqual([]);
      expect(
        play.asked.filter(
          (address) => !address.startsWith(play?.page.url ?? '-') && !address.startsWith('blob:'),
        ),
      ).toEqual([]);
    },
  );
});
