/** The names artifacts are kept under: every bundle of arrays that outlives its training is listed here. */
import { VECTOR_COVERAGE } from '../../shared/runs/records.ts'
import type { Method } from '../../shared/settings/methods.ts'

/** Of one training. */
export const TRAINING_ARTIFACTS = {
  /** Weights at the best epoch by dev score: what IMP prunes and what tags, exports and is tested. */
  bestWeights: 'weights.best',
} as const

/** Of the run as a whole. */
export const RUN_ARTIFACTS = {
  /** [S, 3] by method and task: what each test sentence adds to the score (shared/tags/scoring.ts countsBySentence). */
  testCounts: 'test.counts',
  /** Of a run that extends one with a warmup: what takes the place of θ⁽⁰⁾, as it did there. */
  carriedStart: 'extend.start',
  /** Of a run that adds tasks to a trained network without touching it: that network. Dropped once the new one is trained. */
  extended: 'extend.network',
} as const

/** Name of an array within the test counts. */
export const testCountsName = (method: Method, task: string) => `${method}/${task}`

/** JSON documents of the run. */
export const DOCUMENTS = {
  /** Words, characters and tags by index: what a trained network needs to read text without its datasets. */
  vocabulary: 'vocabulary',
  /** How the training corpora split text into tokens (shared/tags/tokenConventions.ts). Runs of earlier versions have none. */
  tokens: 'tokens',
  /** Subnets taken from an earlier run: TicketReport of each of its tasks. */
  tickets: 'tickets',
  /** How many words of train, dev and test have a word vector: the coverage of LoadedData. */
  vectorCoverage: VECTOR_COVERAGE,
} as const
