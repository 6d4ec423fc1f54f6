/** Dropout by counter-based random numbers: every backend drops the same elements. */
import { mul, tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hash32, type RandomKey } from '../../../shared/util/random.ts'
import { hasKernel, registerOpGradient, runKernel, type Attributes } from './kernelDispatch.ts'

/** Element i is kept if hash32(i, key) < keep · 2³², and scaled by 1/keep. */
export interface Dropout {
  keep: number
  key: RandomKey
}

export const NO_DROPOUT: Dropout = { keep: 1, key: { k0: 0, k1: 0 } }

/** The factors 0 and 1/keep of n elements. */
export function dropoutFactors(n: number, { keep, key }: Dropout): Float32Array {
  const threshold = Math.floor(keep * 2 ** 32)
  const scale = Math.fround(1 / keep)
  const factors = new Float32Array(n)
  if (keep === 1) return factors.fill(1)
  for (let i = 0; i < n; i++) if (hash32(i, key.k0, key.k1) < threshold) factors[i] = scale
  return factors
}

/** x with dropout, any shape. */
export function dropout(x: Tensor, drop: Dropout): Tensor {
  if (drop.keep === 1) return x
  return hasKernel('SparseDropout') ? runKernel('SparseDropout', { x }, { drop }) : composedDropout(x, drop)
}

export function composedDropout(x: Tensor, drop: Dropout): Tensor {
  return drop.keep === 1 ? x : mul(x, tensor(dropoutFactors(x.size, drop), x.shape))
}

registerOpGradient('SparseDropout', [], (dy, _saved, attributes: Attributes) => ({
  x: runKernel('SparseDropout', { x: dy }, attributes),
}))
