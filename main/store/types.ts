/** The interface of the store. Each run has one writing process; any number of processes may read. */
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
import type { Damaged } from '../../shared/protocol/requests/damaged.ts'
import type { Corpus, CorpusFigures } from '../../shared/protocol/requests/datasets.ts'
import type {
  EvaluatedSplit,
  EvaluatedSplitName,
  EvaluationInfo,
  Prediction,
  StoredEvaluation,
} from '../../shared/analysis/evaluated.ts'
import type { Method } from '../../shared/settings/methods.ts'
import type { AnnotationStore } from './annotation/types.ts'
import type { EpochMetric, StepMetric, TrainingId, TrainingResult } from '../../shared/runs/training.ts'

export type { DatasetRecord, EnvironmentRecord, RunRecord, TrainingRecord }

/**
 * Everything a training needs to be resumed with the same bits. `step` and `epoch` are the numbers done so far, and so
 * those of the next step and epoch.
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
  /** Round of the training under this mask; 0 is dense. */
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

/** One atomic change of a training: all of it is stored, or nothing. */
export interface TrainingCommit {
  id: TrainingId
  /** In the first commit of a training. */
  start?: { totalSteps: number }
  steps?: StepMetric[]
  epochs?: EpochMetric[]
  /** Replaces the training's checkpoint. */
  checkpoint?: Checkpoint | undefined
  /** Finishes the training and deletes its checkpoint. */
  result?: TrainingResult | undefined
  /** Artifacts to store, by name (artifacts.ts); null deletes one. */
  artifacts?: Record<string, ArrayBundle | null>
  /** Masks that follow from this training, e.g. the next round's. */
  masks?: StoredMask[]
}

export interface OpenOptions {
  /** Only read; the file must exist and be of the current version. */
  readonly?: boolean
  /** Maximum size of the file in bytes; beyond it, writing fails with 'diskFull'. No limit by default. */
  maxBytes?: number
}

export interface NewRun {
  name: string
  config: ExperimentConfig
  environment: EnvironmentRecord
  /** May be added later with saveDatasets. */
  datasets?: DatasetRecord[]
  tags?: string[]
}

export interface RunFilter {
  /** Part of the id, name, a tag or a task name; case-insensitive. */
  search?: string | undefined
  status?: RunStatus | 'interrupted'
  /** Only the newest runs. */
  limit?: number | undefined
}

/** An experiment: several runs with one report. `definition` and `plan` are what main/experiments stored. */
export interface StoredExperiment {
  id: string
  name: string
  createdAt: string
  definition: unknown
  plan: unknown[]
}

export interface StepQuery {
  /** The first step, and the one after the last. */
  from?: number | undefined
  to?: number | undefined
  /** Only steps of this task. */
  task?: string | undefined
  /** Maximum number of points; then for each bucket of steps and task those with the lowest and the highest loss. */
  maxPoints?: number | undefined
}

/**
 * The store. All methods are synchronous; each is one transaction. Any may throw a StoreError: 'diskFull', 'readOnly',
 * 'locked', 'io', 'damaged' for the file, and those documented at the method. `runId` is always a full id.
 */
export interface Store {
  readonly path: string

