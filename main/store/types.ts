/** What the store keeps of a run and how it is asked. One writer process a run; any number of readers. */
import type { DevicesStore } from './devices.ts'
import type { Unarchived } from '../../shared/runs/archive.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { RunStatus } from '../../shared/protocol/events.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type {
  DatasetRecord,
  EnvironmentRecord,
  RunRecord,
  RunSummary,
  TrainingRecord,
} from '../../shared/runs/records.ts'
import type { Report } from '../../shared/runs/report.ts'
import type { Corpus, CorpusFigures } from '../../shared/protocol/requests/datasets.ts'
import type { CorrectionsStore } from './corrections/types.ts'
import type { EpochMetric, StepMetric, TrainingId, TrainingResult } from '../../shared/runs/training.ts'

export type { DatasetRecord, EnvironmentRecord, RunRecord, TrainingRecord }

/**
 * Everything a training needs to go on to the same bits.
 * `step` steps and `epoch` epochs are behind it: the next ones have just these numbers.
 */
export interface Checkpoint {
  step: number
  epoch: number
  state: ArrayBundle
  /** JSON; NaN, infinities and -0 come back as they were. */
  scalars: Record<string, unknown>
}

export interface StoredMask {
  task: string
  /** Round of the training that runs under it; 0 is dense. */
  round: number
  mask: Mask
}

/** A stored mask without its bits. */
export interface MaskRecord {
  task: string
  round: number
  kept: number
  /** Fraction of the prunable weights. */
  density: number
}

/** One atomic step forward of a training: all of it is stored, or nothing. */
export interface TrainingCommit {
  id: TrainingId
  /** Present at the first commit of a training. */
  start?: { totalSteps: number }
  steps?: StepMetric[]
  epochs?: EpochMetric[]
  /** Replaces the training's checkpoint. */
  checkpoint?: Checkpoint | undefined
  /** Ends the training: its checkpoint is dropped. */
  result?: TrainingResult | undefined
  /** Artifacts to keep, by name (see artifacts.ts); a null removes one. */
  artifacts?: Record<string, ArrayBundle | null>
  /** Masks that follow from this training, e.g. the next round's. */
  masks?: StoredMask[]
}

export interface OpenOptions {
  /** Only read; the file must exist and be of the current version. */
  readonly?: boolean
  /** The most bytes the file may take; beyond, writing fails with 'diskFull'. No limit by default. */
  maxBytes?: number
}

export interface NewRun {
  name: string
  config: ExperimentConfig
  environment: EnvironmentRecord
  /** May be left out and given later by saveDatasets. */
  datasets?: DatasetRecord[]
  tags?: string[]
}

export interface RunFilter {
  /** Part of the id, name, a tag or a task's name; upper and lower case are the same. */
  search?: string | undefined
  status?: RunStatus | 'interrupted'
  /** The newest so many. */
  limit?: number | undefined
}

export interface StepQuery {
  /** First step wanted, and the one after the last. */
  from?: number | undefined
  to?: number | undefined
  /** Only steps of this task. */
  task?: string | undefined
  /** At most so many points: of every stretch of steps, and every task in it, those with the lowest and the highest loss. */
  maxPoints?: number | undefined
}

/**
 * The store. All methods are synchronous; each is one transaction. Any may throw a StoreError: 'diskFull', 'readOnly',
 * 'locked', 'io', 'damaged' as the file goes, and what is named beside the method. `runId` is always a full id.
 */
export interface Store {
  readonly path: string

  /** Returns the new run, status `created`. Its id is above all others. */
  createRun(run: NewRun): RunRecord
  /**
   * A run by full id, unique beginning or end of the id, name, or `last` for the newest. Throws 'missing', 'ambiguous', and
   * 'damaged' where its row cannot be read.
   */
  getRun(reference: string): RunRecord
  /** The id of a run, damaged or not. Throws 'missing' or 'ambiguous'. */
  findRun(reference: string): string
  /** Newest first, without damaged runs. */
  listRuns(filter?: RunFilter): RunRecord[]
  /** The rows of the list of runs, damaged ones included. Cheap for thousands. */
  listSummaries(filter?: Pick<RunFilter, 'search' | 'limit'>): RunSummary[]
  /** Deletes the run and all it stored, gives the space back. Throws 'owned' while a live process works on it, 'missing'. */
  deleteRun(runId: string): { freedBytes: number }
  /** The config keeps the name it was written with. Throws 'missing'. */
  renameRun(runId: string, name: string): void
  /** Tags are trimmed; empty ones are ignored. Throws 'missing'. */
  addTags(runId: string, tags: string[]): void
  removeTags(runId: string, tags: string[]): void

