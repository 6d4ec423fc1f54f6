/** How much of a run is done. No DOM. */
import type { Progress } from '../../../shared/protocol/requests/training.ts'

/**
 * From 0 to 1, as a share of the run's time: `seconds` of training so far, against the estimate of what is left. While
 * it is too early for an estimate, trainings are counted, those under way by their steps.
 */
export function shareDone({ done, planned, trainings, timeLeft }: Progress, seconds: number): number {
  if (timeLeft !== null && seconds + timeLeft.seconds > 0) return seconds / (seconds + timeLeft.seconds)
  const begun = trainings.reduce((sum, { step, totalSteps }) => sum + step / Math.max(1, totalSteps), 0)
  return Math.min(1, (done + begun) / Math.max(1, planned))
}
