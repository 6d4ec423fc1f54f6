/** The names artifacts are kept under: every bundle of arrays that outlives its training is listed here. */

/** Of one training. */
export const TRAINING_ARTIFACTS = {
  /** Weights at the best epoch by dev score: what IMP prunes and what tags, exports and is tested. */
  bestWeights: 'weights.best',
} as const

/** Of the run as a whole. */
export const RUN_ARTIFACTS = {
  /** θ⁽⁰⁾, or θ⁽ʷ⁾ after warmup: where every round of IMP and the joint training start from. */
  startWeights: 'weights.start',
} as const

/** JSON documents of the run. */
export const DOCUMENTS = {
  /** Words, characters and tags by index: what a trained network needs to read text without its datasets. */
  vocabulary: 'vocabulary',
  /** Subnets taken from an earlier run: TicketReport of each task. */
  tickets: 'tickets',
} as const
