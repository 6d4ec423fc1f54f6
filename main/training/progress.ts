/** A training's progress between two steps: with weights and velocities, all that a checkpoint needs. */
import type { Score } from '../../shared/runs/training.ts'
import type { Weights } from '../nn/network.ts'

export interface Progress {
  epoch: number
  /** Steps taken in this epoch. */
  stepInEpoch: number
  /** Batches drawn of each task since the start. */
  drawn: number[]
  /** In this epoch, by task: Σ loss · tokens, and tokens. */
  lossSum: number[]
  tokenSum: number[]
  trainSeconds: number
  /** The best epoch on dev so far, by the mean of the tasks' scores; the earlier one on a tie. */
  best: { epoch: number; mean: number; dev: Record<string, Score>; weights: Weights } | null
}

export function startProgress(tasks: number): Progress {
  const zeros = () => Array.from({ length: tasks }, () => 0)
  return { epoch: 0, stepInEpoch: 0, drawn: zeros(), lossSum: zeros(), tokenSum: zeros(), trainSeconds: 0, best: null }
}

/** Starts the next epoch. */
export function nextEpoch(progress: Progress): void {
  Object.assign(progress, { epoch: progress.epoch + 1, stepInEpoch: 0, trainSeconds: 0 })
  progress.lossSum.fill(0)
  progress.tokenSum.fill(0)
}
