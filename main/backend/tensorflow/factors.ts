/**
 * Dropout's factors as a tensor, bit-identical to those of the other backends. Our C++ draws them if it is built,
 * because JavaScript is slow at it.
 */
import { tensor, type Tensor } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shared/util/arrays.ts'
import { loadNative } from '../../../native/index.ts'
import { dropoutFactors, type Dropout } from '../../nn/ops/dropout.ts'

let ones = new Float32Array(0)

/** 0 and 1/keep in a given shape, drawn by the element's index. */
export function factorsOf(shape: number[], drop: Dropout): Tensor {
  const n = sizeOf(shape)
  const native = loadNative()
  if ('reason' in native) return tensor(dropoutFactors(n, drop), shape, 'float32')
  if (ones.length < n) ones = new Float32Array(n).fill(1)
  const factors = new Float32Array(n)
  native.kernels.dropout(ones.subarray(0, n), drop.keep, drop.key.k0, drop.key.k1, factors)
  return tensor(factors, shape, 'float32')
}
