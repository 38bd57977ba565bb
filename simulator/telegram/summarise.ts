/** Milliseconds; 0 where nothing was measured. */
export type Latency = { count: number; p50: number; p99: number; max: number };

/** Median, 99th percentile and maximum of some durations in ms (nearest rank). */
export function summarise(durations: readonly number[]): Latency {
  const sorted = [...durations].sort((a, b) => a - b);
  const rank = (fraction: number): number => sorted[Math.ceil(sorted.length * fraction) - 1] ?? 0;
  return { count: sorted.length, p50: rank(0.5), p99: rank(0.99), max: sorted.at(-1) ?? 0 };
}
