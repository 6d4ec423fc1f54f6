/** The character CNN as one product over the windows of all characters, without padding, and a maximum per word. */
import {
  clone,
  concat,
  dispose,
  equal,
  fill,
  gather,
  greater,
  keep,
  logicalAnd,
  matMul,
  mul,
  range,
  relu,
  reshape,
  slice,
  sum,
  tensor1d,
  tidy,
  unsortedSegmentSum,
  where,
  zeros,
  zerosLike,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { wordOfChars, type WordChars } from '../../../nn/ops/charCnn.ts'
import type { Dropout } from '../../../nn/ops/dropout.ts'
import { applyMask } from '../../../nn/ops/mask.ts'
import { factorsOf } from '../factors.ts'
import { raw, type NodeBackend } from '../raw.ts'

/** Values that the forward pass stores for its gradient. */
export interface CharCnnReserve {
  /** [K, width · D], [width · D, F] under the mask */
  windows?: Tensor
  kept?: Tensor
  /** [K, F]: whether this window's value is its word's feature, i.e. the first maximum, if above 0. */
  chosen?: Tensor
}

/** → [N, F]. Each of the K characters is the middle of a window within its word. */
export function charCnn(
  backend: NodeBackend,
  words: WordChars,
  table: Tensor,
  W: Tensor,
  b: Tensor,
  mask: Tensor | null,
  drop: Dropout,
  reserve: CharCnnReserve | null,
): Tensor {
  const [D, F, K, N] = [table.shape[1]!, W.shape[1]!, words.chars.length, words.starts.length - 1]
  if (K === 0) return zeros([N, F])
  return tidy(() => {
    const looked = gather(table, tensor1d(words.chars, 'int32'))
    const embedded = drop.keep === 1 ? looked : mul(looked, factorsOf([K, D], drop))
    const kept = mask ? applyMask(W, mask) : clone(W)
    const windows = reshape(
      gather(concat([embedded, zeros([1, D])], 0), tensor1d(windowRows(words, W.shape[0] / D), 'int32')),
      [K, W.shape[0]],
    )
    const z = matMul(windows as Tensor2D, kept as Tensor2D).add(b) // [K, F]
    const word = tensor1d(wordOfChars(words), 'int32')
    const most = raw(backend, 'UnsortedSegmentMax', { T: 'float32', Tindices: 'int32', Tnumsegments: 'int32' }, [
      z,
      word,
      int32(N),
    ]) // [N, F]
    if (reserve)
      Object.assign(reserve, {
        windows: keep(windows),
        kept: keep(kept),
        chosen: keep(firstOfLargest(backend, z, most, word, N)),
      })
    // The maximum over no characters is the lowest float.
    return relu(most)
  })
}

/** dy [N, F] → the gradients of table, W and b. */
export function charCnnGrad(
  dy: Tensor,
  words: WordChars,
  table: Tensor,
  W: Tensor,
  mask: Tensor | null,
  drop: Dropout,
  { windows, kept, chosen }: CharCnnReserve,
): Tensor[] {
  const [[C, D], F, K] = [table.shape as [number, number], W.shape[1]!, words.chars.length]
  if (K === 0) return [zeros(table.shape), zeros(W.shape), zeros([F])]
  const gradients = tidy(() => {
    const word = tensor1d(wordOfChars(words), 'int32')
    const spread = gather(dy, word) // [K, F]
    const dz = where(chosen!, spread, zerosLike(spread))
    const dW = applyMask(matMul(windows as Tensor2D, dz as Tensor2D, true, false), mask)
    const dWindows = reshape(matMul(dz as Tensor2D, kept as Tensor2D, false, true), [K * (W.shape[0] / D), D])
    const dEmbedded = slice(
      unsortedSegmentSum(dWindows, tensor1d(windowRows(words, W.shape[0] / D), 'int32'), K + 1),
      [0, 0],
      [K, D],
    )
    const dLooked = drop.keep === 1 ? dEmbedded : mul(dEmbedded, factorsOf([K, D], drop))
    return [unsortedSegmentSum(dLooked, tensor1d(words.chars, 'int32'), C), dW, sum(dz, 0)]
  })
  dispose([windows!, kept!, chosen!])
  return gradients
}

/** z [K, F], the largest by word [N, F] → bool [K, F]. Of equal maxima only the first counts, as on every backend. */
function firstOfLargest(backend: NodeBackend, z: Tensor, most: Tensor, word: Tensor1D, N: number): Tensor {
  const [K, F] = z.shape as [number, number]
  const largest = logicalAnd(equal(z, gather(most, word)), greater(z, 0))
  const at = mul(range(0, K, 1, 'int32').reshape([K, 1]), fill([1, F], 1, 'int32'))
  const candidates = where(largest, at, fill([K, F], K, 'int32'))
  const first = raw(backend, 'UnsortedSegmentMin', { T: 'int32', Tindices: 'int32', Tnumsegments: 'int32' }, [
    candidates,
    word,
    int32(N),
  ])
  return equal(at, gather(first, word))
}

const int32 = (value: number): Tensor => tensor1d([value], 'int32').reshape([])

/** [K · width]: the characters of each character's window; K, a row of zeros, stands for positions outside the word. */
function windowRows({ chars, starts }: WordChars, width: number): Int32Array {
  const rows = new Int32Array(chars.length * width).fill(chars.length)
  const before = (width - 1) / 2
  for (let n = 0; n < starts.length - 1; n++) {
    for (let k = starts[n]; k < starts[n + 1]; k++) {
      for (let j = 0; j < width; j++) {
        const at = k + j - before
        if (at >= starts[n] && at < starts[n + 1]) rows[k * width + j] = at
      }
    }
  }
  return rows
}