  /** Returns the new run, with status `created`. Its id is above all others. */
  createRun(run: NewRun): RunRecord
  /**
   * A run by full id, unique beginning or end of the id, name, or `last` for the newest. Throws 'missing', 'ambiguous',
   * and 'damaged' where its row cannot be read.
   */
  getRun(reference: string): RunRecord
  /** Id and name of a run, damaged or not. Throws 'missing' or 'ambiguous'. */
  findRun(reference: string): Pick<RunRecord, 'id' | 'name'>
  /** Newest first, without damaged runs. */
  listRuns(filter?: RunFilter): RunRecord[]
  /** Runs with exactly these settings, by their hash; newest first, without damaged runs. */
  runsWithConfig(hash: string): RunRecord[]
  /** The rows of the list of runs, damaged ones included. Cheap for thousands. */
  listSummaries(filter?: Pick<RunFilter, 'search' | 'limit'>): RunSummary[]
  /**
   * Deletes the run with everything stored, and frees the space. Throws 'owned' while a live process works on it,
   * 'missing'.
   */
  deleteRun(runId: string): { freedBytes: number }
  /** The name in the config stays. Throws 'missing'. */
  renameRun(runId: string, name: string): void
  /** Tags are trimmed; empty ones are ignored. Throws 'missing'. */
  addTags(runId: string, tags: string[]): void
  removeTags(runId: string, tags: string[]): void
  /** What a person wrote about the run. `version` counts the changes. */
  loadNotes(runId: string): { text: string; version: number }
  /**
   * Replaces version `version` of the notes and returns the new version. Throws 'changed' where another process or
   * window changed them meanwhile, 'missing'.
   */
  saveNotes(runId: string, text: string, version: number): number
  /** Makes a run the baseline of this database, instead of the one before; null: none. Throws 'missing'. */
  pinBaseline(runId: string | null): void
  pinnedBaseline(): Pick<RunRecord, 'id' | 'name'> | null

  /** The experiments, newest first, damaged ones included. */
  listExperiments(): { id: string; name: string; created_at: string }[]
  /** Null where there is none. Throws 'damaged'. */
  getExperiment(id: string): StoredExperiment | null
  /** Replaces the one with this id, except for its date. */
  saveExperiment(experiment: StoredExperiment): void
  /** Its runs stay. */
  deleteExperiment(id: string): void

  /** Throws 'owned' where claimRun would: a live process, including this one, works on the run. Throws 'missing'. */
  requireFree(runId: string): void
  /**
   * Makes this process the run's owner and sets the status `running`. Throws 'owned' where a live process, including
   * this one, works on it; takes over from a dead one. Pass the environment where it differs from that of createRun.
   * Missing files are looked up by their content.
   */
  claimRun(runId: string, environment?: EnvironmentRecord): RunRecord
  /** Records a new environment. Throws 'owned' where another process works on the run. */
  saveEnvironment(runId: string, environment: EnvironmentRecord): void
  /**
   * Records that the owner is alive, and adds to its working time. Call it every few seconds. Throws 'owned' where
   * another process took over.
   */
  heartbeat(runId: string, workedSecondsDelta: number): void
  /** Ends the ownership. Throws 'owned' where another live process works on the run, 'missing'. */
  setStatus(runId: string, status: Exclude<RunStatus, 'running'>, message?: string | null): void
  saveReport(runId: string, report: Report): void
  /** Replaces the run's list of datasets. */
  saveDatasets(runId: string, datasets: DatasetRecord[]): void

  /**
   * Stores all of it or nothing. Steps and epochs replace those of the same number, so repeating a commit changes
   * nothing. Throws 'owned' where another process owns the run, 'missing' where neither this nor an earlier commit has
   * `start`, RangeError where the training is finished.
   */
  commit(runId: string, commit: TrainingCommit): void
  /**
   * Deletes metrics from step `step` and epoch `epoch` on: call it with the checkpoint's numbers (or 0, 0) before
   * resuming.
   */
  rewindMetrics(runId: string, id: TrainingId, step: number, epoch: number): void
  /** In order of their first commit. */
  trainings(runId: string): TrainingRecord[]
  training(runId: string, id: TrainingId): TrainingRecord | null
  loadCheckpoint(runId: string, id: TrainingId): Checkpoint | null

  /** An artifact of a training, or with `id` null of the run. Null where there is none. */
  loadArtifact(runId: string, id: TrainingId | null, name: string): ArrayBundle | null
  /** Stores an artifact outside of a commit; null deletes it. */
  saveArtifact(runId: string, id: TrainingId | null, name: string, bundle: ArrayBundle | null): void
  /** `training` is a trainingKey, '' for artifacts of the run. */
  listArtifacts(runId: string): { training: string; name: string; bytes: number }[]
  /** A JSON document of the run, by name (artifacts.ts). Null where there is none. */
  loadDocument<T>(runId: string, name: string): T | null
  saveDocument(runId: string, name: string, value: unknown): void

