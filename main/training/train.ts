/**
 * One training: a round of IMP (one task under its mask), the warmup and hard sharing (all tasks, masks of ones), sparse
 * sharing (all tasks, each under its mask). They differ in tasks, masks and settings, not in code.
 */
import type { JointConfig, OptimizerConfig } from '../../shared/config.ts'
import type { Mask } from '../../shared/mask.ts'
import { density } from '../../shared/mask.ts'
import { deriveKey } from '../../shared/random.ts'
import type { EpochMetric, Score, StepMetric, TrainingId, TrainingResult } from '../../shared/training.ts'
import type { EncodedData, EncodedTask } from '../data/types.ts'
import { packBatch } from '../nn/batch.ts'
import { disposeDeviceMask, makeDeviceMask, Network, type DeviceMask, type DropoutPlan, type Weights } from '../nn/network.ts'
import { MaskedSgd, type SgdSettings } from '../nn/optimizer.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import { restoreCheckpoint, takeCheckpoint, type TrainingCheckpoint } from './checkpoint.ts'
import { TrainingStopped, type Interrupt } from './control.ts'
import { evaluate, makeExam, type Exam } from './evaluate.ts'
import { BatchStream, drawTasks, stepsPerEpoch } from './schedule.ts'

/** The settings of one training. */
export interface TrainingSettings {
  epochs: number
  /** In steps; where set, the training ends after this many, at the latest. */
  maxSteps: number | null
  optimizer: OptimizerConfig
  learningRateDecay: number
  clipNorm: number | null
  clipValue: number | null
  patience: number | null
  sampling: JointConfig['sampling']
  /** Which weights the training gives: those of the best epoch on dev, or the last ones (warmup). */
  keep: 'best' | 'last'
}

export interface TrainingSpec {
  id: TrainingId
  seed: number
  /** Names the random streams: trainings that share it see the same batches and dropout, and differ by their masks alone. */
  stream: string
  shape: NetworkShape
  /** The tasks trained and the mask of each; null = all ones. */
  tasks: { name: string; mask: Mask | null }[]
  settings: TrainingSettings
}

export interface TrainingHooks {
  onSteps(steps: StepMetric[]): void
  onEpoch(metric: EpochMetric): void
  /** Everything needed to go on to the same bits. Called between steps, after onSteps. */
  onCheckpoint(checkpoint: TrainingCheckpoint): void
  interrupt: Interrupt
  /** Seconds between checkpoints. */
  checkpointSeconds: number
}

export interface TrainingOutcome {
  result: TrainingResult
  /** Of the best epoch on dev, or the last ones, as settings.keep says. */
  weights: Weights
}

/** Where a training stands between two steps; a checkpoint holds it all. */
export interface Progress {
  epoch: number
  /** Steps taken in this epoch. */
  stepInEpoch: number
  /** Batches drawn of each task since the start. */
  drawn: number[]
  /** Of this epoch, by task: Σ loss · tokens, and tokens. */
  lossSum: number[]
  tokenSum: number[]
  trainSeconds: number
  best: { epoch: number; mean: number; dev: Record<string, Score>; weights: Weights } | null
}

/**
 * Trains from `start`, or on from a checkpoint, and returns its weights. Deterministic: the same spec, data, start
 * and backend give the same bits, however often it was interrupted. Throws TrainingStopped where the interrupt asks for it.
 */
export function train(spec: TrainingSpec, data: EncodedData, start: Weights, checkpoint: TrainingCheckpoint | null, hooks: TrainingHooks): TrainingOutcome {
  const session = new Session(spec, data, start, checkpoint)
  try {
    const { progress } = session
    while (progress.epoch < spec.settings.epochs && !session.finished()) {
      session.trainEpoch(hooks)
      hooks.onEpoch(session.finishEpoch())
      session.checkpointIfDue(hooks)
    }
    const best = progress.best!
    const densities = spec.tasks.map(({ name, mask }) => [name, mask ? density(mask) : 1])
    return { result: { density: Object.fromEntries(densities), bestEpoch: best.epoch, epochs: progress.epoch, dev: best.dev }, weights: session.weights() }
  } finally {
    session.dispose()
  }
}

