/** Requests about experiments: several runs with one report. And about groups of runs that differ by seed alone. */
import { z } from 'zod'
import type { ExperimentConfig } from '../../settings/config.ts'
import { METHODS, type Method } from '../../settings/methods.ts'
import type { ExperimentCell, ExperimentResults, ExperimentSummary, RunGroup } from '../../runs/experiments.ts'

const experiment = z.string().regex(/^[0-9a-f]{16}$/)
const path = z.string().trim().min(1).max(4000)

/** What to do: an experiment that comes with the program, or the text of a file (YAML or JSON) like theirs. */
const plan = z.strictObject({
  source: z.union([
    z.strictObject({ name: z.string().min(1).max(100) }),
    z.strictObject({ file: z.string().min(1).max(200), text: z.string().max(128_000) }),
  ]),
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
  /** Settings instead of those of the experiment, by dotted name, e.g. imp.epochs. */
  settings: z.record(z.string().max(200), z.union([z.number(), z.string().max(4000), z.boolean()])).default({}),
})
export type ExperimentPlanArguments = z.input<typeof plan>

export const experimentRequests = {
  /** The experiments that come with the program. */
  'experiments.builtIn': z.strictObject({}),
  /** The experiments of this database, newest first. */
  'experiments.list': z.strictObject({}),
  /** One experiment: its runs, and the results over the finished ones. */
  'experiments.get': z.strictObject({ experiment }),
  /** What an experiment would train. Stores nothing. */
  'experiments.plan': plan,
  /** Stores the experiment and queues its runs. Answers when the first one is created. */
  'experiments.start': plan,
  /** Stops its run at a checkpoint, and takes the others out of the queue. */
  'experiments.stop': z.strictObject({ experiment }),
  /** Queues the runs that are not finished. */
  'experiments.resume': z.strictObject({ experiment }),
  /** A file of the report, as the command line writes it. */
  'experiments.report': z.strictObject({
    experiment,
    file: z.enum(['report.html', 'report.md', 'results.csv', 'labels.csv']),
  }),
  /** Groups of runs that differ by seed alone, by RunSummary.group, compared with one of them. */
  'experiments.groups': z.strictObject({
    groups: z.array(experiment).min(1).max(8),
    baseline: experiment,
  }),
}

export interface ExperimentsResults {
  'experiments.builtIn': BuiltInExperiment[]
  'experiments.list': ExperimentSummary[]
  'experiments.get': ExperimentDetail
  'experiments.plan': ExperimentPlan
  'experiments.start': { experiment: string; warnings: string[] }
  'experiments.stop': Record<string, never>
  'experiments.resume': Record<string, never>
  'experiments.report': { name: string; text: string }
  'experiments.groups': RunGroup[]
}

export interface BuiltInExperiment {
  name: string
  title: string
  about: string
  seeds: number[]
  methods: Method[]
  /** The splits of each corpus, with the file names that are searched in a folder. */
  corpora: { name: string; splits: Partial<Record<'train' | 'dev' | 'test', string[]>> }[]
  /** The settings that the form shows. */
  settings: Record<string, number>
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
