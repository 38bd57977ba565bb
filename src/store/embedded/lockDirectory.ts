import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { Storage } from './storage/openStorage.js';

const OWNER_KEY = Buffer.from([0x00, 0x01]);
const ANSWER_MS = 2000;
const PREFIX = 'owner-';
/** Longest path of a unix socket that all systems take. */
export const LONGEST_SOCKET_PATH = 100;

/**
 * Makes this process the only one that uses the directory. Who uses it listens on an address noted in the storage and
 * is asked whether it is still there; the note is replaced only if it is still the one that was asked about, so of two
 * that start at once one wins. A process that was killed listens no more, so it blocks nobody.
 * Rejects with an error of code STORE_LOCKED when another process has the directory.
 */
export async function lockDirectory(dir: string, storage: Storage): Promise<{ release(): Promise<void> }> {
  const token = randomBytes(16).toString('hex');
  const path = join(dir, `${PREFIX}${token.slice(0, 12)}.sock`);
  const usesPath = process.platform !== 'win32' && Buffer.byteLength(path) <= LONGEST_SOCKET_PATH;
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end(token));
  await listen(server, usesPath ? path : undefined);
  server.unref();
  const address = usesPath ? path : String((server.address() as AddressInfo).port); // of a TCP server it is an object
  for (;;) {
    const owner = storage.get(OWNER_KEY)?.toString();
    if (owner !== undefined && (await isThere(owner))) {
      await closeServer(server);
      throw lockedError(dir);
    }
    const taken = await storage.write(
      () => {
        if (storage.get(OWNER_KEY)?.toString() !== owner) return false;
        storage.put(OWNER_KEY, Buffer.from(`${token} ${address}`));
        return true;
      },
      { frees: true },
    );
    if (taken) break;
  }
  removeStale(dir, path);
  return { release: () => closeServer(server) };
}

export function lockedError(dir: string): Error {
  return Object.assign(new Error(`the store in ${dir} is in use by another process`), {
    code: 'STORE_LOCKED',
  });
}

/** Asks an owner's address for its token; who accepts the connection but is too busy to answer is there as well. */
function isThere(owner: string): Promise<boolean> {
  const [token = '', address = ''] = owner.split(/ (.*)/s);
  return new Promise((resolve) => {
    const socket = /^\d+$/.test(address) ? connect(Number(address), '127.0.0.1') : connect(address);
    let answer = '';
    const decide = (there: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(there);
    };
    const timer = setTimeout(() => decide(true), ANSWER_MS);
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('end', () => decide(answer === token));
    socket.on('error', () => decide(false));
  });
}

function removeStale(dir: string, own: string): void {
  for (const name of readdirSync(dir)) {
    if (name.startsWith(PREFIX) && join(dir, name) !== own) rmSync(join(dir, name), { force: true });
  }
}

export function listen(server: Server, path: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const ready = (): void => {
      server.removeListener('error', reject);
      resolve();
    };
    if (path === undefined) server.listen(0, '127.0.0.1', ready);
    else server.listen(path, ready);
  });
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
