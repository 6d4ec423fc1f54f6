/** The records of a run, in the store and in the window. Plain data, for they are sent between processes as JSON. */
import type { CorpusFormat } from '../annotation/formats.ts'
import type { VectorLookup } from '../settings/config.ts'
import type { ExperimentConfig, Method } from '../settings/config.ts'
import type { RunDigest } from './digest.ts'
import type { RunStatus } from '../protocol/events.ts'
import type { Report } from './report.ts'
import type { TrainingId, TrainingResult } from './training.ts'

export interface DatasetRecord {
  /** SHA-256 of the file's bytes, hex. */
  hash: string
  path: string
  bytes: number
  corpus: string
  split: 'train' | 'dev' | 'test' | 'vectors'
  sentences: number | null
  tokens: number | null
  /** The format that it was read as; missing for vectors and in runs of earlier versions. */
  format?: CorpusFormat
}

/** The environment that a run computed in: what its bits depend on. */
export interface EnvironmentRecord {
  product: string
  node: string
  platform: string
  cpu: string
  backend: string
  /** Version of the library, and the device it computes on; missing in runs of earlier versions. */
  backendVersion?: string
  device?: string
  /** Backends that the run computed on before, and why it left them. */
  left?: { backend: string; why: string }[]
  /** Instruction set of the native kernels, else null. */
  isa: string | null
  threads: number
  packages: Record<string, string>
}

export interface RunRecord {
  id: string
  name: string
  status: RunStatus
  /** Whether the status is running but the process is gone: the run can be resumed. */
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
  /** Training time over all sessions, in seconds. */
  workedSeconds: number
  /** Sorted. */
  tags: string[]
  /** What a person wrote about it, in Markdown; '' for none. */
  notes: string
  /** Whether it is the baseline of this database. */
  pinned: boolean
  report: Report | null
}

/** A stored training. `finished` trainings have a result; the others may have a checkpoint. */
export interface TrainingRecord {
  id: TrainingId
  state: 'running' | 'finished'
  totalSteps: number
  result: TrainingResult | null
  /** Where it would resume; null before the first checkpoint and once it has finished. */
  checkpoint: { step: number; epoch: number } | null
}

/** A line in the list of runs. */
export interface RunSummary
  extends
    Pick<
      RunRecord,
      'id' | 'name' | 'status' | 'interrupted' | 'createdAt' | 'workedSeconds' | 'configHash' | 'tags' | 'pinned'
    >,
    RunDigest {
  /** Why the run cannot be opened, or null. It can still be archived and deleted. */
  damaged: string | null
  methods: Method[]
  tasks: string[]
  seed: number
  /** The first line of its notes, shortened. */
  notes: string
  /** Equal for runs that differ by seed and name alone; '' where it is not known. */
  group: string
}

/** The status as it is shown. */
export function statusOf({
  status,
  interrupted,
}: Pick<RunRecord, 'status' | 'interrupted'>): RunStatus | 'interrupted' {
  return interrupted ? 'interrupted' : status
}

/** A setting whose value is not the paper's. */
export interface ChangedSetting {
  /** The name of its flag, e.g. `imp.epochs`. */
  name: string
  value: unknown
  default: unknown
}

/** How many words of a split have a word vector: distinct ones (types) and running ones (tokens). */
export interface VectorCoverage {
  types: number
  typesFound: number
  tokens: number
  tokensFound: number
  /** Running words found by each setting of model.vectorLookup; missing in runs of earlier versions. */
  byLookup?: Record<VectorLookup, number>
}

/** Of all corpora of a run together; null where they have no such split. */
export type VectorCoverages = Record<'train' | 'dev' | 'test', VectorCoverage | null>

/** The document of a run that holds its VectorCoverages. */
export const VECTOR_COVERAGE = 'vectors.coverage'
