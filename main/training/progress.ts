/** A training's progress between two steps: with weights and velocities, all that a checkpoint needs. */
import type { Score } from '../../shared/runs/training.ts'
import type { Weights } from '../nn/network.ts'
import type { WeightAverage } from './average.ts'
import type { Settling } from '../pruning/settle.ts'
import { startWatch, type LossWatch } from './divergence.ts'

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
  average: WeightAverage
  /** In a search for a mask. */
  settling: Settling
  /** By task: whether its loss explodes. */
  watches: LossWatch[]
  /** The step at which the loss exploded, until the training has gone back to its best epoch; else null. */
  explodedAt: number | null
  /** How often it went back; each time halves the learning rate. */
  halvings: number
  /** By task: sealed test scores after every epoch. */
  sealedTest: [task: string, values: number[]][]
}

export function startProgress(tasks: number): Progress {
  const zeros = () => Array.from({ length: tasks }, () => 0)
  return {
    epoch: 0,
    stepInEpoch: 0,
    drawn: zeros(),
    lossSum: zeros(),
    tokenSum: zeros(),
    trainSeconds: 0,
    best: null,
    average: { count: 0, mean: null },
    settling: { next: null, calm: 0 },
    watches: Array.from({ length: tasks }, startWatch),
    explodedAt: null,
    halvings: 0,
    sealedTest: [],
  }
}

/** Starts the next epoch. */
export function nextEpoch(progress: Progress): void {
  Object.assign(progress, { epoch: progress.epoch + 1, stepInEpoch: 0, trainSeconds: 0 })
  progress.lossSum.fill(0)
  progress.tokenSum.fill(0)
}
