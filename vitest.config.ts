import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Tests start the program and its threads hundreds of times: what Node compiles of them is kept, with the packages.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('./node_modules/.cache/compiled', import.meta.url))

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/sharedPage.ts', 'test/support/softwareVulkan.ts'],
    // A process each: the addon keeps its threads and TensorFlow.js its backends per process, and a test may kill its own.
    pool: 'forks',
    // Trainings take every core they are given; more files at once only make each other late.
    maxWorkers: 2,
    // Some tests start real processes and train; a busy machine takes its time over them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
