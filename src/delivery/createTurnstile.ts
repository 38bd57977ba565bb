/** Lets so many through at the same time; the others wait in the order in which they came. */
export function createTurnstile(many: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (run) => {
    if (inside < many) inside++;
    else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over the place of one who leaves
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inside--;
    }
  };
}
