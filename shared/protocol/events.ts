/** Events of a running experiment, for the command line, the window and the store. */
import type { EpochMetric, Phase, StepMetric, TrainingId, TrainingResult } from '../runs/training.ts'

export type RunStatus = 'created' | 'running' | 'stopped' | 'finished' | 'failed'

export type RunEvent =
  | { type: 'stage'; stage: 'data' | Phase | 'test'; message: string }
  | { type: 'warning'; message: string }
  /** A training starts, or resumes (resumedAtStep > 0). totalSteps is the number planned, without early stopping. */
  | {
      type: 'trainingStart'
      id: TrainingId
      density: Record<string, number>
      totalSteps: number
      resumedAtStep: number
      totalEpochs: number
    }
  /** A batch of steps, several times per second. */
  | { type: 'steps'; id: TrainingId; steps: StepMetric[] }
  | { type: 'epoch'; id: TrainingId; metric: EpochMetric }
  | { type: 'trainingEnd'; id: TrainingId; result: TrainingResult }
  | { type: 'ticketChosen'; task: string; round: number; density: number; dev: number }
  | { type: 'status'; status: RunStatus; message: string | null }
