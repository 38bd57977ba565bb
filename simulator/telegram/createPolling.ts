import type { Clock } from '../../src/clock.js';
import { ApiError } from './apiError.js';
import type { OnGone } from './context.js';
import type { Record_ } from './createRecord.js';
import type { UpdateQueue } from './createUpdateQueue.js';
import type { WireUpdate } from './wire.js';

export type PollRequest = { offset: number; limit: number; timeoutSeconds: number };
export type Polling = ReturnType<typeof createPolling>;

/** getUpdates: long polling, where asking from an offset confirms what lies before it. */
export function createPolling(parts: { clock: Clock; queue: UpdateQueue; record: Record_ }) {
  const { clock, queue, record } = parts;
  let waiter: { end: (updates: WireUpdate[] | ApiError) => void; request: PollRequest } | undefined;

  const take = ({ offset, limit }: PollRequest): WireUpdate[] => {
    for (const item of [...queue.pending]) {
      if (queue.isExpired(item)) queue.settle(item, 'dropped');
    }
    const all = [...queue.pending];
    const from = offset < 0 ? (all.at(offset)?.update.update_id ?? 0) : offset;
    for (const item of all) if (item.update.update_id < from) queue.settle(item, 'delivered');
    const given = all.filter((item) => item.update.update_id >= from).slice(0, limit);
    for (const item of given) record.attempted(item.record, clock.now().getTime(), 'polled');
    return given.map((item) => item.update);
  };

  const answer = (): void => {
    const waiting = waiter;
    if (!waiting) return;
    waiter = undefined;
    waiting.end(take(waiting.request));
  };
  // A moment's grace gathers what one action makes into one batch, as the real server does.
  const onPush = (): void => void (waiter && setImmediate(answer));
  queue.onPush.add(onPush);

  return {
    /** Another poller or a webhook takes over: the one that waits is told 409. */
    terminate(by: string): void {
      const waiting = waiter;
      waiter = undefined;
      waiting?.end(new ApiError(409, `Conflict: terminated by ${by}`));
    },

    /** Resolves with updates, empty after the time-out; a client that has gone waits no more. */
    poll(request: PollRequest, onGone: OnGone): Promise<WireUpdate[]> {
      const updates = take(request);
      if (updates.length > 0 || request.timeoutSeconds <= 0) return Promise.resolve(updates);
      return new Promise((resolve, reject) => {
        const own = {
          request,
          end: (result: WireUpdate[] | ApiError): void => {
            cancel();
            if (result instanceof ApiError) reject(result);
            else resolve(result);
          },
        };
        const leave = (updates_: WireUpdate[]): void => {
          if (waiter !== own) return;
          waiter = undefined;
          own.end(updates_);
        };
        const until = new Date(clock.now().getTime() + request.timeoutSeconds * 1000);
        const cancel = clock.wakeAt(until, () => leave([]));
        onGone(() => leave([]));
        waiter = own;
      });
    },

    close(): void {
      queue.onPush.delete(onPush);
      this.terminate('close');
    },
  };
}
