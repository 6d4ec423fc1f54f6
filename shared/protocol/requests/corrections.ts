/** Requests about corrections: sentences with a model's suggestions, what a person decides of them, the dataset versions made of that. */
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
import { corpusId, corpusName, handedFile, runReference, taskName } from './common.ts'
import type { Corpus } from './datasets.ts'

const project = z.string().regex(/^[\w-]{1,64}$/)
const name = z.string().trim().min(1).max(100)
const position = z.number().int().min(0)
const queue = { order: z.enum(QUEUE_ORDERS), filter: z.enum(QUEUE_FILTERS) }
/** It becomes a field of a column file. */
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
  /** All, the newest first. */
  'corrections.list': z.strictObject({}),
  'corrections.get': z.strictObject({ project }),
  /** Takes the sentences of a file that was handed over, or of a split of a corpus of the catalogue; the run's suggestions follow, told by `corrections` events. */
  'corrections.create': z.strictObject({
    name,
    run: runReference,
    method: z.enum(METHODS).optional(),
    tasks: z.array(taskName).min(1).max(64).optional(),
    source: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('file'),
        file: handedFile,
        format: z.enum(INPUT_FORMATS).default('auto'),
        words: z.number().int().min(0).max(1000).default(0),
      }),
      z.strictObject({ kind: z.literal('corpus'), corpus: corpusId, split: z.enum(['train', 'dev', 'test']) }),
    ]),
  }),
  'corrections.rename': z.strictObject({ project, name }),
  /** Deletes sentences, suggestions and decisions; dataset versions made of them stay in the catalogue. */
  'corrections.delete': z.strictObject({ project }),
  /** Has a run suggest anew for every sentence that nobody has decided. Without a run, goes on where suggesting broke off. */
  'corrections.suggest': z.strictObject({ project, run: runReference.optional(), method: z.enum(METHODS).optional() }),
  /** A stretch of the queue around a sentence: itself, where it is in the queue, some before it, some after it; null: the first ones. */
  'corrections.queue': z.strictObject({
    project,
    ...queue,
    position: position.nullable(),
    before: position.max(500).default(0),
    count: position.max(500),
  }),
  /** One sentence; remembered as the place where one is. */
  'corrections.item': z.strictObject({ project, ...queue, position }),
  /** The sentence after or before this one in the queue, null at its end; without a position its first, or its last. */
  'corrections.step': z.strictObject({
    project,
    ...queue,
    position: position.nullable(),
    direction: z.enum(['next', 'previous']),
  }),
  /**
   * What a person decided, kept before the answer comes. `revision` is the decision that the sentence had when it was shown: where it has
   * another one by now the request is refused with `changed`. Answers with the sentence that comes next.
   */
  'corrections.decide': z.strictObject({
    project,
    ...queue,
    position,
    revision: z.number().int().nullable(),
    answers: z.array(answer).max(64).nullable(),
  }),
  /** Takes the last decision back, by a decision of its own. */
  'corrections.undo': z.strictObject({ project, ...queue }),
  /** One more label to choose from. */
  'corrections.label': z.strictObject({ project, task: taskName, label: newLabel }),
  /** What a dataset version would be made of. `base`: the corpus whose training data it adds to; null: a corpus of its own. */
  'corrections.plan': z.strictObject({ project, base: corpusId.nullable() }),
  /** Makes a dataset version of what was accepted and fixed. The fractions are for a corpus of its own. */
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
  /** Sentences by state. */
  counts: Record<ItemState, number>
}

export interface CorrectionDetail extends CorrectionSummary {
  place: QueuePlace
  /** Whether the run that suggests is still there. */
  modelIsThere: boolean
  /** Open sentences that the model has not suggested for yet. */
  pending: number
  /** Whether it is about to. */
  suggesting: boolean
  /** Why it could not, the last time. */
  problem: string | null
  /** Decisions that can be taken back. */
  undoable: number
  /** Dataset versions made so far, and those of them that are in the catalogue, the newest first. */
  versionCount: number
  versions: Corpus[]
}

export interface QueueRow {
  position: number
  state: ItemState
  /** Null where nothing is suggested yet. */
  uncertainty: number | null
  /** Its beginning. */
  text: string
}

export interface CorrectionItem {
  position: number
  text: string
  words: string[]
  /** First UTF-16 unit of each word in `text`, and the one after its last. */
  offsets: [start: number, end: number][]
  state: ItemState
  /** The decision that holds; null where there was none. */
  revision: number | null
  suggestion: { run: string; method: string; uncertainty: number; tags: SentenceTags[] } | null
  /** What a person said; null for open and skipped sentences. */
  answers: Answer[] | null
  decidedAt: string | null
}

export interface Undone {
  /** As it is now; null where there was nothing to take back. */
  item: CorrectionItem | null
  /** What had been decided, to go on from. */
  answers: Answer[] | null
}

export interface VersionPlan {
  /** It would be number so much, and be called so unless another name is given. */
  number: number
  name: string
  accepted: number
  fixed: number
  /** Tasks with the column of the base they go to; null: the base has none for them, and they are left out. */
  tasks: { task: string; column: number | string | null }[]
  /** Tasks of the base that are not corrected here: its version is without them. */
  lost: string[]
  /** Sentences of the base's training data whose place corrected ones of the same words take, one for one. */
  replaced: number
  /** Sentences, word for word, that dev and test of the base have: scores on them would say too much. */
  inDev: number
  inTest: number
  /** Why it cannot be made, or null. */
  problem: string | null
}
