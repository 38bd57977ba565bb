/**
 * The ids that are in memory, so that a look into the store does not bring them again. An id that is dealt with
 * stays known until every look that began before has ended: such a look may still have seen it waiting.
 */
export type Known = {
  has(id: string): boolean;
  add(id: string): void;
  /** Dealt with, and marked so in the store. */
  leave(id: string): void;
  /** Dropped here: the next look may bring it again. */
  forget(id: string): void;
  /** How many are held; those dealt with do not count. */
  size(): number;
  /** A look into the store, together with taking in what it found. */
  look<T>(run: () => Promise<T>): Promise<T>;
};

export function createKnown(): Known {
  const ids = new Set<string>();
  const looks = new Set<number>();
  let left: { id: string; before: number }[] = [];
  let lastLook = 0;

  return {
    has: (id) => ids.has(id),
    add: (id) => void ids.add(id),
    leave(id) {
      if (looks.size === 0) ids.delete(id);
      else if (ids.has(id)) left.push({ id, before: lastLook });
    },
    forget: (id) => void ids.delete(id),
    size: () => ids.size - left.length,
    async look(run) {
      const number = ++lastLook;
      looks.add(number);
      try {
        return await run();
      } finally {
        looks.delete(number);
        const oldest = Math.min(...looks);
        const over = left.filter(({ before }) => before < oldest);
        for (const { id } of over) ids.delete(id);
        if (over.length > 0) left = left.filter(({ before }) => before >= oldest);
      }
    },
  };
}
