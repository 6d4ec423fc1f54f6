/** Requests about runs: the list, one run, its metrics, its tags. */
import { z } from 'zod'
import type { Method } from '../config.ts'
import type { ChangedSetting, RunRecord, TrainingRecord } from '../records.ts'
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
  /** Deletes a run and all it stored; refused while it trains. */
  'runs.delete': z.strictObject({ run: runReference }),
}

export interface RunResults {
  'runs.list': RunSummary[]
  'runs.get': RunDetail
  'runs.steps': StepMetric[]
  'runs.tag': { tags: string[] }
  'runs.delete': { freedBytes: number }
}

/** A line in the list of runs. */
export interface RunSummary extends Pick<RunRecord, 'id' | 'name' | 'status' | 'interrupted' | 'createdAt' | 'workedSeconds' | 'tags'> {
  methods: Method[]
  tasks: string[]
  best: { method: Method; meanDev: number } | null
}

export interface RunDetail {
  run: RunRecord
  /** In the order of their start. */
  trainings: TrainingDetail[]
  /** Settings unlike the paper's. */
  changes: ChangedSetting[]
}

export type TrainingDetail = TrainingRecord & { epochs: EpochMetric[] }
