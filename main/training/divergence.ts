/**
 * Notices a loss that explodes: not a number, or far above its initial value. State is kept by task in the progress of
 * a training, so that a resumed training notices the same at the same step.
 */

/** How far above its initial value the loss must rise. */
const FACTOR = 3
/** Steps whose mean loss is the initial value. */
const FIRST_STEPS = 10
/** Weight of the newest step in the recent loss. */
const RECENT_WEIGHT = 0.1

export interface LossWatch {
  /** Steps in `first`, up to FIRST_STEPS. */
  steps: number
  /** Mean loss of the first steps. */
  first: number
  /** Moving average of the loss. */
  recent: number
}

export function startWatch(): LossWatch {
  return { steps: 0, first: 0, recent: 0 }
}

/**
 * Takes the loss of a step (nats per token) and returns what is wrong, or null. `tags`: number of tags, for guessing
 * costs ln(tags): a training that starts from trained weights begins far below that.
 */
export function watchLoss(watch: LossWatch, loss: number, tags: number): string | null {
  if (!Number.isFinite(loss)) return `became ${loss}`
  if (watch.steps < FIRST_STEPS) {
    watch.first += (loss - watch.first) / ++watch.steps
    watch.recent = watch.first
    return null
  }
  watch.recent += RECENT_WEIGHT * (loss - watch.recent)
  const initial = Math.max(watch.first, Math.log(tags))
  return watch.recent > FACTOR * initial
    ? `rose to ${watch.recent.toFixed(2)} nats per token, from ${watch.first.toFixed(2)}`
    : null
}

/** After the weights went back to a good epoch. */
export function calmWatch(watch: LossWatch): void {
  watch.recent = Math.min(watch.recent, watch.first)
}
