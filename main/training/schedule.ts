/** The task and mini-batch of each step of a training: pure functions of a random key and counters. */
import { deriveKey, uniform, type RandomKey } from '../../shared/util/random.ts'
import type { JointConfig } from '../../shared/settings/config.ts'
import { bucketBatches } from '../nn/batch.ts'
import type { EncodedSplit } from '../data/types.ts'

export type Sampling = JointConfig['sampling']

/** Sentences and batches of each task, in task order. */
export interface TaskSize {
  sentences: number
  batches: number
}

/** Steps per epoch: as many as the tasks have batches, so that each task sees its data once in expectation. */
export function stepsPerEpoch(tasks: TaskSize[]): number {
  return tasks.reduce((total, task) => total + task.batches, 0)
}

/**
 * The task (an index) of every step of an epoch. proportional: drawn with probability proportional to the number of
 * sentences (Sanh, Wolf, Ruder 2019); roundRobin: the tasks in turn; annealed: probability ∝ sentences^a, where a falls
 * from 1 in the first epoch to 0.2 in the last (Stickland and Murray 2019).
 */
export function drawTasks(
  tasks: TaskSize[],
  sampling: Sampling,
  epoch: number,
  epochs: number,
  key: RandomKey,
): Uint16Array {
  const steps = stepsPerEpoch(tasks)
  if (sampling === 'roundRobin')
    return Uint16Array.from({ length: steps }, (_, step) => (epoch * steps + step) % tasks.length)
  const exponent = sampling === 'annealed' && epochs > 1 ? 1 - (0.8 * epoch) / (epochs - 1) : 1
  const weights = tasks.map(({ sentences }) => sentences ** exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Uint16Array.from({ length: steps }, (_, step) => {
    let u = uniform(step, key) * total
    let task = 0
    while (task < tasks.length - 1 && u >= weights[task]) u -= weights[task++]
    return task
  })
}

/** An endless stream of one task's mini-batches: pass after pass over its data, each in a new order. */
export class BatchStream {
  private readonly split: EncodedSplit
  private readonly batchSize: number
  private readonly seed: number
  private readonly name: string
  private pass = -1
  private batches: Int32Array[] = []
  readonly batchesPerPass: number

  constructor(split: EncodedSplit, batchSize: number, seed: number, name: string) {
    this.split = split
    this.batchSize = batchSize
    this.seed = seed
    this.name = name
    this.batchesPerPass = this.of(0).length
  }

  /** The sentences of the n-th batch drawn of this task since the start of the training. */
  at(n: number): Int32Array {
    return this.of(Math.floor(n / this.batchesPerPass))[n % this.batchesPerPass]
  }

  private of(pass: number): Int32Array[] {
    if (pass !== this.pass) {
      this.batches = bucketBatches(this.split, this.batchSize, deriveKey(this.seed, 'batches', this.name, pass))
      this.pass = pass
    }
    return this.batches
  }
}
