/**
 * Plain TensorFlow.js, in JavaScript: runs everywhere, slowly. It has none of our kernels, so every op runs as its
 * composed version.
 */
import { totalmem } from 'node:os'
import { setBackend, version_core } from '@tensorflow/tfjs-core'
import type { Backend } from '../backend.ts'
import { processorName } from '../machine.ts'

export const cpu: Backend = {
  name: 'cpu',

  async probe() {
    return {
      usable: true,
      version: `TensorFlow.js ${version_core}`,
      device: processorName(),
      memoryBytes: totalmem(),
      isa: null,
    }
  },

  async use() {
    // The composed ops need TensorFlow.js’ own gradients; only this package registers them all.
    await import('@tensorflow/tfjs')
    await setBackend('cpu')
  },
}
