import { existsSync, mkdirSync } from 'node:fs';
import { chromium, type Browser, type Page as Tab } from 'playwright-core';
import { createTexts } from '../../src/bot/texts.js';
import { startPage, type Page, type PageOptions } from '../../simulator/page/startPage.js';
import { patternOf } from '../../simulator/page/tour/patternOf.js';

/** Debian's package (`apt-get install chromium`), or another by CHROMIUM. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever the page should ask for elsewhere is not found.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];
const ARTEFACTS = new URL('../../artefacts/', import.meta.url);

/** False where there is no browser: the tests are skipped then, with this sentence. */
export const hasChromium = existsSync(CHROMIUM);
const NO_CHROMIUM = `no Chromium at ${CHROMIUM}: apt-get install chromium, or name one in CHROMIUM`;
if (!hasChromium) process.stderr.write(`${NO_CHROMIUM}\n`);

/** Long, since two cores are shared by the bot, its store, the platforms and a browser. */
export const PATIENCE_MS = 60_000;

const texts = createTexts();
/** What the bot says or writes on a button. */
export const words = (key: string, lang: 'vi' | 'en' = 'vi'): string => texts.plain({ key }, lang);
/** What the first line of a text of the bot looks like, whatever its values. */
export const like = (key: string, lang: 'vi' | 'en' = 'vi'): RegExp => patternOf(key, lang);

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });

export type Play = Awaited<ReturnType<typeof openPage>>;

/** A bot with its page, open in the browser; `done` closes both. Every address that was asked for is in `asked`. */
export async function openPage(
  browser: Browser,
  options: PageOptions & { width?: number; height?: number; scheme?: 'light' | 'dark' } = {},
) {
  const { width = 1600, height = 900, scheme = 'light', ...given } = options;
  const page: Page = await startPage(given);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const tab = await context.newPage();
  const asked: string[] = [];
  const wrong: string[] = [];
  tab.on('request', (request) => asked.push(request.url()));
  tab.on('pageerror', (error) => wrong.push(error.message));
  tab.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  await tab.goto(page.url);
  await tab.locator('body[data-ready=true]').waitFor();
  return {
    page,
    tab,
    asked,
    /** Errors that the page met. */
    wrong,
    chat: (pane: string) => chatOf(tab, pane),
    picture: async (name: string): Promise<void> => {
      mkdirSync(ARTEFACTS, { recursive: true });
      await tab.screenshot({ path: new URL(`${name}.png`, ARTEFACTS).pathname });
    },
    done: async (): Promise<void> => {
      await context.close();
      await page.close();
    },
  };
}

/** One phone on the page, used as a person uses it. */
export function chatOf(tab: Tab, pane: string) {
  const phone = tab.locator(`#${pane}`);
  const field = phone.locator('textarea');
  const newest = (text: string | RegExp) => phone.locator('.message.bot', { hasText: text }).last();
  return {
    phone,
    field,
    newest,
    /** Waits for a message of the bot. */
    hears: (text: string | RegExp) => newest(text).waitFor(),
    async says(text: string): Promise<void> {
      await field.fill(text);
      await field.press('Enter');
    },
    /** Presses a button of the newest message that says `at`. */
    presses: (label: string, at: string | RegExp) =>
      newest(at).locator('.key', { hasText: label }).first().click(),
    /** Hands the phone to somebody else. */
    as: async (name: string): Promise<void> => {
      const option = phone.locator('.who option', { hasText: name }).first();
      await phone.locator('.who select').selectOption((await option.getAttribute('value')) ?? '');
    },
  };
}
