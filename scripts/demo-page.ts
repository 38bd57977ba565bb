/**
 * The bot in the browser: people, the board and a unit on simulated platforms, played on a page on loopback.
 * `--lang en` begins in English, `--port 8137` takes that port. Ends with Ctrl-C.
 */
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { createTexts } from '../src/bot/texts.js';
import { startPage } from '../simulator/page/startPage.js';

const { values } = parseArgs({
  options: {
    lang: { type: 'string', default: 'vi' },
    port: { type: 'string', default: '0' },
    page: { type: 'boolean' },
  },
  strict: false,
});
const lang = values.lang === 'en' ? 'en' : 'vi';
const page = await startPage({ lang, port: Number(values.port) });
const words = (key: string): string => createTexts().plain({ key: `page:${key}` }, lang);
console.log(
  `\n${pc.bold(words('terminal.open'))} ${pc.cyan(pc.underline(page.url))}\n${pc.dim(words('terminal.end'))}`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    page.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
