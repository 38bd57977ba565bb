import { ABORT, open, type Database, type RootDatabase } from 'lmdb';
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

type Job = {
  run: () => unknown;
  frees: boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
};
type Outcome = { value: unknown } | { error: unknown };

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

/** Opens (or makes) the files in `dir`, which exists. */
export function openStorage(options: StorageOptions): Storage {
  const { dir } = options;
  const environment: RootDatabase<Buffer, Buffer> = open(dir, {
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 2,
    // Address space, not memory: a map that grows is kept in all its former sizes too, and counts as often.
    ...(process.platform === 'win32' ? {} : { mapSize: mapSizeFor(options.sizeLimitBytes) }),
    overlappingSync: false, // a commit is on disk when it resolves, on every system
  });
  const tree: Database<Buffer, Buffer> = environment.openDB('tree', {
    encoding: 'binary',
    keyEncoding: 'binary',
  });
  const group = createGroupCommit(environment, options);
  return {
    environment,
    peek: (key) => tree.getBinaryFast(key),
    get: (key) => tree.getBinary(key),
    entries: (range) => tree.getRange(bounds(range)),
    keys: (range) => tree.getKeys(bounds(range)),
    count: (low, high) => tree.getKeysCount({ start: low, end: high }),
    put(key, value) {
      group.noteBytes(key.length + value.length);
      tree.putSync(key, value);
    },
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

/** Room beyond the limit, for what is written before it is noticed and for what deleting needs. */
function mapSizeFor(sizeLimitBytes: number): number {
  return Math.ceil((sizeLimitBytes * 1.25 + 256 * 1024 ** 2) / 65_536) * 65_536;
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
 * Commands that arrive while a commit is under way are carried out in one transaction and share the next commit, so
 * the cost of the disk is divided among all who wait. LMDB flushes in a thread of its own.
 */
function createGroupCommit(
  environment: RootDatabase<Buffer, Buffer>,
  options: StorageOptions,
): { write: Storage['write']; idle: () => Promise<void>; noteBytes: (bytes: number) => void } {
  const size = createSizeWatch(environment, options);
  let waiting: Job[] = [];
  let busy = false;
  const idlers: Array<() => void> = [];

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const jobs = waiting;
      waiting = [];
      const outcomes = await attempt(
        () => runTogether(environment, jobs, size.isFull(), options),
        jobs.length,
      );
      for (const [i, job] of jobs.entries()) settle(job, outcomes[i]);
      size.check();
      // what the answers bring about at once joins the next transaction
      await new Promise((resolve) => setImmediate(resolve));
    }
    busy = false;
    for (const idler of idlers.splice(0)) idler();
  };

  return {
    noteBytes: size.note,
    write: <T>(run: () => T, { frees = false }: { frees?: boolean } = {}) =>
      new Promise<T>((resolve, reject) => {
        // the job resolves with what its own `run` returned
        waiting.push({ run, frees, resolve: resolve as (value: unknown) => void, reject });
        if (busy) return;
        busy = true;
        setImmediate(() => void work());
      }),
    idle: () => new Promise((resolve) => (busy ? idlers.push(resolve) : resolve())),
  };
}

/** Nobody may wait forever: what goes wrong beside the jobs themselves is everybody's error. */
async function attempt(run: () => Promise<Outcome[]>, jobs: number): Promise<Outcome[]> {
  try {
    return await run();
  } catch (error) {
    return Array.from({ length: jobs }, () => ({ error }));
  }
}

function settle(job: Job, outcome: Outcome | undefined): void {
  if (outcome === undefined || 'error' in outcome) job.reject(outcome?.error);
  else job.resolve(outcome.value);
}

/** Looks at the size of the files once enough was written since the last time. */
function createSizeWatch(
  environment: RootDatabase<Buffer, Buffer>,
  { sizeLimitBytes, onSize }: StorageOptions,
): { note: (bytes: number) => void; check: () => void; isFull: () => boolean } {
  const step = Math.min(1_000_000, sizeLimitBytes / 50);
  let written = step;
  let full = mappedBytes(environment) >= sizeLimitBytes;
  return {
    note: (bytes) => void (written += bytes),
    check() {
      if (written < step) return;
      written = 0;
      const bytes = mappedBytes(environment);
      full = bytes >= sizeLimitBytes;
      onSize(bytes);
    },
    isFull: () => full,
  };
}

/** One transaction for all jobs; when one of them fails unexpectedly it is undone and each gets its own. */
async function runTogether(
  environment: RootDatabase<Buffer, Buffer>,
  jobs: readonly Job[],
  full: boolean,
  hooks: StorageOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  try {
    const result: unknown = await environment.childTransaction(() => {
      for (const job of jobs) {
        const outcome = runOne(job, full);
        outcomes.push(outcome);
        if ('error' in outcome && !(outcome.error instanceof StoreError)) return ABORT;
      }
      hooks.beforeCommit();
      return undefined;
    });
    if (result !== ABORT) return outcomes;
    hooks.onUndo();
    if (jobs.length === 1) return outcomes;
  } catch (error) {
    hooks.onUndo();
    if (jobs.length === 1) return [{ error }];
  }
  const single: Outcome[] = [];
  for (const job of jobs) single.push(...(await runTogether(environment, [job], full, hooks)));
  return single;
}

function runOne(job: Job, full: boolean): Outcome {
  if (full && !job.frees) return { error: outOfSpace('the embedded store has reached its size limit') };
  try {
    return { value: job.run() };
  } catch (error) {
    return { error };
  }
}