/** The working parts of a training and its progress. */
class Session {
  readonly progress: Progress
  private readonly spec: TrainingSpec
  private readonly data: EncodedData
  private readonly tasks: { data: EncodedTask; mask: DeviceMask; stream: BatchStream; exam: Exam }[]
  private readonly network: Network
  private readonly optimizer: MaskedSgd
  private readonly scratch: Int32Array
  private readonly pending: StepMetric[] = []
  private reportedAt = performance.now()
  private checkpointedAt = performance.now()

  constructor(spec: TrainingSpec, data: EncodedData, start: Weights, checkpoint: TrainingCheckpoint | null) {
    this.spec = spec
    this.data = data
    this.scratch = new Int32Array(data.wordCount).fill(-1)
    this.network = new Network(spec.shape, start)
    this.optimizer = new MaskedSgd(this.network)
    this.tasks = spec.tasks.map(({ name, mask }) => {
      const task = data.tasks.find((candidate) => candidate.name === name)!
      return {
        data: task,
        mask: mask && makeDeviceMask(mask),
        stream: new BatchStream(task.train, spec.settings.optimizer.batchSize, spec.seed, `${spec.stream}/${name}`),
        exam: makeExam(task, task.dev, data.spellings, this.scratch),
      }
    })
    const zeros = () => this.tasks.map(() => 0)
    this.progress = { epoch: 0, stepInEpoch: 0, drawn: zeros(), lossSum: zeros(), tokenSum: zeros(), trainSeconds: 0, best: null }
    if (checkpoint) restoreCheckpoint(checkpoint, this.network, this.optimizer, this.progress)
  }

  finished(): boolean {
    const { maxSteps, patience } = this.spec.settings
    const { epoch, stepInEpoch, best } = this.progress
    // An epoch stopped after its last step is still to be settled and scored.
    if (stepInEpoch > 0) return false
    if (maxSteps !== null && this.optimizer.step >= maxSteps) return true
    return patience !== null && best !== null && epoch - 1 - best.epoch >= patience
  }

  /** The rest of the current epoch's steps. */
  trainEpoch(hooks: TrainingHooks): void {
    const { progress, spec } = this
    const { settings } = spec
    const sizes = this.tasks.map(({ data, stream }) => ({ sentences: data.train.sentenceStart.length - 1, batches: stream.batchesPerPass }))
    const key = deriveKey(spec.seed, 'tasks', spec.stream, progress.epoch)
    const draws = drawTasks(sizes, settings.sampling, progress.epoch, settings.epochs, key)
    const sgd = this.sgd()
    while (progress.stepInEpoch < draws.length && (settings.maxSteps === null || this.optimizer.step < settings.maxSteps)) {
      const began = performance.now()
      this.step(draws[progress.stepInEpoch], sgd)
      const now = performance.now()
      progress.trainSeconds += (now - began) / 1000
      if (now - this.reportedAt > 200) this.report(hooks)
      if (hooks.interrupt.shouldStop()) {
        this.checkpoint(hooks)
        throw new TrainingStopped(`stopped at step ${this.optimizer.step}`)
      }
      this.checkpointIfDue(hooks)
    }
    this.report(hooks)
    this.optimizer.settle(sgd)
  }

