/** What the experiment and its training threads say to each other. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { EpochMetric, Score, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { EncodedData, EncodedTask, EncodedSplit, SpellingTable } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import type { TrainingCheckpoint } from '../training/checkpoint.ts'
import type { TrainingSpec } from '../training/spec.ts'
import type { BackendModules } from '../backend/backend.ts'

/** Given to a thread when it starts; all large arrays are on shared memory. */
export interface WorkerSetup {
  data: EncodedData
  backend: BackendName
  /** Backends from elsewhere. */
  modules: BackendModules
  /** See RunControl. */
  control: SharedArrayBuffer
  checkpointSeconds: number
}

/** Trains; `start` null means θ⁽⁰⁾, made in the thread from the seed. */
export interface TrainJob {
  type: 'train'
  threads: number
  spec: TrainingSpec
  start: Weights | null
  checkpoint: TrainingCheckpoint | null
}

/** Scores weights on splits that are not part of the training data: the test. */
export interface ExamJob {
  type: 'exam'
  threads: number
  shape: NetworkShape
  weights: Weights
  spellings: SpellingTable
  exams: { task: Pick<EncodedTask, 'name' | 'score' | 'scheme' | 'tagNames'>; split: EncodedSplit; mask: Mask | null }[]
}

export type Job = TrainJob | ExamJob

/** While a job runs. */
export type JobNews =
  | { type: 'steps'; steps: StepMetric[] }
  | { type: 'epoch'; metric: EpochMetric }
  | { type: 'checkpoint'; checkpoint: TrainingCheckpoint }

/** How it ends. */
export type JobEnd =
  | { type: 'trained'; result: TrainingResult; weights: Weights }
  | { type: 'examined'; results: Record<string, { score: Score; counts: Int32Array }> }
  | { type: 'stopped' }
  /** `fault`: whether what computes may be to blame. */
  | { type: 'failed'; fault: 'backend' | 'settings'; message: string; stack: string }

export type WorkerMessage = { type: 'ready' } | JobNews | JobEnd
