/**
 * Temperature scaling (Guo et al., On Calibration of Modern Neural Networks, ICML 2017): all scores are divided by one
 * number T, which changes probabilities and no tag. T minimises the negative log-likelihood of the gold tags.
 */
import { crfConfidence, softmaxConfidence } from './confidence.ts'
import type { CrfArrays } from './decode.ts'

/** Scores [N, C] of a packed batch with the gold tags of its rows; ids of C and more have no score. */
export interface ScoredBatch {
  scores: Float32Array
  gold: Int32Array
  batchSizes: Int32Array
}

const LOWEST = 0.1
const HIGHEST = 10
/** Golden-section steps: the interval of log T shrinks to 0.001. */
const STEPS = 18
const GOLDEN = (Math.sqrt(5) - 1) / 2
/** Below this, a probability counts as this: a single token must not decide. */
const LEAST = 1e-6

/** Probability of the given tags of a packed batch after division by the temperature; 0 for tags without a score. */
export function confidenceAt(
  temperature: number,
  { scores, batchSizes }: Pick<ScoredBatch, 'scores' | 'batchSizes'>,
  ids: Int32Array,
  crf: CrfArrays | null,
  classes: number,
): Float32Array {
  const scaled = scaledBy(scores, temperature)
  const known = ids.map((id) => (id < 0 || id >= classes ? 0 : id))
  const found =
    crf === null
      ? softmaxConfidence(scaled, known, classes)
      : crfConfidence(scaled, known, batchSizes, scaledCrf(crf, temperature), classes)
  ids.forEach((id, row) => {
    if (id < 0 || id >= classes) found[row] = 0
  })
  return found
}

/** The best temperature between 0.1 and 10 for these batches; 1 where they are empty. */
export function fitTemperature(batches: readonly ScoredBatch[], crf: CrfArrays | null, classes: number): number {
  if (batches.every(({ gold }) => gold.every((id) => id >= classes))) return 1
  const loss = (logT: number) => {
    let sum = 0
    for (const batch of batches) {
      const found = confidenceAt(Math.exp(logT), batch, batch.gold, crf, classes)
      batch.gold.forEach((id, row) => {
        if (id < classes) sum -= Math.log(Math.max(LEAST, found[row]))
      })
    }
    return sum
  }
  let [low, high] = [Math.log(LOWEST), Math.log(HIGHEST)]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [lossLeft, lossRight] = [loss(left), loss(right)]
  for (let step = 0; step < STEPS; step++) {
    if (lossLeft <= lossRight) {
      ;[high, right, lossRight] = [right, left, lossLeft]
      left = high - GOLDEN * (high - low)
      lossLeft = loss(left)
    } else {
      ;[low, left, lossLeft] = [left, right, lossRight]
      right = low + GOLDEN * (high - low)
      lossRight = loss(right)
    }
  }
  return Math.exp((low + high) / 2)
}

export function scaledBy(scores: Float32Array, temperature: number): Float32Array {
  return temperature === 1 ? scores : scores.map((score) => score / temperature)
}

export function scaledCrf({ transitions, start, end }: CrfArrays, temperature: number): CrfArrays {
  return {
    transitions: scaledBy(transitions, temperature),
    start: scaledBy(start, temperature),
    end: scaledBy(end, temperature),
  }
}
