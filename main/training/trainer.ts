/** The working parts of one training: network, optimiser, each task's data and mask, and how far it is. */
import { density, intersectAll, type Mask } from '../../shared/network/mask.ts'
import { deriveKey } from '../../shared/util/random.ts'
import type { EpochMetric, Score, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedTask } from '../data/types.ts'
import { packBatch } from '../nn/batch.ts'
import {
  disposeDeviceMask,
  makeDeviceMask,
  Network,
  type DeviceMask,
  type DropoutPlan,
  type Weights,
} from '../nn/network.ts'
import { MaskedSgd, type SgdSettings, type StepMasks } from '../nn/optimizer.ts'
import { restoreCheckpoint, takeCheckpoint, type TrainingCheckpoint } from './checkpoint.ts'
import { TrainingDiverged } from './control.ts'
import { evaluate, makeExam, type Exam } from './evaluate.ts'
import { nextEpoch, startProgress, type Progress } from './progress.ts'
import { BatchStream, drawTasks } from './schedule.ts'
import type { TrainingSpec } from './spec.ts'

/** So many steps may be under way on a device: enough that it never waits for the next one. */
const STEPS_AHEAD = 8

export class Session {
  private readonly progress: Progress
  private readonly spec: TrainingSpec
  private readonly data: EncodedData
  /** Those that take steps, and those that are only scored. */
  private readonly tasks: { data: EncodedTask; masks: StepMasks; stream: BatchStream; exam: Exam }[]
  private readonly resting: { data: EncodedTask; mask: DeviceMask; exam: Exam }[]
  /** Scores of those that rest: nothing that they read ever moves. */
  private restingScores: Record<string, Score> | null = null
  private readonly network: Network
  private readonly optimizer: MaskedSgd
  private readonly scratch: Int32Array
  /** Steps under way whose losses were not taken in yet, in order. */
  private readonly pending: { t: number; loss: Promise<number>; metric: Omit<StepMetric, 'loss'> }[] = []

  /** Starts from `start`, or goes on from a checkpoint. */
  constructor(spec: TrainingSpec, data: EncodedData, start: Weights, checkpoint: TrainingCheckpoint | null) {
    this.spec = spec
    this.data = data
    this.scratch = new Int32Array(data.wordCount).fill(-1)
    this.network = new Network(spec.shape, start)
    this.optimizer = new MaskedSgd(this.network)
    const dataOf = (name: string) => data.tasks.find((candidate) => candidate.name === name)!
    const examOf = (task: EncodedTask) => makeExam(task, task.dev, data.spellings)
    this.tasks = spec.tasks
      .filter(({ rests }) => !rests)
      .map(({ name, mask }) => {
        const task = dataOf(name)
        const stream = new BatchStream(
          task.train,
          spec.settings.optimizer.batchSize,
          spec.seed,
          `${spec.stream}/${name}`,
        )
        return { data: task, masks: stepMasks(mask, spec.free), stream, exam: examOf(task) }
      })
    this.resting = spec.tasks
      .filter(({ rests }) => rests)
      .map(({ name, mask }) => {
        const task = dataOf(name)
        return { data: task, mask: mask && makeDeviceMask(mask), exam: examOf(task) }
      })
    this.progress = startProgress(this.tasks.length)
    if (checkpoint) restoreCheckpoint(checkpoint, this.network, this.optimizer, this.progress)
  }

  /** Whether no epoch is left, by the settings or by patience. */
  finished(): boolean {
    const { epochs, maxSteps, patience } = this.spec.settings
    const { epoch, stepInEpoch, best } = this.progress
    // An epoch stopped after its last step is still to be settled and scored.
    if (stepInEpoch > 0) return false
    if (epoch >= epochs || (maxSteps !== null && this.optimizer.step >= maxSteps)) return true
    return patience !== null && best !== null && epoch - 1 - best.epoch >= patience
  }

  /** The tasks (indexes) of the steps that the current epoch has left. */
  tasksLeft(): Uint16Array {
    const { progress, spec, optimizer } = this
    const { sampling, epochs, maxSteps } = spec.settings
    const sizes = this.tasks.map(({ data, stream }) => ({
      sentences: data.train.sentenceStart.length - 1,
      batches: stream.batchesPerPass,
    }))
    const draws = drawTasks(
      sizes,
      sampling,
      progress.epoch,
      epochs,
      deriveKey(spec.seed, 'tasks', spec.stream, progress.epoch),
    )
    const most = maxSteps === null ? Infinity : maxSteps - optimizer.step
    return draws.subarray(progress.stepInEpoch, Math.min(draws.length, progress.stepInEpoch + most))
  }

  /**
   * One step: a mini-batch of task t, through E(x; M_t ⊙ θ_E) and F_t, changing only what M_t keeps, or the part of it that is free.
   * Returns the steps whose losses have come, in order: a device may be a few steps behind. Throws an Error where a loss is no number.
   */
  async step(t: number): Promise<StepMetric[]> {
    const began = performance.now()
    this.take(t)
    const come = await this.arrived(STEPS_AHEAD)
    this.progress.trainSeconds += (performance.now() - began) / 1000
    return come
  }

  /** Waits for the losses that were not told yet: before a checkpoint, and before the epoch ends. */
  async outstanding(): Promise<StepMetric[]> {
    const began = performance.now()
    const come = await this.arrived(0)
    this.progress.trainSeconds += (performance.now() - began) / 1000
    return come
  }

