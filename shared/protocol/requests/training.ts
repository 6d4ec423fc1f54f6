/** Requests about training: start, pause, stop, resume, and estimate the time. */
import { z } from 'zod'
import { BACKENDS } from '../../devices/backends.ts'
import type { TrainingId } from '../../runs/training.ts'
import { anyConfig, runReference } from './common.ts'

export const trainingRequests = {
  /**
   * Checks the config and the data, creates a run, and trains it in a process of its own. Answers when the run is
   * created.
   */
  'training.start': z.strictObject({ config: anyConfig }),
  /** Resumes a run that is not finished, with `backend` on another backend than the recorded one. */
  'training.resume': z.strictObject({ run: runReference, backend: z.enum(BACKENDS).optional() }),
  /** Pauses a run after its current step, and continues it. */
  'training.pause': z.strictObject({ run: runReference }),
  'training.unpause': z.strictObject({ run: runReference }),
  /** Stops at a checkpoint; `training.resume` continues from there. */
  'training.stop': z.strictObject({ run: runReference }),
  /** The runs that this program is training or has queued. */
  'training.active': z.strictObject({}),
  /**
   * Trains a few steps with dense masks on the config's data and estimates the time of the whole run. Takes seconds.
   */
  'training.estimate': z.strictObject({ config: anyConfig }),
}

export interface TrainingResults {
  'training.start': { run: string; warnings: string[] }
  'training.resume': Record<string, never>
  'training.pause': Record<string, never>
  'training.unpause': Record<string, never>
  'training.stop': Record<string, never>
  'training.active': ActiveRun[]
  'training.estimate': Estimate
}

/** queued: starts when the runs before it are done. */
export type ActiveState = 'queued' | 'running' | 'paused' | 'stopping'

export interface ActiveRun {
  run: string
  name: string
  state: ActiveState
  progress: Progress
}

/** Progress of a run at this moment. */
export interface Progress {
  stage: string
  /** Number of trainings done and planned. */
  done: number
  planned: number
  /** The trainings running now. */
  trainings: TrainingProgress[]
  /** Over all running trainings; null until enough was measured. */
  tokensPerSecond: number | null
  timeLeft: { seconds: number; atMost: boolean } | null
}

export interface TrainingProgress {
  id: TrainingId
  /** Fraction of the prunable weights kept, by task. */
  density: Record<string, number>
  step: number
  totalSteps: number
  /** Counted from 0. */
  epoch: number
  totalEpochs: number
  /** Recent mean loss per token, in nats. */
  loss: number | null
}

export interface Estimate {
  /** Seconds of training and evaluation as planned. With `atMost`, patience may end it sooner. */
  seconds: number
  atMost: boolean
  /** Over all trainings side by side, including the time for evaluation. */
  tokensPerSecond: number
  /** Duration of the measurement in seconds. */
  measuredSeconds: number
  /** Whether another run was training meanwhile, which makes this estimate too long. */
  busy: boolean
  /** In the order of the run. Their seconds add up to `seconds`. */
  parts: { stage: string; trainings: number; steps: number; seconds: number }[]
}
