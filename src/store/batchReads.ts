/**
 * Reads by key, several at once: what is asked for while one read is under way goes together with the next, so that
 * each reader sees what was there when it asked or later. A key that is not found gives undefined.
 */
export function batchReads<Key, Found>(
  read: (keys: Key[]) => Promise<ReadonlyMap<Key, Found>>,
): (key: Key) => Promise<Found | undefined> {
  type Waiting = { key: Key; resolve: (found: Found | undefined) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let isReading = false;

  const next = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    try {
      const found = await read([...new Set(batch.map(({ key }) => key))]);
      for (const { key, resolve } of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    isReading = false;
    schedule();
  };
  const schedule = (): void => {
    if (isReading || waiting.length === 0) return;
    isReading = true;
    // After the input of this turn of the event loop, so that what came together is read together.
    setImmediate(() => void next());
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      schedule();
    });
}
