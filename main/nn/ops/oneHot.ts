import { tensor2d } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** [N, C] with a 1 at each row's id. TensorFlow.js' oneHot refuses a single class. */
export function oneHotRows(ids: Int32Array, classes: number): Tensor {
  const rows = new Float32Array(ids.length * classes)
  ids.forEach((id, n) => (rows[n * classes + id] = 1))
  return tensor2d(rows, [ids.length, classes])
}
