/** The gradient of a task's loss at the start weights: the first half of SNIP's saliency. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { EncodedData } from '../data/types.ts'
import { packBatch } from '../nn/batch.ts'
import { Network, type Weights } from '../nn/network.ts'
import { sumGradients } from '../nn/sumGradients.ts'
import { BatchStream } from './schedule.ts'
import type { TrainingSpec } from './spec.ts'

/** Batches whose gradients are added up: with batches of ten, a thousand sentences. */
const BATCHES = 100

/**
 * The gradient with respect to each prunable layer, added up over the first batches of the training that `spec` of one
 * task describes: the sum ranks weights as the mean does. Deterministic, as training is.
 */
export async function startGradients(spec: TrainingSpec, data: EncodedData, weights: Weights): Promise<ArrayBundle> {
  const [{ name }] = spec.tasks
  const { train } = data.tasks.find((candidate) => candidate.name === name)!
  const stream = new BatchStream(train, spec.settings.optimizer.batchSize, spec.seed, `${spec.stream}/${name}`)
  const scratch = new Int32Array(data.wordCount).fill(-1)
  function* batches() {
    for (let n = 0; n < Math.min(BATCHES, stream.batchesPerPass); n++)
      yield packBatch(train, data.spellings, stream.at(n), scratch)
  }
  const network = new Network(spec.shape, weights)
  try {
    return await sumGradients(network, batches(), name)
  } finally {
    network.dispose()
  }
}
