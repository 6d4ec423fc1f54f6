/** The trainer of one training: its network, optimiser, data and masks, and its progress. */
import { density, intersectAll, ones, type Mask } from '../../shared/network/mask.ts'
import { deriveKey } from '../../shared/util/random.ts'
import type { EpochMetric, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedTask } from '../data/types.ts'
import { packBatch } from '../nn/batch.ts'
import { disposeDeviceMask, makeDeviceMask, Network, type DropoutPlan, type Weights } from '../nn/network.ts'
import { MaskedSgd, type SgdSettings, type StepMasks } from '../nn/optimizer.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { settle } from '../pruning/settle.ts'
import { averagedWith } from './average.ts'
import { restoreCheckpoint, takeCheckpoint, type TrainingCheckpoint } from './checkpoint.ts'
import { TrainingDivergedError } from './control.ts'
import { calmWatch, watchLoss } from './divergence.ts'
import { Scorer } from './scorer.ts'
import { nextEpoch, startProgress, type Progress } from './progress.ts'
import { BatchStream, drawTasks } from './schedule.ts'
import type { TrainingSpec } from './spec.ts'

/** The most steps in flight on a device: enough that it never waits for the next one. */
const STEPS_AHEAD = 8
/** After so many halvings of the learning rate the cause is another one. */
const MAX_HALVINGS = 5

export class Trainer {
  private readonly progress: Progress
  private readonly start: Weights
  private readonly spec: TrainingSpec
  private readonly data: EncodedData
  /** The tasks that take steps. */
  private readonly tasks: { data: EncodedTask; masks: StepMasks; stream: BatchStream }[]
  private readonly scorer: Scorer
  private readonly network: Network
  private readonly optimizer: MaskedSgd
  private readonly scratch: Int32Array
  private readonly warnings: string[] = []
  /** Steps in flight whose losses have not arrived yet, in order. */
  private readonly pending: { t: number; loss: Promise<number>; metric: Omit<StepMetric, 'loss'> }[] = []

  /** Starts from `start`, or continues from a checkpoint. */
  constructor(spec: TrainingSpec, data: EncodedData, start: Weights, checkpoint: TrainingCheckpoint | null) {
    this.spec = spec
    this.data = data
    this.start = start
    this.scratch = new Int32Array(data.wordCount).fill(-1)
    this.network = new Network(spec.shape, start)
    this.optimizer = new MaskedSgd(this.network)
    const dataOf = (name: string) => data.tasks.find((candidate) => candidate.name === name)!
    this.tasks = spec.tasks
      .filter(({ frozen }) => !frozen)
      .map(({ name, mask }) => {
        const task = dataOf(name)
        const stream = new BatchStream(
          task.train,
          spec.settings.optimizer.batchSize,
          spec.seed,
          `${spec.stream}/${name}`,
        )
        return { data: task, masks: stepMasks(mask, spec.trainableMask), stream }
      })
    const trained = this.tasks.map(({ data: task, masks }) => ({ data: task, mask: masks.forward }))
    this.scorer = new Scorer(spec, data, this.network, trained)
    this.progress = startProgress(this.tasks.length)
    if (checkpoint) restoreCheckpoint(checkpoint, this.network, this.optimizer, this.progress)
  }

  /** Whether no epoch is left, by the settings or by patience. */
  finished(): boolean {
    const { epochs, maxSteps, patience, settle } = this.spec.settings
    const { epoch, stepInEpoch, best } = this.progress
    // An epoch that was stopped after its last step still has to be caught up and scored.
    if (stepInEpoch > 0) return false
    if (epoch >= epochs || (maxSteps !== null && this.optimizer.step >= maxSteps)) return true
    if (settle !== null && this.progress.settling.calm >= settle.settledEpochs) return true
    // A network may take dozens of epochs before it dares to find the first span: until then nothing can be judged.
    return patience !== null && best !== null && best.mean > 0 && epoch - 1 - best.epoch >= patience
  }

