import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ApiError, badRequest } from './apiError.js';
import type { CallParams, Upload } from './wire.js';

/** The largest request the Bot API takes: 50 MB of file and the form around it. */
const MAX_BODY_BYTES = 50 * 1024 * 1024 + 64 * 1024;

/**
 * The parameters of a call from its query string and its body: JSON, a URL-encoded form or multipart.
 * Throws 413 over 50 MB and 400 when the body cannot be read.
 */
export async function readParams(request: IncomingMessage, query: string): Promise<CallParams> {
  const body = await readBody(request);
  const values: Record<string, unknown> = Object.fromEntries(new URLSearchParams(query));
  const contentType = request.headers['content-type'] ?? '';
  if (body.length === 0) return { values, uploads: new Map() };
  if (contentType.startsWith('application/json')) {
    return { values: Object.assign(values, parseJsonObject(body.toString())), uploads: new Map() };
  }
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary) return parseMultipart(body, boundary, values);
  return {
    values: Object.assign(values, Object.fromEntries(new URLSearchParams(body.toString()))),
    uploads: new Map(),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new ApiError(413, 'Request Entity Too Large');
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** A JSON object from text; 400 in Telegram's words when it is none. */
export function parseJsonObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw Object.assign(badRequest("can't parse JSON object"), { cause });
  }
}

function parseMultipart(body: Buffer, boundary: string, values: Record<string, unknown>): CallParams {
  const uploads = new Map<string, Upload>();
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const start = at + mark.length + 2;
    const next = body.indexOf(mark, start);
    if (next < 0) break;
    addPart(body.subarray(start, next - 2), values, uploads);
    at = next;
  }
  return { values, uploads };
}

function addPart(part: Buffer, values: Record<string, unknown>, uploads: Map<string, Upload>): void {
  const split = part.indexOf('\r\n\r\n');
  if (split < 0) throw badRequest('wrong multipart part');
  const head = part.subarray(0, split).toString();
  const content = part.subarray(split + 4);
  const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
  const fileName = /filename="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) throw badRequest('wrong multipart part');
  if (fileName === undefined) {
    values[name] = content.toString();
    return;
  }
  const contentType = /content-type:\s*(\S+)/i.exec(head)?.[1] ?? 'application/octet-stream';
  uploads.set(name, { fileName, contentType, bytes: Buffer.from(content) });
}
