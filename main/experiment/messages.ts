/** The messages between an experiment and its training threads. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { EpochMetric, Score, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { EncodedData, SpellingTable } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { TrainingCheckpoint } from '../training/checkpoint.ts'
import type { EvalSet } from '../training/evaluate.ts'
import type { TrainingSpec } from '../training/spec.ts'
import type { BackendModules } from '../backend/backend.ts'

/** What a thread is started with. All large arrays lie in shared memory. */
export interface WorkerSetup {
  data: EncodedData
  backend: BackendName
  /** Backends from other modules. */
  modules: BackendModules
  /** See RunControl. */
  control: SharedArrayBuffer
  checkpointSeconds: number
}

/** Trains. `start` null: θ⁽⁰⁾, which the thread makes from the seed. */
export interface TrainJob {
  type: 'train'
  threads: number
  spec: TrainingSpec
  start: Weights | null
  checkpoint: TrainingCheckpoint | null
}

/** Scores weights on splits that are not part of the training data: the test data. */
export interface EvaluateJob {
  type: 'evaluate'
  threads: number
  shape: NetworkShape
  weights: Weights
  spellings: SpellingTable
  evalSets: (Pick<EvalSet, 'task' | 'split'> & { mask: Mask | null })[]
}

export type Job = TrainJob | EvaluateJob

/** The score of each task, and the counts it is made of, sentence by sentence. */
export type EvaluatedTasks = { task: string; score: Score; counts: Int32Array }[]

/** Sent while a job runs. */
export type JobProgress =
  | { type: 'steps'; steps: StepMetric[] }
  | { type: 'epoch'; metric: EpochMetric }
  | { type: 'checkpoint'; checkpoint: TrainingCheckpoint }

/** Sent at the end of a job. */
export type JobEnd =
  | { type: 'trained'; result: TrainingResult; weights: Weights }
  | { type: 'evaluated'; results: EvaluatedTasks }
  | { type: 'stopped' }
  /** `cause`: whether another backend might do better. Settings, data and lack of memory would fail there too. */
  | { type: 'failed'; cause: 'backend' | 'settings' | 'memory'; message: string; stack: string }

export type WorkerMessage = { type: 'ready' } | JobProgress | JobEnd
