/**
 * SNIP (Lee, Ajanthan, Torr, ICLR 2019): single-shot pruning before training, by connection sensitivity |∂L/∂c| at
 * c = 1, where c multiplies a weight. It equals |g ⊙ θ⁽⁰⁾|, g the gradient of the loss at θ⁽⁰⁾.
 */
import type { ArrayBundle } from '../../../shared/util/arrays.ts'

/** g ⊙ θ⁽⁰⁾ of every layer in `gradients`; pruning compares magnitudes. */
export function snipScores(theta0: ArrayBundle, gradients: ArrayBundle): ArrayBundle {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, { shape, data }]) => {
      const start = theta0[name].data
      return [name, { shape, data: Float32Array.from(data, (gradient, i) => gradient * start[i]) }]
    }),
  )
}
