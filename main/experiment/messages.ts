/** The messages between an experiment and its training threads. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { EvaluatedSplitName } from '../../shared/analysis/evaluated.ts'
import type { EpochMetric, StepMetric, TrainingResult } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedSplit, SpellingTable } from '../data/types.ts'
import type { Weights } from '../nn/network.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { UnitActivity } from '../training/activity.ts'
import type { TrainingCheckpoint } from '../training/checkpoint.ts'
import type { DetailedEvaluation, EvalSet } from '../training/evaluate.ts'
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

/** What one of the threads is started with. */
export interface ThreadSetup extends WorkerSetup {
  /** See Backlog. */
  backlog: SharedArrayBuffer
}

/** Trains. `start` null: θ⁽⁰⁾, which the thread makes from the seed. */
export interface TrainJob {
  type: 'train'
  threads: number
  spec: TrainingSpec
  start: Weights | null
  checkpoint: TrainingCheckpoint | null
}

/** Scores weights in detail. Of a task, dev comes before test: the temperature is fitted on dev. */
export interface EvaluateJob {
  type: 'evaluate'
  threads: number
  shape: NetworkShape
  weights: Weights
  evalSets: (Pick<EvalSet, 'task' | 'split'> & {
    part: EvaluatedSplitName
    spellings: SpellingTable
    mask: Mask | null
    /** Fitted on dev where it is not given. */
    temperature?: number
  })[]
}

/** Computes the scores by which SNIP prunes, of the dense network of one task. */
export interface SaliencyJob {
  type: 'saliency'
  threads: number
  /** Of the dense round: its network, its stream of batches. */
  spec: TrainingSpec
  start: Weights | null
}

/** Tags dev of one task under one mask after the other; the batches are packed once. */
export interface TagJob {
  type: 'tag'
  threads: number
  shape: NetworkShape
  weights: Weights
  task: string
  masks: Mask[]
}

/** Finds the words on which the units of every layer are most active. */
export interface ActivityJob {
  type: 'activity'
  threads: number
  shape: NetworkShape
  weights: Weights
  task: string
  /** Dev, or a sample of it. */
  split: EncodedSplit
  mask: Mask
}

export type Job = TrainJob | EvaluateJob | SaliencyJob | TagJob | ActivityJob

/** What each evaluation found, in the order of the job. */
export type EvaluatedTasks = (DetailedEvaluation & { task: string; part: EvaluatedSplitName })[]

/** Sent while a job runs. */
export type JobProgress =
  | { type: 'steps'; steps: StepMetric[] }
  | { type: 'epoch'; metric: EpochMetric }
  | { type: 'checkpoint'; checkpoint: TrainingCheckpoint }
  | { type: 'warning'; message: string }
  /** The tag ids [N] of dev under mask number `mask` of the job. */
  | { type: 'tags'; mask: number; tags: Int32Array }
  | { type: 'batch'; done: number; total: number }

/** Sent at the end of a job. */
export type JobEnd =
  | { type: 'trained'; result: TrainingResult; weights: Weights }
  | { type: 'evaluated'; results: EvaluatedTasks }
  | { type: 'scored'; scores: ArrayBundle }
  | { type: 'tagged' }
  | { type: 'active'; layers: UnitActivity[] }
  | { type: 'stopped' }
  /** `cause`: whether another backend might do better. Settings, data and lack of memory would fail there too. */
  | { type: 'failed'; cause: 'backend' | 'settings' | 'memory'; message: string; stack: string }

export type WorkerMessage = { type: 'ready' } | JobProgress | JobEnd
