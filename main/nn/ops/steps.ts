import { split } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * The rows [B_t, ·] of every step of a packed batch. One step is the batch itself: TensorFlow.js' split has no gradient
 * for a single piece.
 */
export function splitSteps(rows: Tensor, batchSizes: Int32Array): Tensor[] {
  return batchSizes.length === 1 ? [rows] : split(rows, [...batchSizes], 0)
}
