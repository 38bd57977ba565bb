import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The page is tried in a real browser, which Node alone is not: `npm run test:page`.
    exclude: [...configDefaults.exclude, 'test/page/**'],
    sequence: { shuffle: true },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: '100%',
    // No module keeps state, so test files may share what was loaded; loading is the larger part of the time.
    isolate: false,
  },
});
