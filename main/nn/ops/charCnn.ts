/** Character features of words: embedding, dropout, convolution, ReLU, max over the word. */
import {
  add,
  argMax,
  gather,
  matMul,
  mul,
  oneHot,
  relu,
  reshape,
  scalar,
  slice,
  sum,
  tensor1d,
  tensor2d,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { hasKernel, makeReserve, registerOpGradient, runKernel } from './kernelDispatch.ts'
import { dropoutFactors, type Dropout } from './dropout.ts'
import { applyMask } from './mask.ts'

/** The characters of N words, K in all: word n has chars[starts[n] .. starts[n + 1]). */
export interface WordChars {
  /** [K] */
  chars: Int32Array
  /** [N + 1] */
  starts: Int32Array
}

/** [K] the word of each character. */
export function wordOfChars({ chars, starts }: WordChars): Int32Array {
  const words = new Int32Array(chars.length)
  for (let n = 0; n + 1 < starts.length; n++) words.fill(n, starts[n], starts[n + 1])
  return words
}

/**
 * table [V, D], W [width · D, F] (rows: position in the window, then d), b [F], mask over W or null → [N, F].
 * The window is zero padded at both ends of each word; a word without characters yields 0.
 */
export function charCnn(
  words: WordChars,
  table: Tensor,
  W: Tensor,
  b: Tensor,
  mask: Tensor | null,
  drop: Dropout,
): Tensor {
  if (!hasKernel('CharCnn')) return composedCharCnn(words, table, W, b, mask, drop)
  return runKernel('CharCnn', { table, W, b }, { words, mask, drop, reserve: makeReserve() })
}

export function composedCharCnn(
  words: WordChars,
  table: Tensor,
  W: Tensor,
  b: Tensor,
  mask: Tensor | null,
  drop: Dropout,
): Tensor {
  const N = words.starts.length - 1
  const [D, F] = [table.shape[1]!, W.shape[1]!]
  const width = W.shape[0] / D
  // Not a constant: the parameters must stay on the gradient tape, with gradient 0.
  if (words.chars.length === 0) return add(zeros([N, F]), mul(add(add(sum(table), sum(W)), sum(b)), scalar(0)))
  const { longest: L, ids, factors, real } = padWords(words, D, width, drop)
  const padded = L + width - 1
  const embedded = reshape(mul(gather(table, tensor1d(ids, 'int32')), tensor2d(factors, [N * padded, D])), [
    N,
    padded,
    D,
  ])
  const kept = applyMask(W, mask)
  let z: Tensor = b
  for (let position = 0; position < width; position++) {
    const seen: Tensor2D = reshape(slice(embedded, [0, position, 0], [N, L, D]), [N * L, D])
    z = add(matMul(seen, slice(kept, [position * D, 0], [D, F]) as Tensor2D), z)
  }
  const activation = mul(relu(z), tensor2d(real, [N * L, 1])) // [N · L, F]
  const byWord = transpose(reshape(activation, [N, L, F]), [0, 2, 1]) // [N, F, L]
  // Not max(): its gradient goes to all equal maxima, this one only to the first.
  return sum(mul(byWord, oneHot(argMax(byWord, 2), L)), 2)
}

/**
 * The words as rows of one length: character ids [N · (L + width − 1)] with the convolution's padding at both ends; the
 * factors [same, D] that drop out characters and make padding 0; and which of the N · L positions are real.
 */
function padWords({ chars, starts }: WordChars, D: number, width: number, drop: Dropout) {
  const N = starts.length - 1
  // At least two: TensorFlow.js' oneHot refuses one.
  const longest = starts.subarray(1).reduce((most, end, n) => Math.max(most, end - starts[n]), 2)
  const padded = longest + width - 1
  const ids = new Int32Array(N * padded)
  const factors = new Float32Array(N * padded * D)
  const real = new Float32Array(N * longest)
  const dropped = dropoutFactors(chars.length * D, drop)
  for (let n = 0; n < N; n++) {
    for (let k = starts[n]; k < starts[n + 1]; k++) {
      const at = n * padded + (width - 1) / 2 + k - starts[n]
      ids[at] = chars[k]
      factors.set(dropped.subarray(k * D, (k + 1) * D), at * D)
      real[n * longest + k - starts[n]] = 1
    }
  }
  return { longest, ids, factors, real }
}

registerOpGradient('CharCnn', ['table', 'W'], (dy, { table, W }, attributes) => {
  const [dTable, dW, db] = runKernel<Tensor[]>('CharCnnGrad', { dy, table, W }, attributes)
  return { table: dTable, W: dW, b: db }
})
