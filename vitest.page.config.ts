import { defineConfig } from 'vitest/config';

/** The page in a real Chromium (Debian's package, or the one that CHROMIUM names); one browser at a time. */
export default defineConfig({
  test: {
    include: ['test/page/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
