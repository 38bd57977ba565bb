import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './commands/commands.js';
import { createCursors } from './commands/cursors.js';
import type { Context } from './commands/context.js';
import { expireDocuments, sweepExpired } from './expireDocuments.js';
import { listen, lockDirectory, lockedError, LONGEST_SOCKET_PATH } from './lockDirectory.js';
import type { Stats } from './query/scan.js';
import { createCatalogue } from './storage/catalogue.js';
import { openStorage, type Storage } from './storage/openStorage.js';
import { serveConnections } from './wire/serveConnections.js';

export type EmbeddedStoreOptions = {
  /** Where the data lies; made (for this user alone) when it does not exist. */
  dir: string;
  /** Bytes on disk beyond which nothing more is written (error 14031); default 8 GiB. */
  sizeLimitBytes?: number;
  /** Hears of STORE_NEARLY_FULL, STORE_FULL, STORE_COMMAND_FAILED and STORE_EXPIRY_FAILED. */
  onWarning?: (code: string, fields: object) => void;
  now?: () => Date;
};

export type EmbeddedStore = {
  /** A mongodb:// address, without a database, for mongoose, the driver and agenda. */
  readonly uri: string;
  /** Bytes of the data file, which is mapped into memory. */
  mappedBytes(): number;
  readonly stats: Readonly<Stats>;
  /** Removes at once what TTL indexes have expired; gives how many documents. Runs every minute by itself. */
  sweepExpired(): Promise<number>;
  /** Finishes running writes, answers them and closes. */
  close(): Promise<void>;
};

const DEFAULT_LIMIT = 8 * 1024 ** 3;
const WARN_AT = 0.8;

/**
 * Starts a MongoDB-compatible server inside this process, on a unix socket that only this user can reach (on Windows:
 * on loopback). Rejects with code STORE_LOCKED when another process uses the directory.
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  // all in a folder of its own that only this user can enter, whatever the given one allows
  const own = join(options.dir, 'db');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  chmodSync(own, 0o700);
  const dir = realpathSync(own);
  if (inUse.has(dir)) throw lockedError(dir);
  inUse.add(dir);
  try {
    return await start({ ...options, dir });
  } catch (error) {
    inUse.delete(dir);
    throw error;
  }
}

/** Directories of this process. */
const inUse = new Set<string>();

async function start(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const {
    dir,
    sizeLimitBytes = DEFAULT_LIMIT,
    onWarning = () => undefined,
    now = () => new Date(),
  } = options;
  const catalogue = createCatalogue((): Storage => storage);
  const storage: Storage = openStorage({
    dir,
    sizeLimitBytes,
    onSize: sizeWarnings(sizeLimitBytes, onWarning),
    beforeCommit: () => catalogue.save(),
    onUndo: () => catalogue.load(),
  });
  const lock = await lockDirectory(dir, storage).catch(async (error: unknown) => {
    await storage.close();
    throw error;
  });
  catalogue.load();
  const cursors = createCursors(now);
  const stats: Stats = { examined: 0 };
  const context: Context = { storage, catalogue, stats, cursors, now };
  const stopExpiry = expireDocuments(context, onWarning);
  const connections = serveConnections(
    (request, connection) => runCommand(context, request, connection),
    onWarning,
  );
  const path = socketPath(dir);
  await listen(connections.server, path);
  if (path !== undefined) chmodSync(path, 0o600);
  const uri =
    path === undefined
      ? `mongodb://127.0.0.1:${(connections.server.address() as AddressInfo).port}` // of a TCP server it is an object
      : `mongodb://${encodeURIComponent(path)}`;
  let closing: Promise<void> | undefined;
  return {
    uri,
    stats,
    mappedBytes: () => storage.mappedBytes(),
    sweepExpired: () => sweepExpired(context),
    close: () =>
      (closing ??= (async () => {
        stopExpiry();
        cursors.close();
        await connections.close();
        await storage.close();
        await lock.release();
        inUse.delete(dir);
        if (path !== undefined)
          rmSync(path.startsWith(dir) ? path : dirname(path), { recursive: true, force: true });
      })()),
  };
}

/** In the data directory, or in a private temporary one when that path is too long for a socket. */
function socketPath(dir: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  const path = join(dir, 'store.sock');
  if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH)
    return join(mkdtempSync(join(tmpdir(), 'store-')), 'store.sock');
  rmSync(path, { force: true });
  return path;
}

function sizeWarnings(
  limit: number,
  onWarning: (code: string, fields: object) => void,
): (bytes: number) => void {
  let said = 0;
  return (bytes) => {
    const level = bytes >= limit ? 2 : bytes >= limit * WARN_AT ? 1 : 0;
    if (level > said) onWarning(level === 2 ? 'STORE_FULL' : 'STORE_NEARLY_FULL', { bytes, limit });
    said = level;
  };
}
