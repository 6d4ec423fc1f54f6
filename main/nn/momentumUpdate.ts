/** The masked SGD update in TensorFlow.js ops. */
import { add, cast, clipByValue, mul, scalar, square, sub, sum, tidy, where } from '@tensorflow/tfjs-core'
import type { Tensor, Variable } from '@tensorflow/tfjs-core'

/** The settings of one update: gradients are scaled, then clipped by value; then momentum and weight decay apply. */
export interface StepSettings {
  learningRate: number
  momentum: number
  /** Factor from clipping by norm; 1 = none. A scalar tensor where the norm is not on the host. */
  scale: number | Tensor
  /** 0 = none. */
  clipValue: number
  weightDecay: number
}

export function composedSumOfSquares(tensors: Tensor[]): number {
  return tensors.reduce((total, t) => total + tidy(() => sum(square(t)).dataSync()[0]), 0)
}

/** One weight's step; see HostKernels.momentumUpdate. */
export function composedMomentumUpdate(
  weight: Variable,
  gradient: Tensor,
  velocity: Variable,
  mask: Tensor | null,
  settings: StepSettings,
): void {
  let g: Tensor = settings.scale === 1 ? gradient : mul(gradient, settings.scale)
  if (settings.clipValue > 0) g = clipByValue(g, -settings.clipValue, settings.clipValue)
  if (settings.weightDecay > 0) g = add(g, mul(weight, scalar(settings.weightDecay)))
  const v = add(mul(velocity, scalar(settings.momentum)), g)
  const w = sub(weight, mul(v, scalar(settings.learningRate)))
  // `where` instead of a product: pruned weights must keep their bits.
  velocity.assign(mask ? where(cast(mask, 'bool'), v, velocity) : v)
  weight.assign(mask ? where(cast(mask, 'bool'), w, weight) : w)
}
