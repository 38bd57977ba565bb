import type { IncomingMessage } from 'node:http';

/** A request that is refused; `status` is its answer. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The whole body. Throws Refused 413 when it is longer than `most` bytes. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw new Refused(413, 'too-large');
  const chunks: Buffer[] = [];
  let length = 0;
  // A request without an encoding gives buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw new Refused(413, 'too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as JSON. Throws Refused 415 or 400. */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  if (request.headers['content-type']?.split(';')[0] !== 'application/json')
    throw new Refused(415, 'not-json');
  try {
    return JSON.parse((await readBody(request, most)).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refused(400, 'not-json');
    throw error;
  }
}
