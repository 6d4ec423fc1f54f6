/** Requests about experiments: several runs with one report. And about groups of runs. */
import { z } from 'zod'
import type { ExperimentConfig } from '../../settings/config.ts'
import { METHODS, type Method } from '../../settings/methods.ts'
import type { ExperimentCell, ExperimentResults, ExperimentSummary, RunGroup } from '../../runs/experiments.ts'

const experiment = z.string().regex(/^[0-9a-f]{16}$/)
const groupKey = z.string().min(1).max(8000)
const path = z.string().trim().min(1).max(4000)

const file = z.strictObject({ file: z.string().min(1).max(200), text: z.string().max(128_000) })

/** What to do: an experiment that comes with the program, or the text of a file (YAML or JSON) like theirs. */
const plan = z.strictObject({
  source: z.union([z.strictObject({ name: z.string().min(1).max(100) }), file]),
  /** Files of the corpora, by corpus and split. */
  files: z
    .record(
      z.string().min(1).max(200),
      z.strictObject({ train: path.optional(), dev: path.optional(), test: path.optional() }),
    )
    .default({}),
  /** A folder in which corpora without files are searched. */
  folder: path.nullable().default(null),
  /** Instead of those of the experiment. */
  methods: z.array(z.enum(METHODS)).min(1).optional(),
  seeds: z.array(z.number().int().min(0).max(0xffffffff)).min(1).max(100).optional(),
  /** Settings instead of those of the experiment, by dotted name, e.g. imp.epochs or tasks.ner.tags. */
  settings: z.record(z.string().max(200), z.union([z.number(), z.string().max(4000), z.boolean()])).default({}),
})
export type ExperimentPlanArguments = z.input<typeof plan>

export const experimentRequests = {
  /** The experiments that come with the program. */
  'experiments.builtIn': z.strictObject({}),
  /** What a file of one's own defines (YAML or JSON), as for those that come with the program. */
  'experiments.read': file,
  /** The experiments of this database, newest first. */
  'experiments.list': z.strictObject({}),
  /** One experiment: its runs, and the results over the finished ones. */
  'experiments.get': z.strictObject({ experiment }),
  /** What an experiment would train. Stores nothing. */
  'experiments.plan': plan,
  /** What is wrong with a plan, each problem with its setting, so that a form shows it beside the field. */
  'experiments.problems': plan,
  /** Stores the experiment and queues its runs. Answers when the first one is created. */
  'experiments.start': plan,
  /** Stops its run at a checkpoint, and takes the others out of the queue. */
  'experiments.stop': z.strictObject({ experiment }),
  /** Queues the runs that are not finished. */
  'experiments.resume': z.strictObject({ experiment }),
  /** Deletes a stored experiment that is not in training. Its runs stay in the list, or are deleted too. */
  'experiments.delete': z.strictObject({ experiment, withRuns: z.boolean() }),
  /** A file of the report, as the command line writes it. */
  'experiments.report': z.strictObject({
    experiment,
    file: z.enum(['report.html', 'report.md', 'results.csv', 'labels.csv']),
  }),
  /** Groups of runs, each a key of shared/runs/groupKey.ts, compared with one of them. */
  'experiments.groups': z.strictObject({
    groups: z.array(groupKey).min(1).max(8),
    baseline: groupKey,
  }),
}

export interface ExperimentsResults {
  'experiments.builtIn': BuiltInExperiment[]
  'experiments.read': BuiltInExperiment
  'experiments.list': ExperimentSummary[]
  'experiments.get': ExperimentDetail
  'experiments.plan': ExperimentPlan
  'experiments.problems': PlanProblem[]
  'experiments.start': { experiment: string; warnings: string[] }
  'experiments.stop': Record<string, never>
  'experiments.resume': Record<string, never>
  'experiments.delete': { runs: number }
  'experiments.report': { name: string; text: string }
  'experiments.groups': RunGroup[]
}

/** An experiment that comes with the program, or that a file defines. */
export interface BuiltInExperiment {
  name: string
  title: string
  about: string
  seeds: number[]
  methods: Method[]
  /** The splits of each corpus, with the file names that are searched in a folder. */
  corpora: { name: string; splits: Partial<Record<'train' | 'dev' | 'test', string[]>> }[]
  /** Its tasks with the column of their tags; null for artificial ones. */
  tasks: { name: string; corpus: string; column: number | string | null }[]
  /** The settings that the form shows. */
  settings: Record<string, number>
}

export interface PlanProblem {
  /** Of the setting, e.g. ['tasks', 'ner', 'tags']; null where it concerns the whole. */
  path: string[] | null
  message: string
}

export interface ExperimentPlan {
  name: string
  title: string
  runs: { name: string; seed: number; variant: string | null }[]
  /** Trainings of all runs, and epochs at most. Runs of analyses come later. */
  trainings: number
  epochs: number
  /** Whether runs of analyses follow. */
  followUps: boolean
  /** The settings of the first run, to estimate its time with. */
  config: ExperimentConfig
  /** Id of the stored experiment that this one continues; null for a new one. */
  continues: string | null
}

export interface ExperimentDetail {
  id: string
  name: string
  title: string
  about: string
  createdAt: string
  cells: ExperimentCell[]
  /** Whether this program has work to do for it. */
  active: boolean
  /** Why it does not continue by itself, e.g. because a file is missing; null where all is well. */
  problem: string | null
  results: ExperimentResults
}
