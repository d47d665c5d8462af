import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longestFirst.ts';

export default defineConfig({
  test: {
    // Two cores, and PostgreSQL wants some of them as well: a third worker only makes the others wait.
    maxWorkers: 2,
    pool: 'threads',
    // What hangs is given up; how fast the machine is, and what else it does, decides nothing.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 120_000,
    reporters: ['default', './tools/reporter.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        // Pure functions: no database, and nothing in one file that another could disturb.
        test: { name: 'core', include: ['core/src/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        // Only a run that touches this project starts PostgreSQL. A file has its own database and server, but loading the product
        // anew for each took a third of the time: nothing may be kept in a module that a second test would trip over.
        test: {
          name: 'server',
          isolate: false,
          include: ['server/src/**/*.test.ts', 'scenarios/**/*.test.ts'],
          globalSetup: ['server/src/testing/globalSetup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'sdk', include: ['sdk/src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'tools', include: ['tools/**/*.test.ts', 'bin/**/*.test.ts'] },
      },
    ],
  },
});
