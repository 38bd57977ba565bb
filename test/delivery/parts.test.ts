import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/clock.js';
import { createBatcher } from '../../src/delivery/createBatcher.js';
import { createTimers } from '../../src/delivery/createTimers.js';
import { isStoreAway } from '../../src/delivery/isStoreAway.js';
import { createBucket, createWindow } from '../../src/delivery/limits.js';

describe('group commit', () => {
  it('takes together what comes while a write is under way, in order', async () => {
    const batches: number[][] = [];
    let release: () => void = () => undefined;
    const batcher = createBatcher<number, number>(10, async (items) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => (release = resolve));
      return items.map((item) => item * 2);
    });
    const first = [batcher.add(1), batcher.add(2)];
    await turn();
    const second = [3, 4, 5].map((item) => batcher.add(item));
    release();
    expect(await Promise.all(first)).toEqual([2, 4]);
    await turn();
    release();
    expect(await Promise.all(second)).toEqual([6, 8, 10]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('fails those alone that failed', async () => {
    const batcher = createBatcher<number, number>(10, async (items) =>
      items.map((item) => (item === 2 ? new Error('two') : item)),
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(batcher.size()).toBe(0);
  });

  it('leaves out what was given up before its turn', async () => {
    const seen: number[] = [];
    const batcher = createBatcher<number, number>(10, async (items) => {
      seen.push(...items);
      return items;
    });
    const until = { isGivenUp: false };
    void batcher.add(1, until);
    const other = batcher.add(2);
    until.isGivenUp = true;
    await other;
    expect(seen).toEqual([2]);
  });
});

describe('limits', () => {
  it('let no more pass in any stretch of time than the rate and the burst allow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 300 })),
        (rate, burst, gaps) => {
          const bucket = createBucket(
            () => rate,
            () => burst,
          );
          const taken: number[] = [];
          let now = 1_000_000;
          for (const gap of gaps) {
            now += gap;
            if (bucket.readyAt() > now) continue;
            bucket.take(now);
            taken.push(now);
          }
          for (const [first, from] of taken.entries()) {
            for (let last = first; last < taken.length; last++) {
              const span = (taken[last] ?? from) - from;
              expect(last - first + 1).toBeLessThanOrEqual(burst + (span * rate) / 1000 + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('let a group have its number in any minute and the next when the first is a minute old', () => {
    const window = createWindow(3, 60_000);
    for (const at of [0, 10, 20]) {
      expect(window.readyAt()).toBeLessThanOrEqual(at);
      window.take(at);
    }
    expect(window.readyAt()).toBe(60_000);
    window.take(60_000);
    expect(window.readyAt()).toBe(60_010);
  });
});

describe('timers', () => {
  it('wake each at its time, in order, on one timer of the clock', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 }), (delays) => {
        const clock = createManualClock(new Date(0));
        const timers = createTimers(clock);
        const woken: { due: number; at: number }[] = [];
        for (const due of delays)
          timers.at(due + 1, () => woken.push({ due: due + 1, at: clock.now().getTime() }));
        clock.advance(2_000);
        expect(woken.map(({ due }) => due)).toEqual(delays.map((due) => due + 1).sort((a, b) => a - b));
        expect(woken.every(({ due, at }) => due === at)).toBe(true);
        expect(timers.next()).toBeUndefined();
      }),
    );
  });
});

describe('a store that is away', () => {
  const named = (name: string, more: object = {}): Error => Object.assign(new Error('x'), { name, ...more });

  it('is told from what a retry cannot mend', () => {
    expect(isStoreAway(named('MongoServerSelectionError'))).toBe(true);
    expect(isStoreAway(named('MongoServerError', { code: 11600 }))).toBe(true);
    expect(isStoreAway(new Error('outer', { cause: named('MongoNetworkError') }))).toBe(true);
    expect(isStoreAway(named('MongoServerError', { code: 11000 }))).toBe(false);
    expect(isStoreAway(new TypeError('x'))).toBe(false);
    expect(isStoreAway('text')).toBe(false);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
