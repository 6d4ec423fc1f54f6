/** Requests about runs: the list, one run, its metrics, name and tags, its archive, the export of its subnets. */
import { z } from 'zod'
import type { Unarchived } from '../../runs/archive.ts'
import { EXPORT_FORMATS } from '../../runs/exporting.ts'
import { METHODS } from '../../settings/methods.ts'
import type { ChangedSetting, RunRecord, RunSummary, TrainingRecord, VectorCoverages } from '../../runs/records.ts'
import type { EpochMetric, StepMetric } from '../../runs/training.ts'
import type { FileRef } from './datasets.ts'
import { fileId, runReference, taskName, trainingId } from './common.ts'

const tags = z.array(z.string().min(1).max(100)).max(50).default([])

export const runRequests = {
  /** Runs, newest first. */
  'runs.list': z.strictObject({
    search: z.string().max(200).optional(),
    limit: z.number().int().min(1).max(10_000).optional(),
  }),
  /** Everything stored about one run except step metrics. */
  'runs.get': z.strictObject({ run: runReference }),
  /** Losses by step, from step `from` up to but excluding `to`, thinned to about `maxPoints` with the extremes kept. */
  'runs.steps': z.strictObject({
    run: runReference,
    training: trainingId,
    task: taskName.optional(),
    from: z.number().int().min(0).optional(),
    to: z.number().int().min(0).optional(),
    maxPoints: z.number().int().min(2).max(200_000).optional(),
  }),
  /** Adds and removes tags; returns the resulting tags. */
  'runs.tag': z.strictObject({ run: runReference, add: tags, remove: tags }),
  /** Renames a run. The name in its settings stays. */
  'runs.rename': z.strictObject({ run: runReference, name: z.string().trim().min(1).max(200) }),
  /**
   * Replaces the notes of a run, in Markdown. `version` is the one that the page knew: where they were changed
   * elsewhere since, it fails with `changed`.
   */
  'runs.note': z.strictObject({ run: runReference, text: z.string().max(100_000), version: z.number().int().min(0) }),
  /** Makes a run the baseline of this database, in place of the one before; null: none. */
  'runs.pin': z.strictObject({ run: runReference.nullable() }),
  /** The run that is pinned as the baseline. */
  'runs.baseline': z.strictObject({}),
  /** Deletes a run with all it stored. Fails while it trains. */
  'runs.delete': z.strictObject({ run: runReference }),
  /** Writes the archive of a run as it is at this moment: a file to fetch with files.read and then drop. */
  'runs.archive': z.strictObject({ run: runReference }),
  /** Exports trained subnets for other programs as one zip file: to fetch with files.read and then drop. */
  'runs.export': z.strictObject({
    run: runReference,
    method: z.enum(METHODS).optional(),
    tasks: z.array(taskName).min(1).max(64).optional(),
    formats: z.array(z.enum(EXPORT_FORMATS)).min(1),
  }),
  /**
   * Imports the run of an uploaded archive. Fails with `exists` where another run has its id, unless `asCopy` gives it
   * a new one.
   */
  'runs.unarchive': z.strictObject({ file: fileId, asCopy: z.boolean().default(false) }),
}

export type { RunSummary }

export interface RunResults {
  'runs.list': RunSummary[]
  'runs.get': RunDetail
  'runs.steps': StepMetric[]
  'runs.tag': { tags: string[] }
  'runs.rename': Record<string, never>
  'runs.note': { version: number }
  'runs.pin': Record<string, never>
  'runs.baseline': { run: { id: string; name: string } | null }
  'runs.delete': { freedBytes: number }
  'runs.archive': FileRef
  'runs.export': FileRef
  'runs.unarchive': Unarchived
}

export interface RunDetail {
  run: RunRecord
  /** The version of its notes. */
  notesVersion: number
  /** In the order of their start. */
  trainings: TrainingDetail[]
  /** Settings that differ from the paper. */
  changes: ChangedSetting[]
  /** How many words of each split have a word vector; null without vectors. */
  coverage: VectorCoverages | null
}

export type TrainingDetail = TrainingRecord & { epochs: EpochMetric[] }
