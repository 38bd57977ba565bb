import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ABORT, open, type Database, type RootDatabase, type TransactionFlags } from 'lmdb';
import { outOfSpace, StoreError } from '../errors.js';

/** The ordered key-value ground everything stands on: one B-tree of binary keys and values. */
export type Storage = {
  /** A value in a buffer that the next call overwrites; undefined when there is none. */
  peek(key: Buffer): Buffer | undefined;
  /** A copy of a value. */
  get(key: Buffer): Buffer | undefined;
  /** Entries with `low` <= key < `high`, lazily. Only within one turn: nothing may be written meanwhile. */
  entries(range: KeyRange): Iterable<{ key: Buffer; value: Buffer }>;
  keys(range: KeyRange): Iterable<Buffer>;
  count(low: Buffer, high: Buffer): number;
  /** Only inside `write`. */
  put(key: Buffer, value: Buffer): void;
  remove(key: Buffer): boolean;
  /**
   * Runs `work` in a write transaction, together with whatever else waits, and resolves once it is on disk. What
   * `work` throws rejects; a `StoreError` leaves in place what was written before it, anything else undoes all of it.
   */
  write<T>(work: () => T, options?: { frees?: boolean }): Promise<T>;
  /** Only inside `write`: undoes all of `work` when it throws. */
  atomically<T>(work: () => T): T;
  mappedBytes(): number;
  /** Waits for what is under way and closes. */
  close(): Promise<void>;
  /** The environment, for the directory lock. */
  readonly environment: RootDatabase<Buffer, Buffer>;
};

export type KeyRange = { low: Buffer; high: Buffer; reverse?: boolean };

type Job = { run: () => unknown; frees: boolean; resolve: (value: unknown) => void; reject: (error: unknown) => void };
type Outcome = { value: unknown } | { error: unknown };

// lmdb-js's own flags: abortable (1), commit in this thread (2), do not flush yet (0x10000): `sync` does, in a thread.
const COMMIT_NOW_FLUSH_LATER = 0x10003 as TransactionFlags; // its types name single flags only

export type StorageOptions = {
  dir: string;
  /** Once the files are this large, only what frees space is written. */
  sizeLimitBytes: number;
  /** Hears of the files' size after every commit. */
  onSize: (bytes: number) => void;
  /** Called inside the transaction, after the last `work` of it. */
  beforeCommit: () => void;
  /** Called when a transaction was undone: what memory knows of it is no longer true. */
  onUndo: () => void;
};

/** Opens (or makes) the files in `dir`. */
export function openStorage(options: StorageOptions): Storage {
  const { dir } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const environment: RootDatabase<Buffer, Buffer> = open(join(dir, 'db'), {
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 2,
  });
  const tree: Database<Buffer, Buffer> = environment.openDB('tree', { encoding: 'binary', keyEncoding: 'binary' });
  const group = createGroupCommit(environment, options);
  return {
    environment,
    peek: (key) => tree.getBinaryFast(key),
    get: (key) => tree.getBinary(key),
    entries: (range) => tree.getRange(bounds(range)),
    keys: (range) => tree.getKeys(bounds(range)),
    count: (low, high) => tree.getKeysCount({ start: low, end: high }),
    put: (key, value) => void tree.putSync(key, value),
    remove: (key) => tree.removeSync(key),
    write: group.write,
    atomically: <T>(work: () => T) => environment.transactionSync(work, 1),
    mappedBytes: () => mappedBytes(environment),
    async close() {
      await group.idle();
      await environment.close();
    },
  };
}

function bounds({ low, high, reverse }: KeyRange): Record<string, unknown> {
  return reverse === true
    ? { start: high, end: low, reverse: true, exclusiveStart: true, inclusiveEnd: true }
    : { start: low, end: high };
}

function mappedBytes(environment: RootDatabase<Buffer, Buffer>): number {
  // lmdb-js does not type its statistics
  const stats = environment.getStats() as { pageSize: number; lastPageNumber: number };
  return stats.pageSize * (stats.lastPageNumber + 1);
}

/**
 * Commands that arrive while a flush runs are carried out in one transaction and share the next flush, so the cost of
 * the disk is divided among all who wait.
 */
function createGroupCommit(
  environment: RootDatabase<Buffer, Buffer>,
  options: StorageOptions,
): { write: Storage['write']; idle(): Promise<void> } {
  let waiting: Job[] = [];
  let busy = false;
  let idlers: Array<() => void> = [];

  const next = (): void => {
    const jobs = waiting;
    waiting = [];
    if (jobs.length === 0) {
      busy = false;
      for (const idler of idlers.splice(0)) idler();
      return;
    }
    const outcomes = runTogether(environment, jobs, mappedBytes(environment) >= options.sizeLimitBytes, options);
    flush(environment, (error) => {
      options.onSize(mappedBytes(environment));
      jobs.forEach((job, i) => {
        const outcome = outcomes[i];
        if (error) job.reject(error);
        else if (outcome === undefined || 'error' in outcome) job.reject(outcome?.error);
        else job.resolve(outcome.value);
      });
      setImmediate(next);
    });
  };

  return {
    write: <T>(work: () => T, { frees = false }: { frees?: boolean } = {}) =>
      new Promise<T>((resolve, reject) => {
        // the job resolves with what its own `work` returned
        waiting.push({ run: work, frees, resolve: resolve as (value: unknown) => void, reject });
        if (busy) return;
        busy = true;
        setImmediate(next);
      }),
    idle: () => new Promise((resolve) => (busy ? idlers.push(resolve) : resolve())),
  };
}

function flush(environment: RootDatabase<Buffer, Buffer>, done: (error: Error | null) => void): void {
  // `sync` is lmdb-js's own, not in its types: flushes in a thread, then calls back.
  const syncing = environment as unknown as { sync(callback: (error: Error | null) => void): void };
  syncing.sync(done);
}

function runTogether(
  environment: RootDatabase<Buffer, Buffer>,
  jobs: readonly Job[],
  full: boolean,
  hooks: StorageOptions,
): Outcome[] {
  const outcomes: Outcome[] = [];
  try {
    let undo = false;
    environment.transactionSync(() => {
      undo = !jobs.every((job) => {
        const outcome = runOne(job, full);
        outcomes.push(outcome);
        return 'value' in outcome || outcome.error instanceof StoreError;
      });
      if (undo) return ABORT;
      hooks.beforeCommit();
      return undefined;
    }, COMMIT_NOW_FLUSH_LATER);
    if (!undo) return outcomes;
    hooks.onUndo();
    if (jobs.length === 1) return outcomes;
  } catch (error) {
    hooks.onUndo();
    if (jobs.length === 1) return [{ error }];
  }
  // one by one, so that the failure of one command does not fail the others
  return jobs.flatMap((job) => runTogether(environment, [job], full, hooks));
}

function runOne(job: Job, full: boolean): Outcome {
  if (full && !job.frees) return { error: outOfSpace('the embedded store has reached its size limit') };
  try {
    return { value: job.run() };
  } catch (error) {
    return { error };
  }
}
