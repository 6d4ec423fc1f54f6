/** Handlers about the backends of this machine. Speeds and the order are those at the paper's batch size. */
import { configSchema } from '../../../shared/settings/config.ts'
import { deviceReport, diagnostics, preferBackend } from '../../devices/index.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

const BATCH_SIZE = configSchema.shape.optimizer.parse({}).batchSize

export function deviceHandlers({ store, trainer, logTail }: ApiContext): HandlersOf<'devices'> {
  const report = () => deviceReport(store, BATCH_SIZE)
  return {
    'devices.list': report,
    async 'devices.probe'({ backend, measure }, signal) {
      await trainer.probe(backend, measure, signal)
      return report()
    },
    'devices.prefer'({ backend }) {
      preferBackend(store, backend)
      return report()
    },
    'devices.diagnostics': () => ({ text: diagnostics(store, { log: logTail?.() ?? '' }) }),
  }
}
