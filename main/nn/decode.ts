/** Decodes scores into tags. */

/** A CRF's scores on the host: transitions [C, C] from row to column, start [C], end [C]. */
export interface CrfArrays {
  transitions: Float32Array
  start: Float32Array
  end: Float32Array
}

/** The id of the largest value in each row of logits [N, C]; the lowest id among equals. */
export function argmaxRows(logits: Float32Array, classes: number): Int32Array {
  const ids = new Int32Array(logits.length / classes)
  for (let n = 0; n < ids.length; n++) {
    let best = 0
    for (let c = 1; c < classes; c++) if (logits[n * classes + c] > logits[n * classes + best]) best = c
    ids[n] = best
  }
  return ids
}

/**
 * The best tag sequence of every sentence of a packed batch, emissions [N, C] (Viterbi); the lowest id among equals.
 */
export function viterbi(emissions: Float32Array, batchSizes: Int32Array, crf: CrfArrays, classes: number): Int32Array {
  const ids = new Int32Array(emissions.length / classes)
  const offsets = new Int32Array(batchSizes.length)
  for (let t = 1; t < offsets.length; t++) offsets[t] = offsets[t - 1] + batchSizes[t - 1]
  for (let rank = 0; rank < (batchSizes[0] ?? 0); rank++) {
    const rows = Array.from(offsets.subarray(0, batchSizes.filter((B) => B > rank).length), (offset) => offset + rank)
    bestPath(rows, emissions, crf, classes).forEach((id, t) => (ids[rows[t]] = id))
  }
  return ids
}

function bestPath(
  rows: number[],
  emissions: Float32Array,
  { transitions, start, end }: CrfArrays,
  C: number,
): Int32Array {
  const T = rows.length
  const from = new Int32Array(T * C)
  let score = Float64Array.from({ length: C }, (_, c) => start[c] + emissions[rows[0] * C + c])
  for (let t = 1; t < T; t++) {
    const next = new Float64Array(C)
    for (let c = 0; c < C; c++) {
      let best = 0
      for (let p = 1; p < C; p++)
        if (score[p] + transitions[p * C + c] > score[best] + transitions[best * C + c]) best = p
      from[t * C + c] = best
      next[c] = score[best] + transitions[best * C + c] + emissions[rows[t] * C + c]
    }
    score = next
  }
  const path = new Int32Array(T)
  let last = 0
  for (let c = 1; c < C; c++) if (score[c] + end[c] > score[last] + end[last]) last = c
  for (let t = T - 1; t >= 0; t--) {
    path[t] = last
    last = from[t * C + last]
  }
  return path
}
