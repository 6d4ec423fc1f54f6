/**
 * A process whose two threads train the same few steps at once on the tensorflow backend. Each prints the SHA-256 of
 * all weights. Argument: the number of cores.
 */
import { createHash } from 'node:crypto'
import { isMainThread, parentPort } from 'node:worker_threads'
import { chooseBackend } from '../../../main/backend/choose.ts'
import { limitCores } from '../../../main/backend/tensorflow/environment.ts'
import { syntheticData, syntheticSpec } from '../../../main/devices/syntheticTraining.ts'
import { initialWeights } from '../../../main/nn/initialWeights.ts'
import { startThread } from '../../../main/threads/start.ts'
import { Trainer } from '../../../main/training/trainer.ts'

if (isMainThread) {
  limitCores(Number(process.argv[2]))
  for (let n = 0; n < 2; n++) startThread(new URL(import.meta.url)).on('message', (hash) => console.log(hash))
} else parentPort!.postMessage(await trainedBits())

/** Wide enough that TensorFlow splits its sums. */
async function trainedBits(): Promise<string> {
  await chooseBackend('tensorflow', 1)
  const data = syntheticData({ words: 500, spellings: 400, sentences: 200, tags: 17 })
  const spec = syntheticSpec(data, { batchSize: 32, mask: true })
  const trainer = new Trainer(spec, data, initialWeights(spec.shape, spec.seed, null), null)
  for (let step = 0; step < 12; step++) await trainer.step(0)
  await trainer.pendingSteps()
  const { state } = await trainer.checkpoint()
  const hash = createHash('sha256')
  for (const name of Object.keys(state).toSorted()) {
    const { buffer, byteOffset, byteLength } = state[name].data
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}
