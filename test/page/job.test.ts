import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { hasChromium, like, openBrowser, openPage, words, type Play } from './openBrowser.js';

const CODE = /KG-\d{4}-\d{6}/;
let browser: Browser;
let play: Play | undefined;

/** The whole ask flow by hand; answers the code. */
async function asks(pane: 'telegram' | 'zalo', { chat }: Play): Promise<string> {
  const phone = chat(pane);
  await phone.says('/ask');
  await phone.presses(words('ask:go.label'), like('ask:intro'));
  for (const consent of ['record', 'nameOnAir', 'reminders'])
    await phone.presses(words('common:yes.label'), like(`ask:consent.${consent}`));
  await phone.presses(words('ask:kind.citizen'), like('ask:kind.question'));
  await phone.hears(like('ask:name.citizen'));
  await phone.says('Nguyễn Thị Lan');
  await phone.hears(like('ask:place.question'));
  await phone.says('phường rạch giá');
  await phone.hears(like('ask:address'));
  await phone.says('12 Trần Phú');
  await phone.presses(words('common:nav.skip.label'), like('ask:email'));
  await phone.presses(words('common:nav.skip.label'), like('ask:phone'));
  await phone.hears(like('ask:topic.question'));
  await phone.says('xây dựng');
  await phone.hears(like('ask:content.question'));
  await phone.says(words('demo:say.question'));
  await phone.presses(words('common:nav.done.label'), like('ask:content.received'));
  await phone.hears(like('ask:summary.question'));
  if (pane === 'telegram') await phone.presses(words('ask:summary.send.label'), like('ask:summary.question'));
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
      await board.presses('Sở Xây dựng', like('board:pick.route'));
      await citizen.hears(like('notices:asker.route'));
      await play.picture(`${platform}-2-routed`);

      await unit.presses(words('cards:button.answer'), code);
      const prompt = unit.newest(like('unit:answer.ask'));
      await prompt.hover();
      await prompt.locator('.reply').click();
      await unit.says(words('demo:say.answer'));
      await unit.presses(words('common:nav.done.label'), like('unit:answer.more'));
      await unit.presses('Lê Hoàng Phúc', like('unit:answer.responsible'));
      await unit.presses(words('unit:answer.send'), like('unit:answer.preview'));
      await board.as('Quốc Bình');
      await board.presses(words('cards:button.acceptAnswer'), like('cards:answer.head'));
      await citizen.hears(words('demo:say.answer'));
      await play.picture(`${platform}-3-answered`);

      await board.presses(words('cards:button.choose'), words('cards:stage.published'));
      await board.newest(like('board:pick.choose')).locator('.key').first().click();
      await citizen.hears(like('notices:asker.chooseWithTime'));
      const { tab } = play;
      for (const moment of ['dayBefore', 'halfHour']) {
        await tab.locator('.moments summary').click();
        await tab.locator(`[data-moment=${moment}]`).click();
        await tab.locator('.moments summary:not(.busy)').waitFor();
      }
      await citizen.hears(like('notices:subscriber.halfHour'));
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
