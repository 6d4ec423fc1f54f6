import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longestFirst.ts'

// Tests start the program and its threads hundreds of times: keep Node's compile cache.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('./node_modules/.cache/compiled', import.meta.url))

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/sharedPage.ts', 'test/support/softwareVulkan.ts'],
    // One process per file: the addon has its threads and TensorFlow.js its backends per process, and a test may kill
    // its own.
    pool: 'forks',
    // Trainings use all cores; more files at once would only slow each other down.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Limits only end what hangs: whatever a test waits for comes, on a busy machine many times later than here.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // npm run coverage. What runs in worker threads or in processes that a test starts is not counted.
    coverage: {
      provider: 'v8',
      include: ['main/**/*.ts', 'shared/**/*.ts'],
      reporter: ['text', 'html', 'json-summary'],
      reportsDirectory: 'coverage',
    },
  },
})
