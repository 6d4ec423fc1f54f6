/** Requests about what a run gets wrong: figures per label, kinds of errors, sentences. */
import { z } from 'zod'
import { EVALUATED_SPLITS, type EvaluationInfo } from '../../analysis/evaluated.ts'
import type { LabelScores } from '../../analysis/labels.ts'
import type { McNemar } from '../../analysis/mcnemar.ts'
import { WANTED } from '../../analysis/sentenceFilter.ts'
import type { MethodDetails, TaskAnalysis } from '../../analysis/taskAnalysis.ts'
import type { Score } from '../../runs/training.ts'
import { METHODS, type Method } from '../../settings/methods.ts'
import { runReference, taskName } from './common.ts'

const evaluated = { run: runReference, task: taskName, split: z.enum(EVALUATED_SPLITS) }
const length = z.number().int().min(0).max(1_000_000)

const filter = {
  method: z.enum(METHODS),
  wanted: z.enum(WANTED).default('any'),
  label: z.string().max(200).nullable().default(null),
  rightWith: z.enum(METHODS).nullable().default(null),
  word: z.string().max(200).default(''),
  unseen: z.boolean().default(false),
  least: length.default(0),
  most: length.nullable().default(null),
}

export const analysisRequests = {
  /** The tasks and splits whose predictions a run has kept. */
  'analysis.run': z.strictObject({ run: runReference }),
  /** Scores of labels, confusion and kinds of errors of one task on one split. */
  'analysis.task': z.strictObject(evaluated),
  /** Its scores by slice, and whether confidence can be trusted. */
  'analysis.details': z.strictObject(evaluated),
  /** Whether tagging with the run divides scores by the temperatures that were fitted on dev. */
  'analysis.calibrate': z.strictObject({ run: runReference, use: z.boolean() }),
  /** Dev scores of sparse sharing under other masks than each task's own. Takes seconds; can be cancelled. */
  'analysis.maskScores': z.strictObject({ run: runReference }),
  /** The sentences that fit a filter, from number `offset` on, with gold and predicted tags. */
  'analysis.sentences': z.strictObject({
    ...evaluated,
    ...filter,
    offset: length.default(0),
    limit: z.number().int().min(1).max(200).default(20),
  }),
  /**
   * Sends sentences to *Annotate*, with their gold labels as suggestions: to a new project, or to an existing one that
   * labels the same task. Sentences that the project has already are not added again.
   */
  'analysis.annotate': z.strictObject({
    ...evaluated,
    sentences: z.array(length).min(1).max(50_000),
    project: z.union([
      z.strictObject({ id: z.string().regex(/^[\w-]{1,64}$/) }),
      z.strictObject({ name: z.string().trim().min(1).max(100) }),
    ]),
  }),
  /** The numbers of all sentences that fit a filter, at most 50,000. */
  'analysis.found': z.strictObject({ ...evaluated, ...filter }),
}

export interface AnalysisResults {
  'analysis.run': EvaluatedRun
  'analysis.task': TaskAnalysis
  'analysis.details': MethodDetails[]
  'analysis.calibrate': Record<string, never>
  'analysis.maskScores': MaskScore[]
  'analysis.sentences': SentencePage
  'analysis.annotate': SentToAnnotate
  'analysis.found': { sentences: number[] }
}

export interface EvaluatedRun {
  id: string
  name: string
  /** By task in the order of the settings, dev before test. */
  evaluations: EvaluationInfo[]
  /** Whether it tags with the temperatures that were fitted on dev. */
  calibrated: boolean
  /** Why there is nothing to show; null where there is. */
  problem: string | null
}

/**
 * The mask that a task is scored under. shared: what all tasks keep; withoutPrivate: its own without the weights that no
 * other task keeps; withoutSharedWith: its own without those that the other keeps too.
 */
export type MaskVariant =
  { kind: 'own' | 'shared' | 'withoutPrivate' } | { kind: 'other' | 'withoutSharedWith'; task: string }

export interface MaskScore {
  task: string
  variant: MaskVariant
  /** Weights that the mask keeps. */
  kept: number
  dev: Score
  /** The same by label. */
  labels: LabelScores
}

export interface SentToAnnotate {
  /** The id of the project. */
  project: string
  added: number
  /** Sentences that it had already. */
  known: number
}

export interface SentencePage {
  /** Sentences of the split, and those that fit the filter. */
  total: number
  found: number
  /** Why the words cannot be shown; null where they are. */
  missing: string | null
  /** The methods in the order of `predicted`. */
  methods: Method[]
  sentences: EvaluatedSentence[]
  /** How `rightWith` (first) and `method` (second) differ over all sentences; null without `rightWith`. */
  comparison: McNemar | null
}

export interface EvaluatedSentence {
  /** Its number in the split, from 0. */
  index: number
  words: string[] | null
  /** Words that train does not have. */
  unseen: boolean[]
  gold: string[]
  /** By method, then token. */
  predicted: string[][]
}
