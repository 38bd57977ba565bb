/** The bytes of a file that somebody sent (https://core.telegram.org/bots/api#getfile). */
import { TelegramError } from 'telegraf';
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import type { Attachment } from '../../domain/question.js';
import { DomainError } from '../../domain/errors.js';
import { CHANNEL } from './decode.js';
import type { Client } from './createClient.js';

/** What Telegram lets a bot download. */
const MAX_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

const fileSchema = z.object({ file_path: z.string().optional(), file_size: z.number().optional() });

/**
 * At most `maxBytes`, and at most what Telegram gives. Throws DomainError `file-too-large` {maxBytes} or `file-gone`;
 * a fault of the network is thrown as it is, so that it may be tried again.
 */
export async function download(
  from: { client: Client; token: string; apiRoot: string; clock: Clock },
  attachment: Attachment,
  maxBytes: number,
): Promise<Uint8Array> {
  const limit = Math.min(maxBytes, MAX_BYTES);
  if (attachment.channel !== CHANNEL) throw new DomainError('file-gone');
  if ((attachment.size ?? 0) > limit) throw new DomainError('file-too-large', { maxBytes: limit });
  const { file_path: path, file_size: size = 0 } = await fileOf(from.client, attachment.fileRef, limit);
  if (size > limit) throw new DomainError('file-too-large', { maxBytes: limit });
  if (path === undefined) throw new DomainError('file-gone');
  const given = new AbortController();
  const cancel = from.clock.wakeAt(new Date(from.clock.now().getTime() + TIMEOUT_MS), () => given.abort());
  try {
    const response = await fetch(new URL(`/file/bot${from.token}/${path}`, from.apiRoot), {
      signal: given.signal,
    });
    if (response.status === 404) throw new DomainError('file-gone');
    if (!response.ok || response.body === null)
      throw new Error(`Telegram answered ${response.status} for a file`);
    return await readAtMost(response.body, limit);
  } finally {
    cancel();
  }
}

async function fileOf(client: Client, fileRef: string, limit: number): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(await client.call('getFile', { file_id: fileRef }));
  } catch (error) {
    if (!(error instanceof TelegramError) || error.code !== 400) throw error;
    if (/too big/i.test(error.description))
      throw new DomainError('file-too-large', { maxBytes: limit }, { cause: error });
    throw new DomainError('file-gone', {}, { cause: error });
  }
}

async function readAtMost(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > limit) throw new DomainError('file-too-large', { maxBytes: limit });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
