/** Requests that train: start, pause, stop, go on; and how long it would take. */
import { z } from 'zod'
import { BACKENDS } from '../../devices/backends.ts'
import type { TrainingId } from '../../runs/training.ts'
import { anyConfig, runReference } from './common.ts'

export const trainingRequests = {
  /** Checks the config and the data, records a run, and trains it in a process of its own; answers once it is recorded. */
  'training.start': z.strictObject({ config: anyConfig }),
  /** Goes on with a run that was stopped, interrupted, failed or only created; on another backend than the one on its record where one is named. */
  'training.resume': z.strictObject({ run: runReference, backend: z.enum(BACKENDS).optional() }),
  /** Holds a run after its current step, and lets it go on. */
  'training.pause': z.strictObject({ run: runReference }),
  'training.unpause': z.strictObject({ run: runReference }),
  /** Stops at a checkpoint; training.resume goes on. */
  'training.stop': z.strictObject({ run: runReference }),
  /** Runs that this program trains or is about to train. */
  'training.active': z.strictObject({}),
  /** Measures a few steps of the config on its data, with dense masks, and tells how long all of it would take. Takes some seconds. */
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

/** waiting: until the run before it is done. */
export type ActiveState = 'waiting' | 'running' | 'paused' | 'stopping'

export interface ActiveRun {
  run: string
  name: string
  state: ActiveState
  progress: Progress
}

/** Where a run stands, as of now. */
export interface Progress {
  stage: string
  /** Trainings done and planned. */
  done: number
  planned: number
  /** Those under way. */
  trainings: TrainingProgress[]
  /** Over all trainings under way; null while it is too early to tell. */
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
  /** Mean loss per token of late, in nats. */
  loss: number | null
}

export interface Estimate {
  /** Seconds of training and evaluation as planned; patience may end it sooner, which atMost says. */
  seconds: number
  atMost: boolean
  /** Trained on, over all trainings side by side, evaluation included. */
  tokensPerSecond: number
  /** Seconds that the measurement took. */
  measuredSeconds: number
  /** Whether another run trained here meanwhile: without it, this one is faster. */
  busy: boolean
  /** In the order of the run; they add up to `seconds`. */
  parts: { stage: string; trainings: number; steps: number; seconds: number }[]
}
