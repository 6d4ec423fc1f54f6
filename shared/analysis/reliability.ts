/**
 * Whether confidence can be trusted: reliability diagrams and the expected calibration error (Naeini et al., AAAI 2015;
 * Guo et al., ICML 2017), over tokens, in ten bins of equal width. No Node, no DOM.
 */
export const BINS = 10

export interface Bin {
  /** Tokens whose confidence lies in the bin. */
  tokens: number
  /** Mean confidence and share of right tags of these tokens, from 0 to 1; 0 where there are none. */
  confidence: number
  accuracy: number
}

export interface Reliability {
  bins: Bin[]
  /** Expected calibration error: the mean of |accuracy − confidence| over the bins, weighted by their tokens. */
  error: number
}

/** `confidence` [N] in steps of 1/255, `gold` and `predicted` [N] tag ids. */
export function reliabilityOf(confidence: Uint8Array, gold: Int32Array, predicted: Int32Array): Reliability {
  const tokens = new Float64Array(BINS)
  const sums = new Float64Array(BINS)
  const right = new Float64Array(BINS)
  confidence.forEach((value, t) => {
    const bin = Math.min(BINS - 1, Math.floor((value / 255) * BINS))
    tokens[bin]++
    sums[bin] += value / 255
    if (gold[t] === predicted[t]) right[bin]++
  })
  const bins = Array.from(tokens, (count, b) => ({
    tokens: count,
    confidence: count === 0 ? 0 : sums[b] / count,
    accuracy: count === 0 ? 0 : right[b] / count,
  }))
  const all = confidence.length
  const error = bins.reduce((sum, bin) => sum + bin.tokens * Math.abs(bin.accuracy - bin.confidence), 0)
  return { bins, error: all === 0 ? 0 : error / all }
}
