/**
 * Converts packed batches to padded time-major arrays and back, by gathering with indices computed from the batch
 * sizes.
 */
import { concat, gather, reshape, tensor1d, zeros, type Tensor } from '@tensorflow/tfjs-core'

export interface Padding {
  /** T */
  steps: number
  /** B */
  sentences: number
  /**
   * Per direction, [T · B]: the packed row at each position; N for padding. Backward, a sentence starts at its last
   * token.
   */
  rows: [Tensor, Tensor]
  /** Per direction, [N]: the position of each packed row. */
  places: [Tensor, Tensor]
}

/** batchSizes[t]: number of sentences, longest first, that have a token t. */
export function paddingOf(batchSizes: Int32Array): Padding {
  const [T, B] = [batchSizes.length, batchSizes[0]]
  const N = batchSizes.reduce((total, size) => total + size, 0)
  const starts = new Int32Array(T)
  for (let t = 1; t < T; t++) starts[t] = starts[t - 1] + batchSizes[t - 1]
  const lengths = Int32Array.from({ length: B }, (_, r) => batchSizes.findLastIndex((size) => size > r) + 1)
  const rows = [0, 1].map(() => new Int32Array(T * B).fill(N))
  const places = [0, 1].map(() => new Int32Array(N))
  lengths.forEach((length, r) => {
    for (let t = 0; t < length; t++) {
      const row = starts[t] + r
      ;[t, length - 1 - t].forEach((at, d) => {
        rows[d][at * B + r] = row
        places[d][row] = at * B + r
      })
    }
  })
  const pair = (arrays: Int32Array[]) => arrays.map((array) => tensor1d(array, 'int32')) as unknown as [Tensor, Tensor]
  return { steps: T, sentences: B, rows: pair(rows), places: pair(places) }
}

/** [N, D] → [T, B, D], padded with 0. */
export function padded(x: Tensor, { steps, sentences, rows }: Padding, direction: number): Tensor {
  const D = x.shape[1]!
  return reshape(gather(concat([x, zeros([1, D])], 0), rows[direction] as never), [steps, sentences, D])
}

/** [T, B, D] → [N, D]. */
export function packed(y: Tensor, { steps, sentences, places }: Padding, direction: number): Tensor {
  return gather(reshape(y, [steps * sentences, y.shape[2]!]), places[direction] as never)
}