  /** Throws 'owned' where claimRun would: a live process, this one included, works on the run. Throws 'missing'. */
  requireFree(runId: string): void
  /**
   * Makes this process the run's owner and its status `running`. Throws 'owned' where a live process, this one included,
   * already works on it; takes over from a dead one. Pass the environment where it is not the one of createRun any more.
   * Files that are gone from where the run has them, but known here by their content, it gets from there.
   */
  claimRun(runId: string, environment?: EnvironmentRecord): RunRecord
  /** The run computes elsewhere from now on. Throws 'owned' where another process works on it. */
  saveEnvironment(runId: string, environment: EnvironmentRecord): void
  /** Says that the owner lives, and adds to the seconds worked. Every few seconds will do. Throws 'owned' where another process took over. */
  heartbeat(runId: string, workedSecondsDelta: number): void
  /** Any status but running gives the run up. Throws 'owned' where another live process works on it, 'missing'. */
  setStatus(runId: string, status: Exclude<RunStatus, 'running'>, message?: string | null): void
  saveReport(runId: string, report: Report): void
  /** Replaces the run's list of datasets. */
  saveDatasets(runId: string, datasets: DatasetRecord[]): void

  /**
   * Stores all of it or nothing. Steps and epochs replace those of the same number, so repeating a commit changes nothing.
   * Throws 'owned' where another process owns the run, 'missing' where neither this nor an earlier commit has `start`,
   * RangeError where a finished training is to go on.
   */
  commit(runId: string, commit: TrainingCommit): void
  /** Forgets metrics of step `step` and epoch `epoch` and all later ones: call with the checkpoint's numbers (or 0, 0) before going on from it. */
  rewindMetrics(runId: string, id: TrainingId, step: number, epoch: number): void
  /** In order of their first commit. */
  trainings(runId: string): TrainingRecord[]
  training(runId: string, id: TrainingId): TrainingRecord | null
  loadCheckpoint(runId: string, id: TrainingId): Checkpoint | null

  /** An artifact of a training, or with null of the run itself. Null where there is none. */
  loadArtifact(runId: string, id: TrainingId | null, name: string): ArrayBundle | null
  /** Keeps an artifact outside of a commit; null removes it. */
  saveArtifact(runId: string, id: TrainingId | null, name: string, bundle: ArrayBundle | null): void
  /** Training is a trainingKey, '' for the run's own. */
  listArtifacts(runId: string): { training: string; name: string; bytes: number }[]
  /** A JSON value of the run, by name (see artifacts.ts). Null where there is none. */
  loadDocument<T>(runId: string, name: string): T | null
  saveDocument(runId: string, name: string, value: unknown): void

  saveMask(runId: string, task: string, round: number, mask: Mask): void
  loadMask(runId: string, task: string, round: number): Mask | null
  /** What the masks of a run cover: all of them the same. Null where it has none. */
  maskLayers(runId: string): { name: string; shape: number[] }[] | null
  /** By task, then round; with a task only its masks. */
  listMasks(runId: string, task?: string): MaskRecord[]

  /** In order of steps. Losses come back in single precision. */
  stepMetrics(runId: string, id: TrainingId, query?: StepQuery): StepMetric[]
  epochMetrics(runId: string, id: TrainingId): EpochMetric[]
  /** Of all trainings, in their order. */
  epochMetrics(runId: string): { id: TrainingId; metric: EpochMetric }[]

  /** Where the files of the catalogue lie; null for a store without a file, which can have no corpora. */
  readonly corporaFolder: string | null
  /** The catalogue, newest first. */
  listCorpora(): Corpus[]
  /** Throws 'missing', as all that follow. */
  getCorpus(id: string): Corpus
  /** Statistics kept with it, and the runs trained on its files. */
  corpusFigures(id: string): CorpusFigures & { runs: { id: string; name: string }[] }
  /**
   * Its files must lie in corporaFolder already. Throws 'exists' where another corpus has the name; of a dataset version 'changed' where its
   * number is not the next one of its correction, 'missing' where that is gone.
   */
  saveCorpus(corpus: Corpus, figures: CorpusFigures): Corpus
  renameCorpus(id: string, name: string): Corpus
  /** Takes it out of the catalogue; the files are the caller's to remove. */
  deleteCorpus(id: string): void
  /** The file of the catalogue with this hash, or null. */
  corpusFile(hash: string): string | null
  /** Paths of all files that the catalogue has or a run was trained on. */
  corpusFilesInUse(): Set<string>

  /** Sentences that a person corrects what a model suggests for. */
  readonly corrections: CorrectionsStore

  /** Of the database. */
  readonly schemaVersion: number
  /** What is known of the backends, by machine. */
  readonly devices: DevicesStore

  /**
   * Writes all of a run into one file, as it is at this moment; `product` is the version of this program. The file is there whole or
   * not at all. Throws 'missing', 'exists' where the file is there already, 'diskFull', 'io'.
   */
  archiveRun(runId: string, path: string, product: string): void
  /**
   * Brings in the run of an archive, whole or not at all, under the id it had, or as a copy under a new one. Throws 'foreign', 'damaged',
   * 'newer' as the archive is, 'exists' where another run has its id.
   */
  unarchiveRun(path: string, options?: { asCopy?: boolean }): Unarchived

  /** A number that is another one whenever another process has written since it was last asked for. */
  changes(): number
  /** Runs several reads on one moment of the database, whatever others write meanwhile. */
  read<T>(reads: () => T): T
  /** Runs several writes as one: all of them are stored, or none. */
  transaction<T>(writes: () => T): T
  close(): void
}