  /** One step: a mini-batch of the task, through E(x; M_t ⊙ θ_E) and F_t, changing only what M_t keeps. */
  private step(t: number, sgd: SgdSettings): void {
    const { progress, spec, optimizer } = this
    const { data: task, mask, stream } = this.tasks[t]
    const step = optimizer.step
    const wordDropout = { rate: spec.shape.model.wordDropout, key: deriveKey(spec.seed, 'wordDropout', spec.stream, step) }
    const batch = packBatch(task.train, this.data.spellings, stream.at(progress.drawn[t]), this.scratch, wordDropout)
    const loss = optimizer.takeStep(batch, task.name, mask, this.dropoutPlan(step), sgd)
    if (!Number.isFinite(loss)) throw new Error(`The loss became ${loss} at step ${step} of ${spec.stream}; lower the learning rate or clip the gradient.`)
    const tokens = batch.tags.length
    progress.drawn[t]++
    progress.stepInEpoch++
    progress.lossSum[t] += loss * tokens
    progress.tokenSum[t] += tokens
    this.pending.push({ step, epoch: progress.epoch, task: task.name, loss, tokens })
  }

  private sgd(): SgdSettings {
    const { optimizer, learningRateDecay, clipNorm, clipValue } = this.spec.settings
    const { learningRate, momentum, weightDecay } = optimizer
    return { learningRate: learningRate / (1 + learningRateDecay * this.progress.epoch), momentum, weightDecay, clipNorm, clipValue }
  }

  private dropoutPlan(step: number): DropoutPlan {
    const keep = 1 - this.spec.shape.model.dropout
    return (site) => ({ keep, key: deriveKey(this.spec.seed, 'dropout', this.spec.stream, step, site) })
  }

  /** Scores dev, keeps the best weights, turns to the next epoch. */
  finishEpoch(): EpochMetric {
    const { progress } = this
    const began = performance.now()
    const dev: Record<string, Score> = {}
    for (const { data, exam, mask } of this.tasks) dev[data.name] = evaluate(this.network, exam, mask)
    const mean = Object.values(dev).reduce((sum, score) => sum + score.value, 0) / this.tasks.length
    const best = progress.best === null || mean > progress.best.mean
    if (best) progress.best = { epoch: progress.epoch, mean, dev, weights: this.network.weights() }
    const loss = Object.fromEntries(this.tasks.map(({ data }, t) => [data.name, progress.tokenSum[t] ? progress.lossSum[t] / progress.tokenSum[t] : null]))
    const { epoch, trainSeconds } = progress
    const metric = { epoch, step: this.optimizer.step, loss, dev, trainSeconds, evalSeconds: (performance.now() - began) / 1000, best }
    Object.assign(progress, { epoch: epoch + 1, stepInEpoch: 0, trainSeconds: 0 })
    progress.lossSum.fill(0)
    progress.tokenSum.fill(0)
    return metric
  }

  weights(): Weights {
    return this.spec.settings.keep === 'last' ? this.network.weights() : this.progress.best!.weights
  }

  checkpointIfDue(hooks: TrainingHooks): void {
    if (performance.now() - this.checkpointedAt > 1000 * hooks.checkpointSeconds) this.checkpoint(hooks)
  }

  private checkpoint(hooks: TrainingHooks): void {
    this.report(hooks)
    hooks.onCheckpoint(takeCheckpoint(this.network, this.optimizer, this.progress))
    this.checkpointedAt = performance.now()
  }

  private report(hooks: TrainingHooks): void {
    if (this.pending.length) hooks.onSteps(this.pending.splice(0))
    this.reportedAt = performance.now()
  }

  dispose(): void {
    this.tasks.forEach(({ mask }) => disposeDeviceMask(mask))
    this.optimizer.dispose()
    this.network.dispose()
  }
}

/** Steps that a training takes at the most. */
export function plannedSteps(spec: TrainingSpec, data: EncodedData): number {
  const { epochs, maxSteps, optimizer } = spec.settings
  const sizes = spec.tasks.map(({ name }) => {
    const sentences = data.tasks.find((task) => task.name === name)!.train.sentenceStart.length - 1
    return { sentences, batches: Math.ceil(sentences / optimizer.batchSize) }
  })
  return Math.min(epochs * stepsPerEpoch(sizes), maxSteps ?? Infinity)
}
