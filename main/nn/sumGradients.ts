/** Gradients of one task's loss at the current weights, added up over batches: what SNIP ranks weights by. */
import { add, dispose, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { PackedBatch } from './batch.ts'
import { lossAndGradients, type Network } from './network.ts'

/** Σ ∂L/∂θ of every prunable layer, by name: dense, without dropout. */
export async function sumGradients(
  network: Network,
  batches: Iterable<PackedBatch>,
  task: string,
): Promise<ArrayBundle> {
  const prunable = network.specs.filter(({ role }) => role === 'prunable').map(({ name }) => name)
  const layers = network.trainable(task, true).filter(({ name }) => prunable.includes(name))
  const variables = layers.map(({ variable }) => variable)
  let sums: Tensor[] = variables.map(({ shape }) => zeros(shape))
  for (const batch of batches) {
    const rows = network.wordTable.read(batch.words)
    const found = lossAndGradients(() => network.loss(batch, rows, task, null), rows, variables)
    const before = sums
    sums = before.map((sum, i) => tidy(() => add(sum, found.gradients[i])))
    dispose([...before, rows, found.loss, found.dRows, ...found.gradients])
  }
  const arrays = await Promise.all(sums.map(async (sum) => (await sum.data<'float32'>()).slice()))
  dispose(sums)
  return Object.fromEntries(layers.map(({ name, variable }, i) => [name, { shape: variable.shape, data: arrays[i] }]))
}
