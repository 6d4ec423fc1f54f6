/**
 * One training: a round of IMP (one task under its mask), the warmup and hard sharing (all tasks, masks of ones), sparse
 * sharing (all tasks, each under its mask). They differ in tasks, masks and settings, not in code.
 */
import type { EpochMetric, StepMetric, TrainingResult } from '../../shared/training.ts'
import type { EncodedData } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import type { TrainingCheckpoint } from './checkpoint.ts'
import { TrainingStopped, type Interrupt } from './control.ts'
import { Session } from './session.ts'
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
export function train(spec: TrainingSpec, data: EncodedData, start: Weights, checkpoint: TrainingCheckpoint | null, hooks: TrainingHooks): TrainingOutcome {
  const session = new Session(spec, data, start, checkpoint)
  const watch = new Watch(session, hooks)
  try {
    while (!session.finished()) {
      for (const task of session.tasksLeft()) watch.step(session.step(task))
      watch.epoch(session.finishEpoch())
    }
    return session.outcome()
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

  step(metric: StepMetric): void {
    this.steps.push(metric)
    if (performance.now() - this.reportedAt > REPORT_EVERY) this.report()
    if (this.hooks.interrupt.shouldStop()) {
      this.checkpoint()
      throw new TrainingStopped(`stopped at step ${metric.step}`)
    }
    this.checkpointIfDue()
  }

  epoch(metric: EpochMetric): void {
    this.report()
    this.hooks.onEpoch(metric)
    this.checkpointIfDue()
  }

  private report(): void {
    if (this.steps.length) this.hooks.onSteps(this.steps)
    this.steps = []
    this.reportedAt = performance.now()
  }

  private checkpointIfDue(): void {
    if (performance.now() - this.checkpointedAt > 1000 * this.hooks.checkpointSeconds) this.checkpoint()
  }

  private checkpoint(): void {
    this.report()
    this.hooks.onCheckpoint(this.session.checkpoint())
    this.checkpointedAt = performance.now()
  }
}
