import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { download, isAllowed } from '../../../src/channels/zalo/download.js';

async function serveFiles(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has no other kind of address
}

describe('where files are fetched from', () => {
  it.each([
    ['https://b-f1-org.zdn.vn/a.jpg', true],
    ['https://zdn.vn/a.jpg', true],
    ['https://b4-fd.dlfl.vn/a.pdf', true],
    ['https://openapi.zalo.me/a', true],
    ['http://b-f1-org.zdn.vn/a.jpg', false],
    ['https://zdn.vn.evil.example/a', false],
    ['https://evilzdn.vn/a', false],
    ['https://zdn.vn:8443/a', false],
    ['https://zdn.vn@evil.example/a', false],
    ['https://user@zdn.vn/a', false],
    ['http://169.254.169.254/latest/meta-data', false],
    ['http://127.0.0.1:27017/', false],
    ['file:///etc/passwd', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => {
    expect(isAllowed(address, ['https://openapi.zalo.me'])).toBe(expected);
  });
});

describe('fetching a file', () => {
  it('gives the bytes from a configured root', async () => {
    const root = await serveFiles((_request, response) => response.end('abc'));
    expect(Buffer.from(await download(`${root}/a`, 10, [root])).toString()).toBe('abc');
  });

  it.each(['/big', '/stream'])('stops at the largest size: %s', async (path) => {
    const root = await serveFiles((request, response) => {
      if (request.url === '/big') response.setHeader('content-length', 100);
      response.write('x'.repeat(50));
      response.end('x'.repeat(50));
    });
    await expect(download(`${root}${path}`, 60, [root])).rejects.toMatchObject({
      code: 'file-too-large',
      fields: { maxBytes: 60 },
    });
  });

  it('follows a redirect within the allowed places, and none to elsewhere', async () => {
    let asked = 0;
    const inner = await serveFiles((_request, response) => {
      asked++;
      response.end('secret');
    });
    const root = await serveFiles((request, response) => {
      if (request.url === '/here') response.end('abc');
      else response.writeHead(302, { location: request.url === '/ok' ? '/here' : `${inner}/x` }).end();
    });
    expect(Buffer.from(await download(`${root}/ok`, 10, [root])).toString()).toBe('abc');
    await expect(download(`${root}/away`, 10, [root])).rejects.toMatchObject({ code: 'file-gone' });
    expect(asked).toBe(0);
  });

  it('does not follow a circle', async () => {
    const root = await serveFiles((_request, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    );
    await expect(download(`${root}/a`, 10, [root])).rejects.toMatchObject({ code: 'file-gone' });
  });

  it('tells what is gone from what is out of order', async () => {
    const root = await serveFiles((request, response) =>
      response.writeHead(request.url === '/gone' ? 404 : 500).end(),
    );
    await expect(download(`${root}/gone`, 10, [root])).rejects.toMatchObject({ code: 'file-gone' });
    await expect(download(`${root}/broken`, 10, [root])).rejects.toThrow('file-http-500');
  });
});
