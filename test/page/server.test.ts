import { readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPage, type Page } from '../../simulator/page/startPage.js';

let page: Page;
type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** A request with any headers, `host` too, which fetch would not let through. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { port } = new URL(page.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const own = (): Record<string, string> => ({
  origin: page.url.slice(0, -1),
  'x-page-token': page.token,
  'content-type': 'application/json',
});
const say = (headers: Record<string, string>) => {
  const { id, speakers } = page.stage.chats[0] ?? { id: '', speakers: [] };
  return ask('/act', {
    method: 'POST',
    headers,
    body: JSON.stringify({ chat: id, speaker: speakers[0]?.id, act: { do: 'say', text: '/help' } }),
  });
};

describe('the page’s server', () => {
  beforeAll(async () => void (page = await startPage()), 60_000);
  afterAll(() => page.close());

  it('is bound to loopback', () => expect(new URL(page.url).hostname).toBe('127.0.0.1'));

  it('answers no name of a stranger’s that points here', async () => {
    for (const path of ['/', '/events', '/texts/vi.json'])
      expect((await ask(path, { headers: { host: 'rebound.example' } })).status).toBe(403);
    expect((await say({ ...own(), host: 'rebound.example' })).status).toBe(403);
  });

  it('takes an order only from the page itself, with the token of this start', async () => {
    const { origin: _origin, ...withoutOrigin } = own();
    const { 'x-page-token': _token, ...withoutToken } = own();
    expect((await say(withoutOrigin)).status).toBe(403);
    expect((await say(withoutToken)).status).toBe(403);
    expect((await say({ ...own(), 'x-page-token': 'x'.repeat(page.token.length) })).status).toBe(403);
    expect((await say({ ...own(), origin: 'https://evil.example' })).status).toBe(403);
    expect((await say({ ...own(), 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await say({ ...own(), 'content-type': 'text/plain' })).status).toBe(415);
    expect((await say(own())).status).toBe(204);
  });

  it('does not let another site read along', async () => {
    expect(
      (await ask('/events', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } }))
        .status,
    ).toBe(403);
    expect(
      (await ask('/', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })).status,
    ).toBe(200);
    expect((await ask('/')).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('gives every answer a policy that allows nothing from elsewhere', async () => {
    for (const path of ['/', '/client/main.js', '/nowhere']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('gives no file but its own', async () => {
    for (const path of [
      '/client/../startPage.ts',
      '/client/%2e%2e/startPage.ts',
      '/texts/..%2f..%2fpackage.json',
      '/client/tsconfig.json',
      '/files/telegram/..%2f..%2fpackage.json',
    ])
      expect((await ask(path)).status).toBe(404);
  });

  it('refuses what no phone could do, and what makes no sense', async () => {
    const { id, speakers } = page.stage.chats[0] ?? { id: '', speakers: [] };
    const speaker = speakers[0]?.id;
    const post = (path: string, body: unknown) =>
      ask(path, { method: 'POST', headers: own(), body: JSON.stringify(body) }).then(({ status }) => status);
    expect(
      await post('/act', {
        chat: id,
        speaker,
        act: { do: 'press', message: '999', button: 'approve|KG-2026-000001' },
      }),
    ).toBe(409);
    expect(await post('/act', { chat: id, speaker: '1', act: { do: 'say', text: 'x' } })).toBe(409);
    expect(await post('/act', { chat: id, speaker, act: { do: 'dance' } })).toBe(400);
    expect(await post('/time', { to: 'yesterday' })).toBe(400);
    expect(await post('/nowhere', {})).toBe(404);
    expect(
      (
        await ask('/act', {
          method: 'POST',
          headers: { ...own(), 'content-length': '70000' },
          body: 'x'.repeat(70_000),
        })
      ).status,
    ).toBe(413);
    expect((await ask('/', { method: 'PUT', headers: own() })).status).toBe(405);
  });

  it('lets a file that somebody sent be kept, never run', async () => {
    const { id, speakers } = page.stage.chats[0] ?? { id: '', speakers: [] };
    const query = new URLSearchParams({
      chat: id,
      speaker: speakers[0]?.id ?? '',
      kind: 'document',
      name: 'a.html',
      mime: 'text/html',
    });
    const sent = await ask(`/file?${query.toString()}`, {
      method: 'POST',
      headers: { ...own(), 'content-type': 'application/octet-stream' },
      body: '<script>alert(1)</script>',
    });
    expect(sent.status).toBe(204);
    const message = page.stage
      .of(id)
      .messages(id)
      .findLast(({ file }) => file);
    const { headers, body } = await ask(message?.file?.address ?? '/nowhere');
    expect(body).toBe('<script>alert(1)</script>');
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });
});

describe('the page’s texts', () => {
  const client = new URL('../../simulator/page/client/', import.meta.url);
  const code = readdirSync(client)
    .filter((name) => /\.(js|html)$/.test(name))
    .map((name) => readFileSync(new URL(name, client), 'utf8'))
    .join('\n');
  type Tree = { [key: string]: string | Tree };
  const keysOf = (tree: Tree, path = ''): string[] =>
    Object.entries(tree).flatMap(([name, value]) =>
      typeof value === 'string' ? [`${path}${name}`] : keysOf(value, `${path}${name}.`),
    );
  // The file is ours; that it is one of texts is what is tested.
  const keys = keysOf(
    JSON.parse(readFileSync(new URL('../../locales/vi/page.json', import.meta.url), 'utf8')) as Tree,
  );
  const named = [
    ...code.matchAll(
      /\bt\(\s*(['`])([\w.]+)(\$\{|['`])|data-t="([\w.]+)"|\? '([a-z]+\.\w+)' : '([a-z]+\.\w+)'/g,
    ),
  ];

  it('has every key that the page names', () => {
    for (const [, , key, end, inPage, one, other] of named)
      for (const name of [key, inPage, one, other].filter((value) => value !== undefined))
        expect(
          keys.some((known) => (end === '${' ? known.startsWith(name) : known === name)),
          name,
        ).toBe(true);
    expect(named.length).toBeGreaterThan(60);
  });

  it('has no key that nothing names', () => {
    const whole = new Set(code.match(/[\w]+(?:\.\w+)+/g));
    const starts = named.flatMap(([, , key, end]) => (end === '${' && key !== undefined ? [key] : []));
    const elsewhere = /^(terminal|who)\./; // read by the start and by the stage
    expect(
      keys.filter(
        (key) =>
          !whole.has(key) &&
          !starts.some((start) => key.startsWith(start)) &&
          !elsewhere.test(key) &&
          !new RegExp(`['"]${key}['"]`).test(code),
      ),
    ).toEqual([]);
  });
});