  /** The tasks (indexes) of the remaining steps of the current epoch. */
  remainingTasks(): Uint16Array {
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
   * One step: a mini-batch of task t through E(x; M_t ⊙ θ_E) and F_t. Changes only what M_t keeps, or of that what
   * `trainableMask` keeps too. Returns the steps whose losses have arrived, in order: a device may be a few steps
   * behind. Throws a TrainingDivergedError where a loss diverges, unless the settings say how to go on.
   */
  async step(t: number): Promise<StepMetric[]> {
    const startedAt = performance.now()
    // So late, because by then the explosion is known however far behind the device is: the same bits every time.
    const { explodedAt } = this.progress
    const recovered = explodedAt !== null && this.optimizer.step > explodedAt + STEPS_AHEAD ? await this.recover() : []
    this.startStep(t)
    const completed = [...recovered, ...(await this.collectLosses(STEPS_AHEAD))]
    this.progress.trainSeconds += (performance.now() - startedAt) / 1000
    return completed
  }

  /** Waits for all losses that have not been returned yet: before a checkpoint, and before the epoch ends. */
  async pendingSteps(): Promise<StepMetric[]> {
    const startedAt = performance.now()
    const completed = await this.collectLosses(0)
    this.progress.trainSeconds += (performance.now() - startedAt) / 1000
    return completed
  }

  private startStep(t: number): void {
    const { progress, spec, optimizer } = this
    const { data: task, masks, stream } = this.tasks[t]
    const { step } = optimizer
    const wordDropout = {
      rate: spec.shape.model.wordDropout,
      key: deriveKey(spec.seed, 'wordDropout', spec.stream, step),
    }
    const batch = packBatch(task.train, this.data.spellings, stream.at(progress.drawn[t]), this.scratch, wordDropout)
    const loss = optimizer.takeStep(batch, task.name, masks, this.dropoutPlan(step), this.sgd())
    // collectLosses awaits it and throws its error; until then it must not count as unhandled.
    loss.catch(() => {})
    this.pending.push({ t, loss, metric: { step, epoch: progress.epoch, task: task.name, tokens: batch.tags.length } })
    progress.drawn[t]++
    progress.stepInEpoch++
  }

  /** Waits for the losses of all steps but the last `behind`. */
  private async collectLosses(behind: number): Promise<StepMetric[]> {
    const { progress } = this
    const completed: StepMetric[] = []
    while (this.pending.length > behind) {
      const { t, loss: pendingLoss, metric } = this.pending.shift()!
      const loss = await pendingLoss
      completed.push({ ...metric, loss })
      // After an explosion the weights are wrong until the training has gone back.
      if (progress.explodedAt !== null) continue
      const problem = watchLoss(progress.watches[t], loss, this.tasks[t].data.tagCount)
      if (problem !== null) this.explode(problem, metric)
      else {
        progress.lossSum[t] += loss * metric.tokens
        progress.tokenSum[t] += metric.tokens
      }
    }
    return completed
  }

  private explode(problem: string, { step, task }: Pick<StepMetric, 'step' | 'task'>): void {
    const { progress, spec } = this
    const { optimizer } = spec.settings
    const { halvings, best } = progress
    const what = `The loss ${problem} at step ${step} of ${spec.stream}, task ${task}`
    if (optimizer.onDivergence === 'stop' || halvings >= MAX_HALVINGS)
      throw new TrainingDivergedError(
        `${what}; lower the learning rate or clip the gradient` +
          (halvings === 0 ? ', or set optimizer.onDivergence to halve.' : `; it was halved ${halvings} times already.`),
      )
    progress.explodedAt = step
    const rate = optimizer.learningRate / 2 ** (halvings + 1)
    const back = best === null ? 'its start' : `epoch ${best.epoch + 1}, the best so far`
    this.warnings.push(`${what}: going back to ${back}, and on at learning rate ${rate}.`)
  }

  /** Goes back to the weights of the best epoch, without velocity. Returns the steps that were still in flight. */
  private async recover(): Promise<StepMetric[]> {
    const { progress, network, optimizer } = this
    const completed = await this.collectLosses(0)
    network.load(progress.best?.weights ?? this.start)
    optimizer.standStill()
    progress.watches.forEach(calmWatch)
    progress.explodedAt = null
    // Only now: rows of the word table that lag behind rely on one rate.
    progress.halvings++
    return completed
  }

  /** What the user should know, since the last call. */
  takeWarnings(): string[] {
    return this.warnings.splice(0)
  }

  /** Scores dev, keeps the weights if they are the best so far, starts the next epoch. No loss may be pending. */
  async finishEpoch(): Promise<EpochMetric> {
    const { progress } = this
    const startedAt = performance.now()
    if (progress.explodedAt !== null) await this.recover()
    this.optimizer.catchUp(this.sgd())
    const putBack = await this.putAverage()
    const scores = await this.scorer.dev()
    const mean = scores.reduce((sum, [, score]) => sum + score.value, 0) / this.tasks.length
    // From entries, not by assignment: a task may be called like a property of every object.
    const dev = Object.fromEntries([...(await this.scorer.frozenDev()), ...scores])
    // Nothing is chosen by dev where the last weights are wanted.
    const isLast = this.spec.settings.optimizer.keep === 'last'
    const best = isLast || progress.best === null || mean > progress.best.mean
    if (best) progress.best = { epoch: progress.epoch, mean, dev, weights: await this.network.weights() }
    const loss: [string, number | null][] = this.tasks.map(({ data }, t) => [
      data.name,
      progress.tokenSum[t] ? progress.lossSum[t] / progress.tokenSum[t] : null,
    ])
    for (const task of this.scorer.frozenTasks) loss.push([task, null])
    await this.scorer.addSealed(progress.sealedTest)
    const maskChange = await this.settle()
    putBack()
    const { epoch, trainSeconds } = progress
    nextEpoch(progress)
    return {
      epoch,
      step: this.optimizer.step,
      loss: Object.fromEntries(loss),
      dev,
      trainSeconds,
      evalSeconds: (performance.now() - startedAt) / 1000,
      best,
      ...(this.spec.settings.settle === null ? {} : { maskChange }),
    }
  }

  /** Puts the mean of the weights in their place, where there is one. Returns what puts the weights back. */
  private async putAverage(): Promise<() => void> {
    const { progress, network, optimizer } = this
    const { averageFrom } = this.spec.settings
    if (averageFrom === null || progress.epoch + 1 < averageFrom) return () => {}
    const [weights, state] = [await network.weights(), await optimizer.state()]
    const average = averagedWith(progress.average, weights)
    progress.average = average
    network.load(average.mean)
    return () => {
      network.load(weights)
      optimizer.restore(state)
    }
  }

  /** How much the mask that pruning would give now differs from the one after the last epoch; null without one. */
  private async settle(): Promise<number | null> {
    const { progress, spec, network } = this
    const { settle: settings } = spec.settings
    if (settings === null) return null
    const mask = spec.tasks[0].mask ?? ones(prunableLayers(spec.shape))
    const { state, change } = settle(progress.settling, await network.weights(), mask, settings)
    progress.settling = state
    return change
  }

  /** The result, and the weights of the best epoch on dev or the last ones, as settings.keep says. */
  async outcome(): Promise<{ result: TrainingResult; weights: Weights }> {
    const { progress, spec } = this
    const best = progress.best!
    const densities = spec.tasks.map(({ name, mask }): [string, number] => [name, mask ? density(mask) : 1])
    return {
      result: {
        density: Object.fromEntries(densities),
        bestEpoch: best.epoch,
        epochs: progress.epoch,
        dev: best.dev,
        ...(progress.halvings === 0 ? {} : { halvings: progress.halvings }),
        ...(progress.sealedTest.length === 0 ? {} : { sealedTest: Object.fromEntries(progress.sealedTest) }),
      },
      weights: spec.settings.keep === 'last' ? await this.network.weights() : best.weights,
    }
  }

  /** No loss may be pending. */
  checkpoint(): Promise<TrainingCheckpoint> {
    return takeCheckpoint(this.network, this.optimizer, this.progress)
  }

  dispose(): void {
    this.tasks.forEach(({ masks }) => [masks.forward, masks.trainable ?? null].forEach(disposeDeviceMask))
    this.scorer.dispose()
    this.optimizer.dispose()
    this.network.dispose()
  }

  /** The learning rate only changes between epochs: lazy momentum relies on that. */
  private sgd(): SgdSettings {
    const { optimizer, learningRateDecay, clipNorm, clipValue } = this.spec.settings
    const { learningRate, momentum, weightDecay } = optimizer
    return {
      learningRate: learningRate / (1 + learningRateDecay * this.progress.epoch) / 2 ** this.progress.halvings,
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

/** Without `trainableMask`, steps may move whatever the task's mask keeps. */
function stepMasks(mask: Mask | null, trainableMask: Mask | undefined): StepMasks {
  const forward = mask && makeDeviceMask(mask)
  if (trainableMask === undefined) return { forward }
  return { forward, trainable: makeDeviceMask(mask ? intersectAll([mask, trainableMask]) : trainableMask) }
}
