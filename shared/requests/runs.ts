/** Requests about runs: the list, one run, its metrics, its name and its tags. */
import { z } from 'zod'
import type { ChangedSetting, RunRecord, RunSummary, TrainingRecord } from '../records.ts'
import type { EpochMetric, StepMetric } from '../training.ts'
import { runReference, taskName, trainingId } from './common.ts'

const tags = z.array(z.string().min(1).max(100)).max(50).default([])

export const runRequests = {
  /** Runs, newest first. */
  'runs.list': z.strictObject({ search: z.string().max(200).optional(), limit: z.number().int().min(1).max(10_000).optional() }),
  /** All about one run. */
  'runs.get': z.strictObject({ run: runReference }),
  /** Losses step by step, in order of steps: from step `from` on, and where there are more, at most about `maxPoints`, extremes kept. */
  'runs.steps': z.strictObject({
    run: runReference, training: trainingId, task: taskName.optional(),
    from: z.number().int().min(0).optional(), to: z.number().int().min(0).optional(), maxPoints: z.number().int().min(2).max(200_000).optional(),
  }),
  /** Adds and removes tags; answers with those it has then. */
  'runs.tag': z.strictObject({ run: runReference, add: tags, remove: tags }),
  /** Another name for a run; its settings keep the one they were written with. */
  'runs.rename': z.strictObject({ run: runReference, name: z.string().trim().min(1).max(200) }),
  /** Deletes a run and all it stored; refused while it trains. */
  'runs.delete': z.strictObject({ run: runReference }),
}

export type { RunSummary }

export interface RunResults {
  'runs.list': RunSummary[]
  'runs.get': RunDetail
  'runs.steps': StepMetric[]
  'runs.tag': { tags: string[] }
  'runs.rename': Record<string, never>
  'runs.delete': { freedBytes: number }
}

export interface RunDetail {
  run: RunRecord
  /** In the order of their start. */
  trainings: TrainingDetail[]
  /** Settings unlike the paper's. */
  changes: ChangedSetting[]
}

export type TrainingDetail = TrainingRecord & { epochs: EpochMetric[] }
