import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { hasChromium, like, openBrowser, openPage, PATIENCE_MS, words, type Play } from './openBrowser.js';

let browser: Browser;
let play: Play | undefined;
const open = async (options?: Parameters<typeof openPage>[1]): Promise<Play> =>
  (play = await openPage(browser, options));
/** A picture of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** What can be worked and bears no name. */
const NAMELESS = `[...document.querySelectorAll('button, select, textarea, summary, a[href], [role=log], img:not([alt])')]
  .filter((element) => element.checkVisibility())
  .filter((element) => ![element.getAttribute('aria-label'), element.textContent, ...[...(element.labels ?? [])].map((label) => label.textContent)].some((name) => name?.trim()))
  .map((element) => element.outerHTML.slice(0, 120))`;
/** Tries to run a script of its own; answers what kept it from that. */
const FOREIGN_SCRIPT = `new Promise((resolve) => {
  document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true });
  const script = document.createElement('script');
  try {
    script.textContent = 'document.title = "3"';
    document.body.append(script);
  } catch {
    resolve('require-trusted-types-for');
  }
})`;

describe.skipIf(!hasChromium)('the page', { timeout: 180_000 }, () => {
  beforeAll(async () => void (browser = await openBrowser()), 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    const { wrong = [], asked = [], page } = play ?? {};
    await play?.done();
    play = undefined;
    expect(
      asked.filter((address) => !address.startsWith(page?.url ?? '-') && !address.startsWith('blob:')),
      'left loopback',
    ).toEqual([]);
    expect(wrong, 'errors on the page').toEqual([]);
  });

  it('leads through the five steps of the tour by itself, in English', async () => {
    const { tab, page, picture } = await open({ lang: 'en' });
    await tab.locator('#tour [data-do=start]').first().click();
    await tab.locator('#tour [data-do=play]').click();
    await tab
      .locator('#tour .steps li.past')
      .nth(4)
      .waitFor({ timeout: 2 * PATIENCE_MS });
    await picture('tour-en');
    const [question] = (await page.stage.town.app.services.ledger.find('KG-2026-000001', 0)).questions;
    expect(question).toMatchObject({ stage: 'published', episodeTrack: 'chosen', channel: 'telegram' });
    await tab
      .locator('#telegram .message.bot', {
        hasText: like('notices:subscriber.halfHour', 'en'),
      })
      .waitFor();
  });

  it('lights what comes next, and puts in what is to be written', async () => {
    const { tab, chat, picture } = await open();
    const citizen = chat('telegram');
    await tab.locator('#tour [data-do=start]').first().click();
    await tab.locator('#telegram .composer.lit').waitFor();
    await tab.locator('#tour [data-do=fill]').click();
    expect(await citizen.field.inputValue()).toBe('/ask');
    await citizen.field.press('Enter');
    const lit = tab.locator('#telegram .key.lit');
    await lit.waitFor();
    expect(await lit.textContent()).toBe(words('ask:go.label'));
    await picture('tour-lit');
    await tab.locator('#tour [data-do=end]').click();
    await lit.waitFor({ state: 'detached' });
  });

  it('holds what is to be sent in the outbox while a platform is away, and sends it afterwards', async () => {
    const { tab, chat, picture } = await open();
    const away = tab.locator('[data-fault=away][data-platform=telegram]');
    await away.click();
    await tab.locator('[data-fault=away][aria-checked=true]').waitFor();
    await chat('telegram').says('/help');
    await tab.locator('.waitingline').first().waitFor();
    await tab.locator('.calls [data-outcome=fault]').first().waitFor();
    await picture('faults-away');
    await away.click();
    await chat('telegram').hears(/\/ask/);
    await tab.locator('.waitingline').first().waitFor({ state: 'detached' });
  });

  it('answers once when every message reaches the bot twice', async () => {
    const { tab, chat } = await open();
    await tab.locator('[data-fault=redelivery][data-platform=telegram]').click();
    await tab.locator('[data-fault=redelivery][aria-checked=true]').waitFor();
    const citizen = chat('telegram');
    for (const text of ['/schedule', '/help', '/myquestions']) await citizen.says(text);
    await citizen.phone.locator('.message.bot').nth(2).waitFor();
    await tab
      .locator('.outbox .figure', { hasText: words('page:office.inbox') })
      .locator('dd', { hasText: /^0$/ })
      .waitFor();
    expect(await citizen.phone.locator('.message.bot').count()).toBe(3);
  });

  it('lets time pass: an overdue question is told to the board', async () => {
    const { tab, chat, picture, page } = await open();
    const { services } = page.stage.town.app;
    const asker = await services.people.of(page.stage.cast.asker.telegram ?? '');
    await services.people.consent(asker.id, 'record', true, '1');
    await services.submit({
      cause: 'page-test',
      channel: 'telegram',
      asker: {
        person: asker.id,
        kind: 'citizen',
        name: 'Trần Văn Ba',
        place: 'rach-gia',
        address: '1 Trần Phú',
      },
      consents: [{ purpose: 'record', given: true, textVersion: '1', at: page.stage.clock.now() }],
      topic: 'khac',
      content: 'Khi nào con đường trước trường tiểu học được sửa xong?',
      attachments: [],
    });
    await chat('board').hears(/KG-2026-000001/);
    for (const moment of ['nextWorkingDay', 'afterAiring']) {
      await tab.locator('.moments summary').click();
      await tab.locator(`[data-moment=${moment}]`).click();
      await tab.locator('.moments summary:not(.busy)').waitFor();
    }
    await tab.locator('.figure.loud', { hasText: words('page:office.overdue') }).waitFor();
    await tab.locator('.clock .date', { hasText: /5\/12/ }).waitFor();
    await picture('time-overdue');
  });

  it('can be played with the keyboard alone', async () => {
    const { tab, chat, picture } = await open();
    const { keyboard } = tab;
    await keyboard.press('Alt+1');
    await keyboard.type('/as');
    await tab.locator('#commands-telegram [role=option]').first().waitFor();
    expect(await chat('telegram').field.getAttribute('aria-activedescendant')).toBe('commands-telegram-0');
    await picture('commands');
    await keyboard.press('Tab');
    expect(await chat('telegram').field.inputValue()).toBe('/ask ');
    await keyboard.press('Enter');
    const go = chat('telegram')
      .newest(like('ask:intro'))
      .locator('.key', { hasText: words('ask:go.label') });
    await go.waitFor();
    const isThere = (): Promise<boolean> =>
      go
        .and(tab.locator(':focus'))
        .count()
        .then((count) => count === 1);
    for (let presses = 0; presses < 12 && !(await isThere()); presses++) await keyboard.press('Shift+Tab');
    expect(await isThere()).toBe(true);
    await keyboard.press('Enter');
    await chat('telegram').hears(like('ask:consent.record'));
    await keyboard.press('Alt+3');
    await chat('board').phone.locator('textarea:focus').waitFor();
  });

  it('names everything for who listens', async () => {
    const { tab, chat } = await open();
    await chat('telegram').says('/start');
    await chat('telegram').hears(/Dân hỏi/);
    const nameless = await tab.evaluate<string[]>(NAMELESS);
    expect(nameless).toEqual([]);
    await tab.locator('#said p', { hasText: 'Dân hỏi' }).first().waitFor({ state: 'attached' });
    expect(await tab.locator('h1').count()).toBe(1);
    expect(await tab.locator('section.pane[aria-labelledby] h2').count()).toBe(4);
  });

  it('shows one chat at a time on a phone, with the unread ones counted', async () => {
    const { tab, chat, picture, page } = await open({ width: 390, height: 800 });
    expect(await tab.locator('.pane:visible').count()).toBe(1);
    await tab.locator('#tabs [data-pane=board]').click();
    await chat('telegram').phone.waitFor({ state: 'hidden' });
    await chat('board').says('/help');
    await chat('board').hears(/\/queue/);
    await tab.locator('#tabs [data-pane=unit]').click();
    await chat('board').phone.waitFor({ state: 'hidden' });
    const { cast, of } = page.stage;
    of(cast.board).act(cast.board, cast.an, { do: 'say', text: '/stats' });
    await tab.locator('#tabs [data-pane=board] .badge').waitFor();
    await picture('phone-unread');
    const width = await tab.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(width[0], 'nothing sticks out').toBe(width[1]);
    await tab.locator('#tabs [data-pane=board]').click();
    await tab.locator('#tabs [data-pane=board] .badge').waitFor({ state: 'detached' });
    await tab.locator('#tabs [data-pane=office]').click();
    await tab.locator('#ledger-title').waitFor();
    await picture('phone-office');
  });

  it('sends photos and documents, and keeps those of the bot', async () => {
    const { tab, chat, picture } = await open();
    const citizen = chat('telegram');
    await citizen.phone
      .locator('input[data-kind=photo]')
      .setInputFiles({ name: 'duong.png', mimeType: 'image/png', buffer: PIXEL });
    await citizen.phone
      .locator('input[data-kind=document]')
      .setInputFiles({ name: 'don <b>.txt', mimeType: 'text/plain', buffer: Buffer.from('xin chào') });
    await citizen.phone.locator('.chip').nth(1).waitFor();
    await citizen.says('kèm ảnh');
    await citizen.phone.locator('.mine .photo img').waitFor();
    await citizen.phone.locator('.mine .file', { hasText: 'don <b>.txt' }).waitFor();
    expect(
      await tab.evaluate(`document.querySelector('.mine .photo img').decode().then(() => 'decoded')`),
    ).toBe('decoded');
    await picture('files');
    await citizen.says('/mydata');
    const file = citizen.phone.locator('.message.bot a.file');
    await file.waitFor();
    const [download] = await Promise.all([tab.waitForEvent('download'), file.click()]);
    expect(download.suggestedFilename()).toMatch(/\.json$/);
  });

  it('changes its language and that of everybody on it', async () => {
    const { tab, chat } = await open();
    await chat('telegram').says('/start');
    await chat('telegram').hears(/Kính chào/);
    await tab.locator('#tools button[lang=en]').click();
    await tab.locator('h1', { hasText: words('page:title', 'en') }).waitFor();
    await chat('telegram').hears(words('common:languageChanged', 'en'));
    expect(await tab.locator('html').getAttribute('lang')).toBe('en');
    await chat('zalo').says('/help');
    await chat('zalo').hears(words('common:languageChanged', 'en'));
  });

  it('runs no script that it did not bring, and reads what people type as text', async () => {
    const { tab, chat } = await open();
    const typed = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await chat('telegram').says(typed);
    await chat('telegram').phone.locator('.mine .text', { hasText: typed }).waitFor();
    const refused = await tab.evaluate<string>(FOREIGN_SCRIPT);
    expect(['script-src-elem', 'require-trusted-types-for']).toContain(refused);
    expect(await tab.title()).toContain(words('page:title'));
    if (play) play.wrong.length = 0; // the browser says so on the console
  });
});
