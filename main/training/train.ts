/**
 * One training: a round of IMP (one task under its mask), the warmup and hard sharing (all tasks, masks of ones), sparse
 * sharing (all tasks, each under its mask). They differ in tasks, masks and settings, not in code.
 */
import type { EpochMetric, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import type { TrainingCheckpoint } from './checkpoint.ts'
import { TrainingStopped, type Interrupt } from './control.ts'
import { Session } from './trainer.ts'
import type { TrainingSpec } from './spec.ts'

/** Whoever watches a training, and may interrupt it. */
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

/** Steps are told several times a second, not one by one. */
const REPORT_EVERY = 200

/**
 * Trains from `start`, or on from a checkpoint. Deterministic: the same spec, data, start and backend give the same bits,
 * however often it was interrupted. Throws TrainingStopped where the interrupt asks for it.
 */
export async function train(
  spec: TrainingSpec,
  data: EncodedData,
  start: Weights,
  checkpoint: TrainingCheckpoint | null,
  hooks: TrainingHooks,
): Promise<TrainingOutcome> {
  const session = new Session(spec, data, start, checkpoint)
  const watch = new Watch(session, hooks)
  try {
    while (!session.finished()) {
      for (const task of session.tasksLeft()) await watch.step(await session.step(task))
      await watch.endOfSteps()
      await watch.epoch(await session.finishEpoch())
    }
    return await session.outcome()
  } finally {
    session.dispose()
  }
}

/** Between the steps: reports, takes checkpoints, stops. Changes nothing about the training. */
class Watch {
  private readonly session: Session
  private readonly hooks: TrainingHooks
  private steps: StepMetric[] = []
  private reportedAt = performance.now()
  private checkpointedAt = performance.now()

  constructor(session: Session, hooks: TrainingHooks) {
    this.session = session
    this.hooks = hooks
  }

  /** After a step: with the metrics of those, this or earlier ones, whose losses came. */
  async step(come: StepMetric[]): Promise<void> {
    this.steps.push(...come)
    if (performance.now() - this.reportedAt > REPORT_EVERY) await this.report()
    if (this.hooks.interrupt.shouldStop()) {
      const { step } = await this.checkpoint()
      throw new TrainingStopped(`stopped after ${step} steps`)
    }
    await this.checkpointIfDue()
  }

  /** After the last step of an epoch. */
  async endOfSteps(): Promise<void> {
    await this.report()
  }

  async epoch(metric: EpochMetric): Promise<void> {
    this.hooks.onEpoch(metric)
    await this.checkpointIfDue()
  }

  private async report(): Promise<void> {
    this.steps.push(...(await this.session.outstanding()))
    if (this.steps.length) this.hooks.onSteps(this.steps)
    this.steps = []
    this.reportedAt = performance.now()
  }

  private async checkpointIfDue(): Promise<void> {
    if (performance.now() - this.checkpointedAt > 1000 * this.hooks.checkpointSeconds) await this.checkpoint()
  }

  private async checkpoint(): Promise<TrainingCheckpoint> {
    await this.report()
    const taken = await this.session.checkpoint()
    this.hooks.onCheckpoint(taken)
    this.checkpointedAt = performance.now()
    return taken
  }
}
