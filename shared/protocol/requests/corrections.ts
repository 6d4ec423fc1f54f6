/**
 * Requests about correction projects: sentences with suggested labels, a person's decisions, and dataset versions made
 * from them.
 */
import { z } from 'zod'
import {
  QUEUE_FILTERS,
  QUEUE_ORDERS,
  type Answer,
  type CorrectedTask,
  type CorrectionSource,
  type ItemState,
  type QueuePlace,
  type SuggestingModel,
} from '../../annotation/correcting.ts'
import { METHODS } from '../../settings/methods.ts'
import { INPUT_FORMATS, type SentenceTags } from '../../tags/tagging.ts'
import { corpusId, corpusName, fileId, runReference, taskName } from './common.ts'
import type { Corpus } from './datasets.ts'

const project = z.string().regex(/^[\w-]{1,64}$/)
const name = z.string().trim().min(1).max(100)
const position = z.number().int().min(0)
const queue = { order: z.enum(QUEUE_ORDERS), filter: z.enum(QUEUE_FILTERS) }
/** Written to a field of a column file. */
const label = z
  .string()
  .max(1000)
  .regex(/^[^\t\r\n]*$/, 'no tabs, no line ends')
const newLabel = z.string().min(1).max(100).regex(/^\S+$/, 'no spaces')
const span = z.strictObject({ type: label, from: position, to: position })
const answer = z.strictObject({
  task: taskName,
  labels: z.array(label.min(1)).nullable(),
  spans: z.array(span).nullable(),
})
const fraction = z.number().min(0).max(0.9)

export const correctionRequests = {
  /** All projects, newest first. */
  'corrections.list': z.strictObject({}),
  'corrections.get': z.strictObject({ project }),
  /**
   * Creates a project with the sentences of an uploaded file or of a split of a corpus. The run's suggestions follow in
   * the background, reported by `corrections` events.
   */
  'corrections.create': z.strictObject({
    name,
    run: runReference,
    method: z.enum(METHODS).optional(),
    tasks: z.array(taskName).min(1).max(64).optional(),
    source: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('file'),
        file: fileId,
        format: z.enum(INPUT_FORMATS).default('auto'),
        words: z.number().int().min(0).max(1000).default(0),
      }),
      z.strictObject({ kind: z.literal('corpus'), corpus: corpusId, split: z.enum(['train', 'dev', 'test']) }),
    ]),
  }),
  'corrections.rename': z.strictObject({ project, name }),
  /** Deletes sentences, suggestions and decisions. Dataset versions stay in the catalogue. */
  'corrections.delete': z.strictObject({ project }),
  /** Has a run suggest labels for every undecided sentence. Without a run, continues where the last attempt ended. */
  'corrections.suggest': z.strictObject({ project, run: runReference.optional(), method: z.enum(METHODS).optional() }),
  /** Rows of the queue around a sentence: up to `before` rows before it and `count` after it; null: the first rows. */
  'corrections.queue': z.strictObject({
    project,
    ...queue,
    position: position.nullable(),
    before: position.max(500).default(0),
    count: position.max(500),
  }),
  /** One sentence. It is remembered as the current one. */
  'corrections.item': z.strictObject({ project, ...queue, position }),
  /** The sentence after or before this one in the queue, null at the end; without a position the first or the last. */
  'corrections.step': z.strictObject({
    project,
    ...queue,
    position: position.nullable(),
    direction: z.enum(['next', 'previous']),
  }),
  /**
   * Stores a decision before it replies. `revision` is the decision that the sentence had when it was shown; the
   * request fails with `changed` where it has another one by now. Returns the next sentence.
   */
  'corrections.decide': z.strictObject({
    project,
    ...queue,
    position,
    revision: z.number().int().nullable(),
    answers: z.array(answer).max(64).nullable(),
  }),
  /** Undoes the last decision, by adding one to the log. */
  'corrections.undo': z.strictObject({ project, ...queue }),
  /** Adds a label to choose from. */
  'corrections.label': z.strictObject({ project, task: taskName, label: newLabel }),
  /** Previews a dataset version. `base`: the corpus whose training data it extends; null: a separate corpus. */
  'corrections.plan': z.strictObject({ project, base: corpusId.nullable() }),
  /** Creates a dataset version from the accepted and fixed sentences. The fractions apply to a separate corpus. */
  'corrections.version': z.strictObject({
    project,
    name: corpusName,
    base: corpusId.nullable(),
    dev: fraction.default(0.1),
    test: fraction.default(0),
  }),
}

export interface CorrectionResults {
  'corrections.list': CorrectionSummary[]
  'corrections.get': CorrectionDetail
  'corrections.create': { project: string }
  'corrections.rename': Record<string, never>
  'corrections.delete': Record<string, never>
  'corrections.suggest': Record<string, never>
  'corrections.queue': { total: number; rows: QueueRow[] }
  'corrections.item': CorrectionItem
  'corrections.step': { position: number | null }
  'corrections.decide': { item: CorrectionItem; next: number | null }
  'corrections.undo': Undone
  'corrections.label': { tasks: CorrectedTask[] }
  'corrections.plan': VersionPlan
  'corrections.version': Corpus
}

export interface CorrectionSummary {
  id: string
  name: string
  createdAt: string
  source: CorrectionSource
  tasks: CorrectedTask[]
  model: SuggestingModel
  /** Number of sentences by state. */
  counts: Record<ItemState, number>
}

export interface CorrectionDetail extends CorrectionSummary {
  place: QueuePlace
  /** Whether the run that suggests still exists. */
  modelIsThere: boolean
  /** Number of open sentences without suggestions of the model. */
  pending: number
  /** Whether suggestions are being computed now. */
  suggesting: boolean
  /** Why the last attempt failed, or null. */
  problem: string | null
  /** Number of decisions that can be undone. */
  undoable: number
  /** Number of dataset versions created so far, and those still in the catalogue, newest first. */
  versionCount: number
  versions: Corpus[]
}

export interface QueueRow {
  position: number
  state: ItemState
  /** 0–1; null where nothing is suggested yet. */
  uncertainty: number | null
  /** Beginning of the sentence. */
  text: string
}

export interface CorrectionItem {
  position: number
  text: string
  words: string[]
  /** Start and end of each word in `text`, in UTF-16 units. */
  offsets: [start: number, end: number][]
  state: ItemState
  /** Id of the current decision; null before the first. */
  revision: number | null
  suggestion: { run: string; method: string; uncertainty: number; tags: SentenceTags[] } | null
  /** A person's answers; null for open and skipped sentences. */
  answers: Answer[] | null
  decidedAt: string | null
}

export interface Undone {
  /** The sentence as it is now; null where there was nothing to undo. */
  item: CorrectionItem | null
  /** The answers of the undone decision. */
  answers: Answer[] | null
}

export interface VersionPlan {
  /** Its number, and its default name. */
  number: number
  name: string
  accepted: number
  fixed: number
  /** Tasks with their column in the base; null: the base has no column for it, and the task is left out. */
  tasks: { task: string; column: number | string | null }[]
  /** Tasks of the base that are not corrected here; the version lacks them. */
  lost: string[]
  /** Number of sentences of the base's training data that corrected ones with the same words replace. */
  replaced: number
  /** Number of corrected sentences that dev and test of the base contain word for word: they inflate scores. */
  inDev: number
  inTest: number
  /** Why it cannot be created, or null. */
  problem: string | null
}
