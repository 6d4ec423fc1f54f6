/** The whole training step: batch assembly, forward, backward, clip, masked update. */
import { ones, type Mask } from '../shared/network/mask.ts'
import { deriveKey, uniform } from '../shared/util/random.ts'
import type { EncodedData } from '../main/data/types.ts'
import { chooseBackend } from '../main/backend/choose.ts'
import { packBatch } from '../main/nn/batch.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../main/nn/network.ts'
import { MaskedSgd } from '../main/nn/optimizer.ts'
import { prunableLayers } from '../main/nn/parameters.ts'
import { initialWeights, networkShape } from '../main/nn/initialWeights.ts'
import { BatchStream } from '../main/training/schedule.ts'
import type { BackendName } from '../shared/devices/backends.ts'
import type { ExperimentConfig } from '../shared/settings/config.ts'

export interface StepTiming {
  tokensPerSecond: number
  millisecondsPerStep: number
}

/** A mask that keeps each weight with the given probability. */
export function randomMask(layers: { name: string; shape: number[] }[], density: number): Mask {
  const mask = ones(layers)
  for (const { name, kept } of mask.layers) {
    const key = deriveKey(7, name)
    for (let i = 0; i < kept.length; i++) kept[i] = uniform(i, key) < density ? 1 : 0
  }
  return mask
}

/** What to time: the number of steps, of warm-up steps, and the backend. */
export interface Timed {
  backend?: BackendName
  steps?: number
  warmUp?: number
}

/** Uses length-bucketed batches; density null = no mask. */
export async function timeSteps(
  config: ExperimentConfig,
  data: EncodedData,
  threads: number,
  density: number | null,
  { backend = 'native', steps = 200, warmUp = 10 }: Timed = {},
): Promise<StepTiming> {
  await chooseBackend(backend, threads)
  const task = data.tasks.find(({ name }) => name === 'ner')!
  const shape = networkShape(config.model, data, [task.name])
  const network = new Network(shape, initialWeights(shape, config.seed, null))
  const optimizer = new MaskedSgd(network)
  const mask = density === null ? null : makeDeviceMask(randomMask(prunableLayers(shape), density))
  const stream = new BatchStream(task.train, config.optimizer.batchSize, config.seed, 'bench')
  const scratch = new Int32Array(data.wordCount).fill(-1)
  const { learningRate, momentum, weightDecay } = config.optimizer
  const sgd = { learningRate, momentum, weightDecay, clipNorm: 5, clipValue: null }
  let tokens = 0
  let began = 0
  for (let step = 0; step < steps + warmUp; step++) {
    if (step === warmUp) [tokens, began] = [0, performance.now()]
    const batch = packBatch(task.train, data.spellings, stream.at(step), scratch, {
      rate: config.model.wordDropout,
      key: deriveKey(1, step),
    })
    await optimizer.takeStep(
      batch,
      task.name,
      { forward: mask },
      (site) => ({ keep: 1 - config.model.dropout, key: deriveKey(2, step, site) }),
      sgd,
    )
    tokens += batch.tags.length
  }
  const milliseconds = performance.now() - began
  disposeDeviceMask(mask)
  optimizer.dispose()
  network.dispose()
  return { tokensPerSecond: (1000 * tokens) / milliseconds, millisecondsPerStep: milliseconds / steps }
}
