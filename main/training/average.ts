/**
 * The mean of the weights after each epoch, from some epoch on: stochastic weight averaging (Izmailov et al., UAI 2018).
 * At a constant learning rate the weights keep moving about a good place; their mean is closer to it.
 */
import type { Weights } from '../nn/network.ts'

export interface WeightAverage {
  /** How many epochs are in the mean. */
  count: number
  /** Null while there are none. */
  mean: Weights | null
}

/** The mean with one more set of weights. Weights that no step changed keep their bits. */
export function averagedWith({ count, mean }: WeightAverage, weights: Weights): WeightAverage & { mean: Weights } {
  if (mean === null) return { count: 1, mean: weights }
  const next = Object.entries(weights).map(([name, { shape, data }]) => {
    const sum = (mean[name].data as Float32Array).slice()
    for (let i = 0; i < sum.length; i++) if (data[i] !== sum[i]) sum[i] += (data[i] - sum[i]) / (count + 1)
    return [name, { shape, data: sum }]
  })
  return { count: count + 1, mean: Object.fromEntries(next) as Weights }
}
