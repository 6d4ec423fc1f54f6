/** Packed batches for tests of single ops. */
import type { WordChars } from '../../main/nn/ops/charCnn.ts'
import type { Draw } from './arrays.ts'

/** batchSizes of sentences of these lengths, longest first. */
export function batchSizesOf(lengths: number[]): Int32Array {
  return Int32Array.from({ length: Math.max(0, ...lengths) }, (_, t) => lengths.filter((length) => length > t).length)
}

export const total = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((sum, n) => sum + n, 0)

/** The rows of every sentence's tokens, by rank. */
export function rowsOf(batchSizes: Int32Array): number[][] {
  const sentences: number[][] = Array.from({ length: batchSizes[0] ?? 0 }, () => [])
  let row = 0
  for (const size of batchSizes) for (let rank = 0; rank < size; rank++) sentences[rank].push(row++)
  return sentences
}

/** Words of these lengths, of random characters. */
export function wordChars(draw: Draw, lengths: number[], charCount: number): WordChars {
  const starts = new Int32Array(lengths.length + 1)
  lengths.forEach((length, n) => (starts[n + 1] = starts[n] + length))
  return { chars: draw.ints(starts[lengths.length], charCount), starts }
}
