/** What the store keeps of a run and how it is asked. One writer process a run; any number of readers. */
import type { ExperimentConfig } from '../../shared/config.ts'
import type { ArrayBundle } from '../../shared/arrays.ts'
import type { RunStatus } from '../../shared/events.ts'
import type { Report } from '../../shared/report.ts'
import type { EpochMetric, StepMetric, TrainingId, TrainingResult } from '../../shared/training.ts'

export interface DatasetRecord {
  /** SHA-256 of the file's bytes, hex. */
  hash: string
  path: string
  bytes: number
  corpus: string
  split: 'train' | 'dev' | 'test' | 'vectors'
  sentences: number | null
  tokens: number | null
}

/** Where a run's arithmetic happened: what its bits depend on. */
export interface EnvironmentRecord {
  product: string
  node: string
  platform: string
  cpu: string
  backend: string
  /** Instruction set of the native kernels, else null. */
  isa: string | null
  threads: number
  packages: Record<string, string>
}

export interface RunRecord {
  id: string
  name: string
  status: RunStatus
  /** True where status is running but its process is gone: it can be resumed. */
  interrupted: boolean
  /** Why it failed or stopped, for people. */
  message: string | null
  config: ExperimentConfig
  /** SHA-256 of the canonical config. */
  configHash: string
  environment: EnvironmentRecord
  datasets: DatasetRecord[]
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  /** Seconds of work over all sittings. */
  workedSeconds: number
  report: Report | null
}

/** What a training looks like at rest. `finished` trainings have a result; the others may have a checkpoint. */
export interface TrainingRecord {
  id: TrainingId
  state: 'running' | 'finished'
  totalSteps: number
  result: TrainingResult | null
}

/** One atomic step forward of a training: all of it is stored, or nothing. */
export interface TrainingCommit {
  id: TrainingId
  /** Present at the first commit of a training. */
  start?: { totalSteps: number }
  steps?: StepMetric[]
  epochs?: EpochMetric[]
  /** Replaces the training's checkpoint: everything needed to go on to the same bits. */
  checkpoint?: { step: number; epoch: number; state: ArrayBundle; scalars: Record<string, unknown> }
  /** Ends the training: its checkpoint is dropped. */
  result?: TrainingResult
  /** Artifacts to keep, by name (see artifacts.ts); a null removes one. */
  artifacts?: Record<string, ArrayBundle | null>
}