  saveMask(runId: string, task: string, round: number, mask: Mask): void
  loadMask(runId: string, task: string, round: number): Mask | null
  /** The layers of a run's masks, which are the same for all. Null where it has none. */
  maskLayers(runId: string): { name: string; shape: number[] }[] | null
  /** Sorted by task, then round; with `task` only its masks. */
  listMasks(runId: string, task?: string): MaskRecord[]

  /** Stores the gold tags of one task on one split, and what the methods predicted there; replaces those of before. */
  saveEvaluation(runId: string, evaluation: StoredEvaluation): void
  /** By task, then split. Empty before the run is evaluated, and in runs of versions that kept no predictions. */
  listEvaluations(runId: string): EvaluationInfo[]
  loadEvaluation(runId: string, split: EvaluatedSplitName, task: string): EvaluatedSplit | null
  /** The temperatures fitted on dev, by task. */
  temperatures(runId: string, method: Method): Map<string, number>
  /** Whether tagging divides scores by these temperatures (the document `calibration`). Throws 'missing'. */
  calibrate(runId: string, use: boolean): void
  loadPrediction(runId: string, evaluated: EvaluatedSplit, method: Method): Prediction | null

  /** In the order of steps. Losses are in single precision. */
  stepMetrics(runId: string, id: TrainingId, query?: StepQuery): StepMetric[]
  epochMetrics(runId: string, id: TrainingId): EpochMetric[]
  /** The epoch metrics of all trainings, in order. */
  epochMetrics(runId: string): { id: TrainingId; metric: EpochMetric }[]

  /** The folder with the files of the catalogue; null for a store in memory, which cannot have corpora. */
  readonly corporaFolder: string | null
  /** The catalogue, newest first, without damaged ones. */
  listCorpora(): Corpus[]
  damagedCorpora(): Damaged[]
  /** Paths of the files of a corpus, be it damaged; none where it is missing. */
  corpusPaths(id: string): string[]
  /** Throws 'missing', like all that follow. */
  getCorpus(id: string): Corpus
  /** The stored statistics, and the runs trained on its files. */
  corpusFigures(id: string): CorpusFigures & { runs: { id: string; name: string }[] }
  /**
   * Its files must be in corporaFolder already. Throws 'exists' where another corpus has the name; for a dataset
   * version 'changed' where its number is not the project's next one, 'missing' where the project is gone.
   */
  saveCorpus(corpus: Corpus, figures: CorpusFigures): Corpus
  renameCorpus(id: string, name: string): Corpus
  /** Removes it from the catalogue. The caller removes the files. */
  deleteCorpus(id: string): void
  /** The file of the catalogue with this hash, or null. */
  corpusFile(hash: string): string | null
  /** Paths of all files in the catalogue or used by a run. */
  corpusFilesInUse(): Set<string>

  /** Annotation projects: sentences with suggestions and decisions. */
  readonly annotation: AnnotationStore

  /** Schema version of the database. */
  readonly schemaVersion: number
  /** Results of probing the backends, by machine. */
  readonly devices: DevicesStore

  /**
   * Writes a run into one file, as it is at this moment; `product` is the version of this program. The file is complete
   * or does not exist. Throws 'missing', 'exists' where the file exists, 'diskFull', 'io'.
   */
  archiveRun(runId: string, path: string, product: string): void
  /**
   * Imports the run of an archive in one transaction, with its id, or as a copy with a new one. Throws 'foreign',
   * 'damaged', 'newer' about the archive, 'exists' where another run has its id.
   */
  unarchiveRun(path: string, options?: { asCopy?: boolean }): Unarchived

  /** A number that changes when another process writes. */
  changes(): number
  /** Runs several reads on one snapshot of the database. */
  read<T>(reads: () => T): T
  /** Runs several writes as one: all of them are stored, or none. */
  transaction<T>(writes: () => T): T
  close(): void
}
