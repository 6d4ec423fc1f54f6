/**
 * The requests that the window can send and the events that it receives: one map each. Both ends and every transport
 * take their types from here. Arguments are checked against their schema before a handler sees them.
 */
import { z } from 'zod'
import type { RunEvent } from './events.ts'
import { analysisRequests, type AnalysisResults } from './requests/analysis.ts'
import { annotationRequests, type AnnotationResults } from './requests/annotations.ts'
import { configRequests, type ConfigResults } from './requests/config.ts'
import { annotateRequests } from './requests/annotate.ts'
import type { AnnotateResults } from './requests/annotateResults.ts'
import { damagedRequests, type DamagedResults } from './requests/damaged.ts'
import { datasetRequests, type DatasetResults } from './requests/datasets.ts'
import { deviceRequests, type DeviceResults } from './requests/devices.ts'
import { experimentRequests, type ExperimentsResults } from './requests/experiments.ts'
import { maskRequests, type MaskResults } from './requests/masks.ts'
import { runRequests, type RunResults } from './requests/runs.ts'
import { taggingRequests, type TaggingResults } from './requests/tagging.ts'
import { vectorRequests, type VectorResults } from './requests/vectors.ts'
import { trainingRequests, type ActiveRun, type TrainingResults } from './requests/training.ts'

export type { RunDetail, RunSummary, TrainingDetail } from './requests/runs.ts'

/** The schema of each request's arguments. */
export const requestArguments = {
  ...runRequests,
  ...trainingRequests,
  ...datasetRequests,
  ...damagedRequests,
  ...annotationRequests,
  ...configRequests,
  ...experimentRequests,
  ...maskRequests,
  ...taggingRequests,
  ...annotateRequests,
  ...deviceRequests,
  ...vectorRequests,
  ...analysisRequests,
  /** Version of the program and path of the database. */
  'studio.about': z.strictObject({}),
}

interface Results
  extends
    RunResults,
    TrainingResults,
    DatasetResults,
    DamagedResults,
    AnnotationResults,
    ConfigResults,
    ExperimentsResults,
    MaskResults,
    TaggingResults,
    AnnotateResults,
    DeviceResults,
    VectorResults,
    AnalysisResults {
  'studio.about': { version: string; database: string }
}

export type RequestName = keyof typeof requestArguments
export type Requests = { [K in RequestName]: { arguments: z.input<(typeof requestArguments)[K]>; result: Results[K] } }

export interface Events {
  /** Something in the database changed, by this process or another. */
  changed: Record<string, never>
  /** An event of a run that this program trains. */
  run: { run: string; event: RunEvent }
  /** The runs that this program trains or has queued: about once a second and whenever the list or a state changes. */
  active: ActiveRun[]
  /** Progress of scoring the masks of a run (analysis.maskScores). */
  maskScores: { run: string; done: number; total: number }
  /** Progress of finding the words of units (masks.unitWords), in batches. */
  unitWords: { run: string; done: number; total: number }
  /** Progress of an inspection or an import. */
  import: { file: string; doneBytes: number; totalBytes: number }
  /** An annotation project changed. `suggesting`: progress in sentences, where suggestions arrived. */
  annotate: { project: string; suggesting: { done: number; total: number } | null }
}

/** An event with its name. */
export type EventMessage = { [K in keyof Events]: { name: K; data: Events[K] } }[keyof Events]

/** The result of a request. Errors are data, because an exception loses its code between processes. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: { code: string; message: string } }

/** What a transport offers to the window. Names and arguments are checked by the dispatcher. */
export interface Bridge {
  /** `id`, unique within the page, is needed only to cancel the request. */
  call(name: string, args: unknown, id?: number): Promise<Reply<unknown>>
  /** Cancels a request under way: long work ends, and the reply is an error with the code `cancelled`. */
  cancel?(id: number): void
  /** Returns a function that unsubscribes. */
  listen(listener: (message: EventMessage) => void): () => void
  /** The path of a file that the user dropped or picked, where the transport can tell. */
  pathOf?(file: unknown): string | null
}
