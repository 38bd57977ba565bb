import { describe, expect, it } from 'vitest';
import { runChaos } from '../../scripts/chaos/runChaos.js';

describe('a process that is killed a dozen times under load', () => {
  it(
    'loses nothing and does nothing twice, and stops in order on SIGTERM',
    { timeout: 120_000 },
    async () => {
      const report = await runChaos({ kills: 12, stops: 1, seed: 7, longestMs: 300, early: 0.4, asking: 6 });
      expect(report.faults).toEqual([]);
      expect(report).toMatchObject({ kills: 12, stops: 2 });
      expect(report.questions).toBeGreaterThanOrEqual(6);
      expect(report.slowestStopMs).toBeLessThan(10_000);
    },
  );
});
