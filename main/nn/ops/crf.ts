/** A linear-chain conditional random field over a packed batch (Lafferty et al. 2001; as in Lample et al. 2016). */
import {
  add,
  concat,
  div,
  expandDims,
  logSumExp,
  mul,
  reshape,
  scalar,
  slice,
  sub,
  sum,
  tensor1d,
  zeros,
} from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasKernel, makeReserve, registerOpGradient, runKernel } from './kernelDispatch.ts'
import { oneHotRows } from './oneHot.ts'
import { splitSteps } from './steps.ts'

/** transitions [C, C] from row to column, start [C], end [C]. */
export interface CrfScores {
  transitions: Tensor
  start: Tensor
  end: Tensor
}

/** Negative log-likelihood of tags [N] given emissions [N, C], summed over the sentences, divided by N. → scalar. */
export function crfLoss(
  emissions: Tensor,
  tags: Int32Array,
  batchSizes: Int32Array,
  { transitions, start, end }: CrfScores,
): Tensor {
  if (!hasKernel('CrfLoss')) return composedCrfLoss(emissions, tags, batchSizes, { transitions, start, end })
  return runKernel(
    'CrfLoss',
    { emissions, transitions, start, end },
    { tags, batchSizes, shape: emissions.shape, reserve: makeReserve() },
  )
}

export function composedCrfLoss(emissions: Tensor, tags: Int32Array, batchSizes: Int32Array, crf: CrfScores): Tensor {
  if (tags.length === 0) return mul(sum(emissions), scalar(0))
  return div(
    sub(logPartition(emissions, batchSizes, crf), goldScore(emissions, tags, batchSizes, crf)),
    scalar(tags.length),
  )
}

/** Σ over sentences of log Z, by the forward algorithm. */
function logPartition(emissions: Tensor, batchSizes: Int32Array, { transitions, start, end }: CrfScores): Tensor {
  const C = emissions.shape[1]!
  const steps = splitSteps(emissions, batchSizes)
  let alpha = add(steps[0], start) // [B_t, C]
  let total: Tensor = scalar(0)
  const finish = (from: number) => {
    const B = alpha.shape[0]
    if (from < B) total = add(total, sum(logSumExp(add(slice(alpha, [from, 0], [B - from, C]), end), 1)))
  }
  for (let t = 1; t < steps.length; t++) {
    const B = batchSizes[t]
    finish(B)
    const before = expandDims(slice(alpha, [0, 0], [B, C]), 2) // [B, C, 1]
    alpha = add(logSumExp(add(before, transitions), 1), steps[t])
  }
  finish(0)
  return total
}

/** Σ over sentences of the score of the gold path. */
function goldScore(
  emissions: Tensor,
  tags: Int32Array,
  batchSizes: Int32Array,
  { transitions, start, end }: CrfScores,
): Tensor {
  const C = emissions.shape[1]!
  const moves = new Float32Array(C * C)
  const starts = new Float32Array(C)
  const ends = new Float32Array(C)
  let row = 0
  batchSizes.forEach((B, t) => {
    const next = batchSizes[t + 1] ?? 0
    for (let r = 0; r < B; r++) {
      const tag = tags[row + r]
      if (t === 0) starts[tag]++
      if (r < next) moves[tag * C + tags[row + B + r]]++
      else ends[tag]++
    }
    row += B
  })
  const emitted = sum(mul(emissions, oneHotRows(tags, C)))
  const pathScores = concat([reshape(transitions, [C * C]), start, end], 0)
  return add(emitted, sum(mul(pathScores, concat([tensor1d(moves), tensor1d(starts), tensor1d(ends), zeros([0])], 0))))
}

registerOpGradient('CrfLoss', [], (dy, _saved, attributes) => {
  const [emissions, transitions, start, end] = runKernel<Tensor[]>('CrfLossGrad', { dy }, attributes)
  return { emissions, transitions, start, end }
})
