/** Entry of the command line: connects the commands to the rest of the program. Started by sparse-sharing.mjs. */
import { readFileSync } from 'node:fs'
import type { CoreLoader } from '../cli/command.ts'
import { processIo } from '../cli/io.ts'
import { main } from '../cli/main.ts'

const core: CoreLoader = {
  store: () => import('../store/index.ts'),
  async all() {
    const [{ openStore }, { createRun, runExperiment, RunControl }] = await Promise.all([
      import('../store/index.ts'),
      import('../experiment/lifecycle.ts'),
    ])
    return { openStore, createRun, runExperiment, newControl: () => new RunControl() }
  },
  async tagger() {
    const [{ openStore }, { tagInput }, { toolWriter }] = await Promise.all([
      import('../store/index.ts'),
      import('../tagger/index.ts'),
      import('../annotation/index.ts'),
    ])
    return { openStore, tagInput: (source, job) => tagInput(source, job, toolWriter) }
  },
  async devices() {
    const [
      { openStore },
      { deviceReport, diagnostics, preferBackend },
      { probeBackends, probeOnFirstStart },
      { forkTrainer },
    ] = await Promise.all([
      import('../store/index.ts'),
      import('../devices/index.ts'),
      import('../trainer/probeBackends.ts'),
      import('../trainer/fork.ts'),
    ])
    return {
      openStore,
      deviceReport,
      diagnostics,
      preferBackend,
      probeBackends: (store, options) => probeBackends(store, forkTrainer, options),
      probeOnFirstStart: (store, onChoice) =>
        probeOnFirstStart(
          store,
          (backend, measure) => probeBackends(store, forkTrainer, { measure, backends: [backend] }),
          onChoice,
        ),
    }
  },
  exporter: () => import('../export/index.ts'),
  annotation: () => import('../annotation/index.ts'),
  experiments: () => import('../experiments/index.ts'),
  async estimate() {
    const [{ estimateExperiment }, { OWN_BACKENDS }] = await Promise.all([
      import('../experiment/estimate.ts'),
      import('../../shared/devices/backends.ts'),
    ])
    return (config) => estimateExperiment(config, OWN_BACKENDS)
  },
  vectors: () => import('../vectorLibrary/index.ts'),
  studio: async (database) => (await import('./studioRequests.ts')).openRequests(database, version()),
  loopbackServer: async () => (await import('./loopbackServer.ts')).loopbackServerOf(version()),
  async log(database, level, message, error) {
    const log = (await import('../log/index.ts')).openLog(database, level)
    log.error(message, error)
    await log.dispose()
  },
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** Returns the exit code. */
export function runCli(argv: readonly string[]): Promise<number> {
  return main(argv, version(), { io: processIo(), core })
}
