/** Names of the stored artifacts: every bundle of arrays that outlives its training. */
import { VECTOR_COVERAGE } from '../../shared/runs/records.ts'
import type { Method } from '../../shared/settings/methods.ts'

/** Artifacts of one training. */
export const TRAINING_ARTIFACTS = {
  /** Weights at the best epoch by dev score: IMP prunes them; tagging, export and the test use them. */
  bestWeights: 'weights.best',
} as const

/** Artifacts of the whole run. */
export const RUN_ARTIFACTS = {
  /** [S, 3] by method and task: counts of each test sentence (shared/tags/scoring.ts countsBySentence). */
  testCounts: 'test.counts',
  /** For a run that extends one with a warmup: the weights that replace θ⁽⁰⁾, as in that run. */
  carriedStart: 'extend.start',
  /** For a run that adds tasks to a trained network privately: that network. Deleted when the new one is trained. */
  extended: 'extend.network',
} as const

/** Name of an array within the test counts. */
export const testCountsName = (method: Method, task: string) => `${method}/${task}`

/** JSON documents of the run. */
export const DOCUMENTS = {
  /** Words, characters and tags by index: with it, a trained network reads text without its datasets. */
  vocabulary: 'vocabulary',
  /**
   * How the training corpora split text into tokens (shared/tags/tokenConventions.ts). Runs of earlier versions have
   * none.
   */
  tokens: 'tokens',
  /** Whether the scores are divided by the fitted temperatures when the run tags. Absent: they are not. */
  calibration: 'calibration',
  /** Subnets taken from an earlier run: TicketReport of each of its tasks. */
  tickets: 'tickets',
  /** How many words of train, dev and test have a word vector: the coverage of LoadedData. */
  vectorCoverage: VECTOR_COVERAGE,
} as const
