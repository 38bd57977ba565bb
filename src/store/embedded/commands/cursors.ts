import { Long } from 'bson';
import { StoreError } from '../errors.js';

/** Gives the next encoded documents of a result; `done` once there are no more. */
export type Batch = { documents: Buffer[]; done: boolean };
export type Reader = (batchSize: number | undefined) => Batch;

/** Results that did not fit into one reply. They hold positions, never a snapshot of the storage. */
export type Cursors = {
  open(namespace: string, read: Reader): Long;
  /** Error 43 when there is no such cursor (any more). */
  next(id: Long, namespace: string, batchSize: number | undefined): Batch;
  kill(id: Long): boolean;
  close(): void;
};

const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

/** Cursors that expire after ten idle minutes, like MongoDB's. */
export function createCursors(now: () => Date): Cursors {
  const open = new Map<string, { namespace: string; read: Reader; used: number }>();
  let last = 0;
  const sweep = setInterval(() => {
    const oldest = now().getTime() - IDLE_MS;
    for (const [id, cursor] of open) if (cursor.used < oldest) open.delete(id);
  }, SWEEP_MS);
  sweep.unref();
  return {
    open(namespace, read) {
      const id = Long.fromNumber(++last);
      open.set(id.toString(), { namespace, read, used: now().getTime() });
      return id;
    },
    next(id, namespace, batchSize) {
      const cursor = open.get(id.toString());
      if (cursor?.namespace !== namespace) {
        throw new StoreError(43, 'CursorNotFound', `cursor id ${id.toString()} not found`);
      }
      cursor.used = now().getTime();
      const batch = cursor.read(batchSize);
      if (batch.done) open.delete(id.toString());
      return batch;
    },
    kill: (id) => open.delete(id.toString()),
    close: () => clearInterval(sweep),
  };
}
