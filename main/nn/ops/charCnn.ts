/** Characters of a word to features: embed, dropout, convolve, ReLU, max over the word. */
import { add, argMax, concat, gather, matMul, mul, oneHot, relu, reshape, sum, tensor1d, transpose, zeros } from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { hasKernel, makeReserve, registerOpGradient, runKernel } from './custom.ts'
import { composedDropout, type Dropout } from './dropout.ts'
import { applyMask } from './mask.ts'

/** The characters of N words, K in all: word n has chars[starts[n] .. starts[n + 1]). */
export interface WordChars {
  /** [K] */
  chars: Int32Array
  /** [N + 1] */
  starts: Int32Array
}

/**
 * table [V, D], W [width · D, F] (rows: position in the window, then d), b [F], mask over W or null → [N, F].
 * The window is zero padded at both ends of each word; a word without characters yields 0.
 */
export function charCnn(words: WordChars, table: Tensor, W: Tensor, b: Tensor, mask: Tensor | null, drop: Dropout): Tensor {
  if (!hasKernel('CharCnn')) return composedCharCnn(words, table, W, b, mask, drop)
  return runKernel('CharCnn', { table, W, b }, { words, mask, drop, reserve: makeReserve() })
}

export function composedCharCnn(words: WordChars, table: Tensor, W: Tensor, b: Tensor, mask: Tensor | null, drop: Dropout): Tensor {
  const N = words.starts.length - 1
  const K = words.chars.length
  const [D, F] = [table.shape[1]!, W.shape[1]!]
  if (K === 0) return zeros([N, F])
  const embedded = composedDropout(gather(table, tensor1d(words.chars, 'int32')), drop) // [K, D]
  const padded = concat([embedded, zeros([1, D])], 0) // row K stands for the padding
  const windows = windowIndex(words, W.shape[0]! / D).map((index) => gather(padded, tensor1d(index, 'int32')))
  const activation = relu(add(matMul(concat(windows, 1) as Tensor2D, applyMask(W, mask) as Tensor2D), b)) // [K, F]
  const { index, longest } = wordIndex(words)
  const byWord = transpose(reshape(gather(concat([activation, zeros([1, F])], 0), tensor1d(index, 'int32')), [N, longest, F]), [0, 2, 1]) // [N, F, L]
  // Not max(): its gradient goes to all equal maxima, ours to the first.
  return sum(mul(byWord, oneHot(argMax(byWord, 2), longest)), 2)
}

/** For each position in the window, the row [K] it reads at every character; K where that lies outside the word. */
function windowIndex({ chars, starts }: WordChars, width: number): Int32Array[] {
  const half = (width - 1) / 2
  return Array.from({ length: width }, (_, position) => {
    const index = new Int32Array(chars.length).fill(chars.length)
    for (let n = 0; n + 1 < starts.length; n++) {
      for (let k = starts[n]; k < starts[n + 1]; k++) {
        const from = k + position - half
        if (from >= starts[n] && from < starts[n + 1]) index[k] = from
      }
    }
    return index
  })
}

/** [N · longest] the characters of every word, filled up with row K. */
function wordIndex({ chars, starts }: WordChars): { index: Int32Array; longest: number } {
  const N = starts.length - 1
  let longest = 1
  for (let n = 0; n < N; n++) longest = Math.max(longest, starts[n + 1] - starts[n])
  const index = new Int32Array(N * longest).fill(chars.length)
  for (let n = 0; n < N; n++) for (let k = starts[n]; k < starts[n + 1]; k++) index[n * longest + k - starts[n]] = k
  return { index, longest }
}

registerOpGradient('CharCnn', ['table', 'W'], (dy, { table, W }, attributes) => {
  const [dTable, dW, db] = runKernel<Tensor[]>('CharCnnGrad', { dy, table, W }, attributes)
  return { table: dTable, W: dW, b: db }
})
