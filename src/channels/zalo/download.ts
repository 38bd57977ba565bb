import axios from 'axios';
import { DomainError } from '../../domain/errors.js';
import { FILE_HOSTS } from './facts.js';

const TIMEOUT_MS = 30_000;
const MAX_HOPS = 3;

/**
 * Fetches a file that came with a message, from the platform's own hosts only (https), or from one of the configured
 * `roots`; a redirect must lead to such a place too. Throws DomainError `file-gone` or `file-too-large`
 * {maxBytes}; what the network does is thrown as it is.
 */
export async function download(
  address: string,
  maxBytes: number,
  roots: readonly string[],
): Promise<Uint8Array> {
  let at = address;
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    if (!isAllowed(at, roots)) throw new DomainError('file-gone');
    const next = await fetchOnce(at, maxBytes);
    if (typeof next !== 'string') return next;
    at = new URL(next, at).href;
  }
  throw new DomainError('file-gone');
}

/** Whether files may be fetched from this address. */
export function isAllowed(address: string, roots: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (roots.some((root) => new URL(root).origin === url.origin)) return true;
  const ours = FILE_HOSTS.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return ours && url.protocol === 'https:' && url.port === '' && url.username === '';
}

/** The bytes, or where a redirect leads. */
async function fetchOnce(address: string, maxBytes: number): Promise<Uint8Array | string> {
  try {
    const { status, data, headers } = await axios.get<Buffer>(address, {
      responseType: 'arraybuffer',
      timeout: TIMEOUT_MS,
      maxRedirects: 0,
      maxContentLength: maxBytes,
      validateStatus: () => true,
    });
    const location: unknown = headers.location;
    if (status >= 300 && status < 400 && typeof location === 'string') return location;
    if (status >= 400 && status < 500) throw new DomainError('file-gone');
    if (status >= 300) throw new Error(`file-http-${status}`);
    return data;
  } catch (error) {
    if (error instanceof Error && /maxContentLength/.test(error.message))
      throw new DomainError('file-too-large', { maxBytes }, { cause: error });
    throw error;
  }
}
