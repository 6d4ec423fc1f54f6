/** Random pruning, the control: what a criterion finds must beat subnets of the same density drawn by lot. */
import type { MaskLayer } from '../../../shared/network/mask.ts'
import type { ArrayBundle } from '../../../shared/util/arrays.ts'
import { deriveKey, uniform } from '../../../shared/util/random.ts'

/**
 * A number in (0, 1] for every weight. `stream` names the draw: rounds of a task that share it prune the weights in one
 * random order.
 */
export function randomScores(
  layers: readonly Pick<MaskLayer, 'name' | 'shape' | 'kept'>[],
  seed: number,
  stream: string,
): ArrayBundle {
  return Object.fromEntries(
    layers.map(({ name, shape, kept }) => {
      const key = deriveKey(seed, 'random pruning', stream, name)
      return [name, { shape, data: Float32Array.from(kept, (_, i) => 1 - uniform(i, key)) }]
    }),
  )
}
