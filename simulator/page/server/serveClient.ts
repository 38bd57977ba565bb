import { readFileSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

const CLIENT = new URL('../client/', import.meta.url);
const LOCALES = new URL('../../../locales/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json; charset=utf-8',
};

/**
 * Serves the page's own files, and its texts at `/texts/vi.json` and `/texts/en.json`. Only what lies there at the start
 * is known by name, so that no path leads elsewhere. `values` are put in for `{{name}}` in the page itself. Answers
 * false for a path it does not know.
 */
export function createServeClient(values: Readonly<Record<string, string>>) {
  const files = new Map<string, () => string>(
    readdirSync(CLIENT)
      .filter((name) => /\.(js|css|svg)$/.test(name))
      .map((name) => [`/client/${name}`, () => readFileSync(new URL(name, CLIENT), 'utf8')]),
  );
  for (const lang of ['vi', 'en']) {
    files.set(`/texts/${lang}.json`, () => readFileSync(new URL(`${lang}/page.json`, LOCALES), 'utf8'));
  }
  // All modules at once, rather than one after the other as they name each other.
  const preload = [...files.keys()]
    .filter((path) => path.endsWith('.js'))
    .map((path) => `<link rel="modulepreload" href="${path}" />`);
  const all: Readonly<Record<string, string>> = { ...values, preload: preload.join('\n    ') };
  files.set('/', () =>
    readFileSync(new URL('index.html', CLIENT), 'utf8').replace(
      /\{\{(\w+)\}\}/g,
      (_, name: string) => all[name] ?? '',
    ),
  );

  return (path: string, response: ServerResponse): boolean => {
    const read = files.get(path);
    if (!read) return false;
    const body = read();
    const type = TYPES[path === '/' ? 'html' : (path.split('.').at(-1) ?? '')] ?? 'application/octet-stream';
    response.writeHead(200, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-cache',
    });
    response.end(body);
    return true;
  };
}
