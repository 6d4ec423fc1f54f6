/** Requests about runs: the list, one run, its metrics, its name and its tags, its archive, its subnets for others. */
import { z } from 'zod'
import type { Unarchived } from '../../runs/archive.ts'
import { EXPORT_FORMATS } from '../../runs/exporting.ts'
import { METHODS } from '../../settings/methods.ts'
import type { ChangedSetting, RunRecord, RunSummary, TrainingRecord } from '../../runs/records.ts'
import type { EpochMetric, StepMetric } from '../../runs/training.ts'
import type { HandedFile } from './datasets.ts'
import { handedFile, runReference, taskName, trainingId } from './common.ts'

const tags = z.array(z.string().min(1).max(100)).max(50).default([])

export const runRequests = {
  /** Runs, newest first. */
  'runs.list': z.strictObject({
    search: z.string().max(200).optional(),
    limit: z.number().int().min(1).max(10_000).optional(),
  }),
  /** All about one run. */
  'runs.get': z.strictObject({ run: runReference }),
  /** Losses step by step, in order of steps: from step `from` on, and where there are more, at most about `maxPoints`, extremes kept. */
  'runs.steps': z.strictObject({
    run: runReference,
    training: trainingId,
    task: taskName.optional(),
    from: z.number().int().min(0).optional(),
    to: z.number().int().min(0).optional(),
    maxPoints: z.number().int().min(2).max(200_000).optional(),
  }),
  /** Adds and removes tags; answers with those it has then. */
  'runs.tag': z.strictObject({ run: runReference, add: tags, remove: tags }),
  /** Another name for a run; its settings keep the one they were written with. */
  'runs.rename': z.strictObject({ run: runReference, name: z.string().trim().min(1).max(200) }),
  /** Deletes a run and all it stored; refused while it trains. */
  'runs.delete': z.strictObject({ run: runReference }),
  /** Makes the archive of a run as it is at this moment: a file to fetch with files.read, and to drop then. */
  'runs.archive': z.strictObject({ run: runReference }),
  /** Trained subnets for other programs as one zip archive: a file to fetch with files.read, and to drop then. */
  'runs.export': z.strictObject({
    run: runReference,
    method: z.enum(METHODS).optional(),
    tasks: z.array(taskName).min(1).max(64).optional(),
    formats: z.array(z.enum(EXPORT_FORMATS)).min(1),
  }),
  /** Brings in the run of an archive that was handed over. Refused with `exists` where another run has its id, unless it is to be a copy under a new one. */
  'runs.unarchive': z.strictObject({ file: handedFile, asCopy: z.boolean().default(false) }),
}

export type { RunSummary }

export interface RunResults {
  'runs.list': RunSummary[]
  'runs.get': RunDetail
  'runs.steps': StepMetric[]
  'runs.tag': { tags: string[] }
  'runs.rename': Record<string, never>
  'runs.delete': { freedBytes: number }
  'runs.archive': HandedFile
  'runs.export': HandedFile
  'runs.unarchive': Unarchived
}

export interface RunDetail {
  run: RunRecord
  /** In the order of their start. */
  trainings: TrainingDetail[]
  /** Settings unlike the paper's. */
  changes: ChangedSetting[]
}

export type TrainingDetail = TrainingRecord & { epochs: EpochMetric[] }
