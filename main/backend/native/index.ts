/** The backend of our C++ kernels. */
import { totalmem } from 'node:os'
import { setBackend } from '@tensorflow/tfjs-core'
import { BUILD_COMMAND, loadNative } from '../../../native/index.ts'
import type { Backend } from '../backend.ts'
import { processorName } from '../machine.ts'
import { NATIVE } from './backend.ts'
import { registerNative } from './register.ts'

export const native: Backend = {
  name: NATIVE,

  async probe() {
    const loaded = loadNative()
    if ('reason' in loaded)
      return {
        usable: false,
        reason: loaded.reason,
        remedy: `build them with ${BUILD_COMMAND} (needs a C++ compiler)`,
      }
    const { isa } = loaded.kernels
    return { usable: true, version: `native kernels for ${isa}`, device: processorName(), memoryBytes: totalmem(), isa }
  },

  async use(threads) {
    const loaded = loadNative()
    if ('reason' in loaded) throw new Error(loaded.reason)
    registerNative(loaded.kernels)
    loaded.kernels.setThreads(threads)
    await setBackend(NATIVE)
  },
}
