/** Answers about the backends of this machine. Rates and ranks are those at the paper's batch size. */
import { configSchema } from '../../../shared/settings/config.ts'
import { deviceReport, diagnostics, preferBackend } from '../../devices/index.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

const BATCH = configSchema.shape.optimizer.parse({}).batchSize

export function deviceHandlers({ store, trainer }: ApiContext): HandlersOf<'devices'> {
  const report = () => deviceReport(store, BATCH)
  return {
    'devices.list': report,
    async 'devices.probe'({ backend, measure }) {
      await trainer.probe(backend, measure)
      return report()
    },
    'devices.prefer'({ backend }) {
      preferBackend(store, backend)
      return report()
    },
    'devices.diagnostics': () => ({ text: diagnostics(store) }),
  }
}
