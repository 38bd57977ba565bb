import type { ServerResponse } from 'node:http';

/** The kinds of pictures that are shown; known by their first bytes, whatever a name says. */
const PICTURES: readonly (readonly [type: string, first: readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];

/** Sends a file that somebody sent: a picture to look at, anything else to keep. Nothing in it may run. */
export function serveFile(response: ServerResponse, bytes: Buffer): void {
  const type = pictureType(bytes);
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  response.writeHead(200, {
    'content-type': type ?? 'application/octet-stream',
    'content-disposition': type === undefined ? 'attachment' : 'inline',
    'content-length': bytes.length,
    'cache-control': 'private, max-age=3600',
  });
  response.end(bytes);
}

function pictureType(bytes: Buffer): string | undefined {
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return isWebp
    ? 'image/webp'
    : PICTURES.find(([, first]) => first.every((byte, index) => bytes[index] === byte))?.[0];
}
