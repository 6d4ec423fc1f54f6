/** The confidence of predicted tags: their probability given the whole sentence. */
import type { CrfArrays } from './decode.ts'

/** Softmax of each row of scores [N, C] at the chosen id: [N]. */
export function softmaxConfidence(scores: Float32Array, ids: Int32Array, classes: number): Float32Array {
  const confidence = new Float32Array(ids.length)
  for (let n = 0; n < ids.length; n++) {
    const row = scores.subarray(n * classes, (n + 1) * classes)
    const log = logSumExp(row, classes)
    confidence[n] = Math.exp(row[ids[n]] - log)
  }
  return confidence
}

/** Marginal of the chosen id of each row of a packed batch under its CRF, by the forward-backward algorithm: [N]. */
export function crfConfidence(
  emissions: Float32Array,
  ids: Int32Array,
  batchSizes: Int32Array,
  crf: CrfArrays,
  classes: number,
): Float32Array {
  const confidence = new Float32Array(ids.length)
  const offsets = new Int32Array(batchSizes.length)
  for (let t = 1; t < offsets.length; t++) offsets[t] = offsets[t - 1] + batchSizes[t - 1]
  for (let rank = 0; rank < (batchSizes[0] ?? 0); rank++) {
    const rows: number[] = []
    for (let t = 0; t < batchSizes.length && batchSizes[t] > rank; t++) rows.push(offsets[t] + rank)
    marginals(rows, emissions, ids, crf, classes).forEach((value, t) => (confidence[rows[t]] = value))
  }
  return confidence
}

function marginals(
  rows: number[],
  emissions: Float32Array,
  ids: Int32Array,
  { transitions, start, end }: CrfArrays,
  C: number,
): number[] {
  const T = rows.length
  const forward = Array.from({ length: T }, () => new Float64Array(C))
  const backward = Array.from({ length: T }, () => new Float64Array(C))
  const terms = new Float64Array(C)
  for (let c = 0; c < C; c++) {
    forward[0][c] = start[c] + emissions[rows[0] * C + c]
    backward[T - 1][c] = end[c]
  }
  for (let t = 1; t < T; t++) {
    for (let c = 0; c < C; c++) {
      for (let p = 0; p < C; p++) terms[p] = forward[t - 1][p] + transitions[p * C + c]
      forward[t][c] = logSumExp(terms, C) + emissions[rows[t] * C + c]
    }
  }
  for (let t = T - 2; t >= 0; t--) {
    for (let c = 0; c < C; c++) {
      for (let n = 0; n < C; n++)
        terms[n] = transitions[c * C + n] + emissions[rows[t + 1] * C + n] + backward[t + 1][n]
      backward[t][c] = logSumExp(terms, C)
    }
  }
  for (let c = 0; c < C; c++) terms[c] = forward[T - 1][c] + end[c]
  const logZ = logSumExp(terms, C)
  return rows.map((row, t) => Math.exp(forward[t][ids[row]] + backward[t][ids[row]] - logZ))
}

function logSumExp(values: ArrayLike<number>, count: number): number {
  let most = -Infinity
  for (let i = 0; i < count; i++) most = Math.max(most, values[i])
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.exp(values[i] - most)
  return most + Math.log(sum)
}
