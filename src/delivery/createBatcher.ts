/** Group commit that paces itself: what comes while one write is under way goes together with the next. */

export type Batcher<Item, Result> = {
  /**
   * Resolves or rejects with what became of this item. One that is given up before its turn is left out and never
   * settles.
   */
  add(item: Item, until?: { isGivenUp: boolean }): Promise<Result>;
  /** Items that are waiting or under way. */
  size(): number;
};

/**
 * `run` gets the items in the order in which they came, one call at a time, at most `maxSize` together, and answers
 * for each a result or an error. When it rejects, all of its items do.
 */
export function createBatcher<Item, Result>(
  maxSize: number,
  run: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
): Batcher<Item, Result> {
  type Waiting = {
    item: Item;
    until: { isGivenUp: boolean } | undefined;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let underWay = 0;
  let scheduled = false;

  const flush = async (): Promise<void> => {
    waiting = waiting.filter(({ until }) => until?.isGivenUp !== true);
    const batch = waiting.slice(0, maxSize);
    waiting = waiting.slice(maxSize);
    underWay = batch.length;
    try {
      const results = batch.length === 0 ? [] : await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result instanceof Error) reject(result);
        else resolve(result as Result); // `run` answers for each item
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    underWay = 0;
    scheduled = false;
    schedule();
  };

  // After the input of this turn of the event loop, so that what arrived together is written together.
  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => (waiting.length === 0 ? void (scheduled = false) : void flush()));
  };

  return {
    add: (item, until) =>
      new Promise<Result>((resolve, reject) => {
        waiting.push({ item, until, resolve, reject });
        schedule();
      }),
    size: () => waiting.length + underWay,
  };
}