  private take(t: number): void {
    const { progress, spec, optimizer } = this
    const { data: task, masks, stream } = this.tasks[t]
    const { step } = optimizer
    const wordDropout = {
      rate: spec.shape.model.wordDropout,
      key: deriveKey(spec.seed, 'wordDropout', spec.stream, step),
    }
    const batch = packBatch(task.train, this.data.spellings, stream.at(progress.drawn[t]), this.scratch, wordDropout)
    const loss = optimizer.takeStep(batch, task.name, masks, this.dropoutPlan(step), this.sgd())
    // Whoever waits for it is told; until then nobody need be.
    loss.catch(() => {})
    this.pending.push({ t, loss, metric: { step, epoch: progress.epoch, task: task.name, tokens: batch.tags.length } })
    progress.drawn[t]++
    progress.stepInEpoch++
  }

  /** Takes in the losses of all steps but the last `behind`. */
  private async arrived(behind: number): Promise<StepMetric[]> {
    const { progress, spec } = this
    const come: StepMetric[] = []
    while (this.pending.length > behind) {
      const { t, loss: coming, metric } = this.pending.shift()!
      const loss = await coming
      if (!Number.isFinite(loss))
        throw new TrainingDiverged(
          `The loss became ${loss} at step ${metric.step} of ${spec.stream}; lower the learning rate or clip the gradient.`,
        )
      progress.lossSum[t] += loss * metric.tokens
      progress.tokenSum[t] += metric.tokens
      come.push({ ...metric, loss })
    }
    return come
  }

  /** Scores dev, keeps the weights if they are the best so far, turns to the next epoch. No loss may be outstanding. */
  async finishEpoch(): Promise<EpochMetric> {
    const { progress } = this
    const began = performance.now()
    this.optimizer.settle(this.sgd())
    const scores: Record<string, Score> = {}
    for (const { data, exam, masks } of this.tasks)
      scores[data.name] = await evaluate(this.network, exam, masks.forward)
    const mean = Object.values(scores).reduce((sum, score) => sum + score.value, 0) / this.tasks.length
    const dev: Record<string, Score> = { ...(await this.scoreResting()), ...scores }
    const best = progress.best === null || mean > progress.best.mean
    if (best) progress.best = { epoch: progress.epoch, mean, dev, weights: await this.network.weights() }
    const loss: [string, number | null][] = this.tasks.map(({ data }, t) => [
      data.name,
      progress.tokenSum[t] ? progress.lossSum[t] / progress.tokenSum[t] : null,
    ])
    for (const { data } of this.resting) loss.push([data.name, null])
    const { epoch, trainSeconds } = progress
    nextEpoch(progress)
    return {
      epoch,
      step: this.optimizer.step,
      loss: Object.fromEntries(loss),
      dev,
      trainSeconds,
      evalSeconds: (performance.now() - began) / 1000,
      best,
    }
  }

  /** What the training came to: its weights are those of the best epoch on dev, or the last, as settings.keep says. */
  async outcome(): Promise<{ result: TrainingResult; weights: Weights }> {
    const { progress, spec } = this
    const best = progress.best!
    const densities = spec.tasks.map(({ name, mask }) => [name, mask ? density(mask) : 1])
    return {
      result: { density: Object.fromEntries(densities), bestEpoch: best.epoch, epochs: progress.epoch, dev: best.dev },
      weights: spec.settings.keep === 'last' ? await this.network.weights() : best.weights,
    }
  }

  private async scoreResting(): Promise<Record<string, Score>> {
    if (this.restingScores === null) {
      this.restingScores = {}
      for (const { data, exam, mask } of this.resting)
        this.restingScores[data.name] = await evaluate(this.network, exam, mask)
    }
    return this.restingScores
  }

  /** No loss may be outstanding. */
  checkpoint(): Promise<TrainingCheckpoint> {
    return takeCheckpoint(this.network, this.optimizer, this.progress)
  }

  dispose(): void {
    this.tasks.forEach(({ masks }) => [masks.forward, masks.only ?? null].forEach(disposeDeviceMask))
    this.resting.forEach(({ mask }) => disposeDeviceMask(mask))
    this.optimizer.dispose()
    this.network.dispose()
  }

  /** The learning rate changes between epochs only: lazy momentum relies on it. */
  private sgd(): SgdSettings {
    const { optimizer, learningRateDecay, clipNorm, clipValue } = this.spec.settings
    const { learningRate, momentum, weightDecay } = optimizer
    return {
      learningRate: learningRate / (1 + learningRateDecay * this.progress.epoch),
      momentum,
      weightDecay,
      clipNorm,
      clipValue,
    }
  }

  private dropoutPlan(step: number): DropoutPlan {
    const keep = 1 - this.spec.shape.model.dropout
    return (site) => ({ keep, key: deriveKey(this.spec.seed, 'dropout', this.spec.stream, step, site) })
  }
}

/** `free` is what steps may move at all; without it, whatever the task's mask keeps. */
function stepMasks(mask: Mask | null, free: Mask | undefined): StepMasks {
  const forward = mask && makeDeviceMask(mask)
  if (free === undefined) return { forward }
  return { forward, only: makeDeviceMask(mask ? intersectAll([mask, free]) : free) }
}
