/** Scores a training after each epoch: dev of every task, and sealed test splits where an analysis asked for them. */
import type { Score } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedTask } from '../data/types.ts'
import { disposeDeviceMask, makeDeviceMask, type DeviceMask, type Network } from '../nn/network.ts'
import { evaluate, makeEvalSet, type EvalSet } from './evaluate.ts'
import type { TrainingSpec } from './spec.ts'

type Scores = [task: string, score: Score][]

/** A task that takes steps, and the mask it predicts with. */
interface TrainedTask {
  data: EncodedTask
  mask: DeviceMask
}

export class Scorer {
  private readonly network: Network
  private readonly trained: (TrainedTask & { dev: EvalSet; test: EvalSet | null })[]
  /** Tasks that are only scored. */
  private readonly frozen: (TrainedTask & { dev: EvalSet })[]
  /** Computed once: nothing that frozen tasks read ever changes. */
  private frozenScores: Scores | null = null

  /** Owns the masks of frozen tasks, not those of `trained`. */
  constructor({ tasks, sealed }: TrainingSpec, data: EncodedData, network: Network, trained: readonly TrainedTask[]) {
    this.network = network
    const devSet = (task: EncodedTask) => makeEvalSet(task, task.dev, data.spellings)
    const testSet = (task: EncodedTask) => {
      const test = sealed?.tasks.get(task.name)
      return test === undefined
        ? null
        : makeEvalSet({ ...task, tagNames: test.tagNames }, test.split, sealed!.spellings)
    }
    this.trained = trained.map((task) => ({ ...task, dev: devSet(task.data), test: testSet(task.data) }))
    this.frozen = tasks
      .filter(({ frozen }) => frozen)
      .map(({ name, mask }) => {
        const task = data.tasks.find((candidate) => candidate.name === name)!
        return { data: task, mask: mask && makeDeviceMask(mask), dev: devSet(task) }
      })
  }

  /** Dev scores of the tasks that take steps, in their order. The word table must be caught up. */
  async dev(): Promise<Scores> {
    const scores: Scores = []
    for (const { data, dev, mask } of this.trained) scores.push([data.name, await evaluate(this.network, dev, mask)])
    return scores
  }

  /** Dev scores of the tasks that are only scored. */
  async frozenDev(): Promise<Scores> {
    if (this.frozenScores === null) {
      this.frozenScores = []
      for (const { data, dev, mask } of this.frozen)
        this.frozenScores.push([data.name, await evaluate(this.network, dev, mask)])
    }
    return this.frozenScores
  }

  /** Adds the sealed test scores of this epoch, in percent, to those of the epochs before. */
  async addSealed(sealed: [task: string, values: number[]][]): Promise<void> {
    for (const { data, test, mask } of this.trained) {
      if (test === null) continue
      const { value } = await evaluate(this.network, test, mask)
      const known = sealed.find(([task]) => task === data.name)
      if (known === undefined) sealed.push([data.name, [value]])
      else known[1].push(value)
    }
  }

  get frozenTasks(): string[] {
    return this.frozen.map(({ data }) => data.name)
  }

  dispose(): void {
    this.frozen.forEach(({ mask }) => disposeDeviceMask(mask))
  }
}
