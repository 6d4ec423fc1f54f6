/**
 * One training: a round of IMP (one task under its mask), the warmup and hard sharing (all tasks, masks of ones),
 * sparse sharing (all tasks, each under its mask). They differ in tasks, masks and settings, not in code.
 */
import type { EpochMetric, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import type { TrainingCheckpoint } from './checkpoint.ts'
import { TrainingStoppedError, type Interrupt } from './control.ts'
import { Trainer } from './trainer.ts'
import type { TrainingSpec } from './spec.ts'

/** Callbacks of a training, and its interrupt. */
export interface TrainingHooks {
  onSteps(steps: StepMetric[]): void
  onEpoch(metric: EpochMetric): void
  /** The checkpoint is all that is needed to continue to the same bits. Called between steps, after onSteps. */
  onCheckpoint(checkpoint: TrainingCheckpoint): void
  /** The loss exploded and the training went back to its best epoch. */
  onWarning(message: string): void
  interrupt: Interrupt
  /** Seconds between checkpoints. */
  checkpointSeconds: number
}

export interface TrainingOutcome {
  result: TrainingResult
  /** Of the best epoch on dev, or the last ones, as settings.keep says. */
  weights: Weights
}

/** Steps are reported this often, in milliseconds, not one by one. */
const REPORT_EVERY = 200

/**
 * Trains from `start`, or continues from a checkpoint. Deterministic: the same spec, data, start and backend give the
 * same bits, however often it was interrupted. Throws a TrainingStoppedError when the interrupt stops it, a
 * TrainingDivergedError when the loss diverges.
 */
export async function train(
  spec: TrainingSpec,
  data: EncodedData,
  start: Weights,
  checkpoint: TrainingCheckpoint | null,
  hooks: TrainingHooks,
): Promise<TrainingOutcome> {
  const trainer = new Trainer(spec, data, start, checkpoint)
  const monitor = new Monitor(trainer, hooks)
  try {
    while (!trainer.finished()) {
      for (const task of trainer.remainingTasks()) await monitor.afterStep(await trainer.step(task))
      await monitor.afterSteps()
      await monitor.afterEpoch(await trainer.finishEpoch())
    }
    return await trainer.outcome()
  } finally {
    trainer.dispose()
  }
}

/** Reports, takes checkpoints and stops between steps. Never changes the training. */
class Monitor {
  private readonly trainer: Trainer
  private readonly hooks: TrainingHooks
  private steps: StepMetric[] = []
  private reportedAt = performance.now()
  private checkpointedAt = performance.now()

  constructor(trainer: Trainer, hooks: TrainingHooks) {
    this.trainer = trainer
    this.hooks = hooks
  }

  /** `completed`: the steps whose losses have arrived, which may be earlier ones. */
  async afterStep(completed: StepMetric[]): Promise<void> {
    this.steps.push(...completed)
    this.trainer.takeWarnings().forEach((message) => this.hooks.onWarning(message))
    if (performance.now() - this.reportedAt > REPORT_EVERY) await this.report()
    if (this.hooks.interrupt.shouldStop()) {
      const { step } = await this.checkpoint()
      throw new TrainingStoppedError(`stopped after ${step} steps`)
    }
    await this.checkpointIfDue()
  }

  /** After the last step of an epoch. */
  async afterSteps(): Promise<void> {
    await this.report()
  }

  async afterEpoch(metric: EpochMetric): Promise<void> {
    this.trainer.takeWarnings().forEach((message) => this.hooks.onWarning(message))
    this.hooks.onEpoch(metric)
    await this.checkpointIfDue()
  }

  private async report(): Promise<void> {
    this.steps.push(...(await this.trainer.pendingSteps()))
    if (this.steps.length) this.hooks.onSteps(this.steps)
    this.steps = []
    this.reportedAt = performance.now()
  }

  private async checkpointIfDue(): Promise<void> {
    if (performance.now() - this.checkpointedAt > 1000 * this.hooks.checkpointSeconds) await this.checkpoint()
  }

  private async checkpoint(): Promise<TrainingCheckpoint> {
    await this.report()
    const taken = await this.trainer.checkpoint()
    this.hooks.onCheckpoint(taken)
    this.checkpointedAt = performance.now()
    return taken
  }
}
