/** Plain TensorFlow.js, in JavaScript: computes everywhere, slowly. It has none of our kernels, so every op runs as its composed version. */
import { cpus, totalmem } from 'node:os'
import { setBackend, version_core } from '@tensorflow/tfjs-core'
import type { Backend } from '../backend.ts'

export const cpu: Backend = {
  name: 'cpu',

  async probe() {
    return { usable: true, version: `TensorFlow.js ${version_core}`, device: cpus()[0].model.trim(), memoryBytes: totalmem(), isa: null }
  },

  async use() {
    // The composed ops need TensorFlow.js’ own gradients; only this package registers them all.
    await import('@tensorflow/tfjs')
    setBackend('cpu')
  },
}
