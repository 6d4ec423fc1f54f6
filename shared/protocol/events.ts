/** What a running experiment tells whoever watches it: the command line, the window, the store. */
import type { EpochMetric, Phase, StepMetric, TrainingId, TrainingResult } from '../runs/training.ts'

export type RunStatus = 'created' | 'running' | 'stopped' | 'finished' | 'failed'

export type RunEvent =
  | { type: 'stage'; stage: 'data' | Phase | 'test'; message: string }
  | { type: 'warning'; message: string }
  /** A training begins or goes on (resumedAtStep > 0). totalSteps is the number its settings plan, patience aside. */
  | {
      type: 'trainingStart'
      id: TrainingId
      density: Record<string, number>
      totalSteps: number
      resumedAtStep: number
      totalEpochs: number
    }
  /** A handful of steps, several times a second. */
  | { type: 'steps'; id: TrainingId; steps: StepMetric[] }
  | { type: 'epoch'; id: TrainingId; metric: EpochMetric }
  | { type: 'trainingEnd'; id: TrainingId; result: TrainingResult }
  | { type: 'ticketChosen'; task: string; round: number; density: number; dev: number }
  | { type: 'status'; status: RunStatus; message: string | null }
