/**
 * What the window can ask of the program, and what it is told unasked: one map each. Both ends, and every transport between
 * them, take their types from here. Arguments are checked against their schema before a handler sees them.
 */
import { z } from 'zod'
import type { RunEvent } from './events.ts'
import { annotationRequests, type AnnotationResults } from './requests/annotations.ts'
import { configRequests, type ConfigResults } from './requests/config.ts'
import { correctionRequests, type CorrectionResults } from './requests/corrections.ts'
import { datasetRequests, type DatasetResults } from './requests/datasets.ts'
import { deviceRequests, type DeviceResults } from './requests/devices.ts'
import { maskRequests, type MaskResults } from './requests/masks.ts'
import { runRequests, type RunResults } from './requests/runs.ts'
import { taggingRequests, type TaggingResults } from './requests/tagging.ts'
import { trainingRequests, type ActiveRun, type TrainingResults } from './requests/training.ts'

export type { RunDetail, RunSummary, TrainingDetail } from './requests/runs.ts'

/** The schema of each request's arguments. */
export const requestArguments = {
  ...runRequests,
  ...trainingRequests,
  ...datasetRequests,
  ...annotationRequests,
  ...configRequests,
  ...maskRequests,
  ...taggingRequests,
  ...correctionRequests,
  ...deviceRequests,
  /** Where all this is kept. */
  'studio.about': z.strictObject({}),
}

interface Results
  extends
    RunResults,
    TrainingResults,
    DatasetResults,
    AnnotationResults,
    ConfigResults,
    MaskResults,
    TaggingResults,
    CorrectionResults,
    DeviceResults {
  'studio.about': { version: string; database: string }
}

export type RequestName = keyof typeof requestArguments
export type Requests = { [K in RequestName]: { arguments: z.input<(typeof requestArguments)[K]>; result: Results[K] } }

export interface Events {
  /** Something was written to the database, by this process or another; what of, is not known. */
  changed: Record<string, never>
  /** What a run trained by this program does. */
  run: { run: string; event: RunEvent }
  /** The runs that this program trains, about once a second and whenever one of them comes, goes, or changes its state. */
  active: ActiveRun[]
  /** How far an inspection or an import has come. */
  import: { file: string; doneBytes: number; totalBytes: number }
  /** A correction is another one than before; with how many sentences are suggested for, and are to be, where that is what changed. */
  corrections: { project: string; suggesting: { done: number; total: number } | null }
}

/** An event on its way. */
export type EventMessage = { [K in keyof Events]: { name: K; data: Events[K] } }[keyof Events]

/** How a request ends. Errors are data: an exception would lose its code on the way to another process. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: { code: string; message: string } }

/** What a transport offers to the window. Names and arguments are checked at the far end. */
export interface Bridge {
  call(name: string, args: unknown): Promise<Reply<unknown>>
  /** Returns the function that ends it. */
  listen(listener: (message: EventMessage) => void): () => void
  /** The path of a file that was dropped or picked, where the door knows it. */
  pathOf?(file: unknown): string | null
}
