/**
 * The paired bootstrap (Koehn 2004): whether two methods differ by more than the choice of test sentences. Pure
 * arithmetic.
 */
import { deriveKey, uniform } from '../util/random.ts'

/** The counts of each test sentence, by seed: [S, 3] gold, predicted, correct (countsBySentence in scoring.ts). */
export type Counts = readonly Int32Array[]

export interface Difference {
  /** Mean score over the seeds of the first minus that of the second, in points. */
  points: number
  /** Middle 95 % of the resampled differences. */
  low: number
  high: number
  /** Two-sided: how often resampling changes the sign, doubled; at least 1 / samples. */
  p: number
}

/**
 * Draws as many sentences as there are, with repetition, `samples` times. Scores both methods on the same draw, each as
 * the mean over its seeds. Throws a RangeError where the arrays are not over the same sentences.
 */
export function pairedBootstrap(a: Counts, b: Counts, samples = 10_000, seed = 2019): Difference {
  const sentences = a[0]?.length / 3
  if (a.length === 0 || b.length === 0 || [...a, ...b].some((counts) => counts.length !== 3 * sentences)) {
    throw new RangeError('A paired bootstrap needs both methods on the same sentences.')
  }
  const all = Int32Array.from({ length: sentences }, (_, s) => s)
  const points = meanScore(a, all) - meanScore(b, all)
  const draw = new Int32Array(sentences)
  const differences = new Float64Array(samples)
  let turned = 0
  for (let n = 0; n < samples; n++) {
    // One key per sample: samples from one stream could overlap.
    const key = deriveKey(seed, 'bootstrap', n)
    for (let i = 0; i < sentences; i++) draw[i] = Math.floor(uniform(i, key) * sentences)
    differences[n] = meanScore(a, draw) - meanScore(b, draw)
    if (points >= 0 ? differences[n] <= 0 : differences[n] >= 0) turned++
  }
  differences.sort()
  const quantile = (q: number) => differences[Math.min(samples - 1, Math.floor(q * samples))]
  return { points, low: quantile(0.025), high: quantile(0.975), p: Math.min(1, Math.max(1, 2 * turned) / samples) }
}

/**
 * Percent: 200 · correct / (gold + predicted) over the sentences drawn, averaged over the seeds; 0 where there are
 * none.
 */
export function meanScore(seeds: Counts, sentences: Int32Array): number {
  let total = 0
  for (const counts of seeds) {
    let both = 0
    let correct = 0
    for (let i = 0; i < sentences.length; i++) {
      const at = 3 * sentences[i]
      both += counts[at] + counts[at + 1]
      correct += counts[at + 2]
    }
    total += both === 0 ? 0 : (200 * correct) / both
  }
  return total / seeds.length
}
