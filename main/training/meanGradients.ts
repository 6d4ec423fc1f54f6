/** The gradient of the loss at the start weights: the first half of SNIP's saliency. */
import { add, dispose, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { EncodedData } from '../data/types.ts'
import { packBatch } from '../nn/batch.ts'
import { lossAndGradients, Network, type Weights } from '../nn/network.ts'
import { BatchStream } from './schedule.ts'
import type { TrainingSpec } from './spec.ts'

/** Batches whose gradients are added up: with batches of ten, a thousand sentences. */
const BATCHES = 100

/**
 * Σ over the first batches of training of the gradient with respect to each prunable layer, dense, without dropout. The
 * sum ranks weights as the mean does. Deterministic, as training is.
 */
export async function meanGradients(spec: TrainingSpec, data: EncodedData, weights: Weights): Promise<ArrayBundle> {
  const [{ name }] = spec.tasks
  const task = data.tasks.find((candidate) => candidate.name === name)!
  const network = new Network(spec.shape, weights)
  const stream = new BatchStream(task.train, spec.settings.optimizer.batchSize, spec.seed, `${spec.stream}/${name}`)
  const prunable = network.specs.filter(({ role }) => role === 'prunable').map((layer) => layer.name)
  const layers = network.trainable(name, true).filter((layer) => prunable.includes(layer.name))
  const scratch = new Int32Array(data.wordCount).fill(-1)
  let sums: Tensor[] = layers.map(({ variable }) => zeros(variable.shape))
  for (let n = 0; n < Math.min(BATCHES, stream.batchesPerPass); n++) {
    const batch = packBatch(task.train, data.spellings, stream.at(n), scratch)
    const rows = network.wordTable.read(batch.words)
    const variables = layers.map(({ variable }) => variable)
    const found = lossAndGradients(() => network.loss(batch, rows, name, null), rows, variables)
    const before = sums
    sums = before.map((sum, i) => tidy(() => add(sum, found.gradients[i])))
    dispose([...before, rows, found.loss, found.dRows, ...found.gradients])
  }
  const entries = await Promise.all(
    layers.map(async ({ name: layer }, i) => {
      const data = (await sums[i].data<'float32'>()).slice()
      return [layer, { shape: sums[i].shape, data }] as const
    }),
  )
  dispose(sums)
  network.dispose()
  return Object.fromEntries(entries)
}
