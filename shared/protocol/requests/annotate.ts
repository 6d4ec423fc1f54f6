/**
 * Requests about annotation projects: sentences with or without suggested labels, a person's decisions, and what is
 * made from them.
 */
import { z } from 'zod'
import { QUEUE_FILTERS, QUEUE_ORDERS } from '../../annotation/project.ts'
import { METHODS } from '../../settings/methods.ts'
import { OFFSET_UNITS } from '../../tags/tagging.ts'
import { ANNOTATION_FORMATS } from '../../annotation/annotation.ts'
import { SERIES_KINDS } from '../../annotation/series.ts'
import { TEXT_FORMATS } from '../../annotation/textFormats.ts'
import { corpusId, corpusName, fileId, runReference, taskName } from './common.ts'

const project = z.string().regex(/^[\w-]{1,64}$/)
const name = z.string().trim().min(1).max(100)
const position = z.number().int().min(0)
const revision = z.number().int().nullable()
/** Written to a field of a column file. */
const label = z
  .string()
  .max(1000)
  .regex(/^[^\t\r\n]*$/, 'no tabs, no line ends')
const newLabel = z.string().min(1).max(100).regex(/^\S+$/, 'no spaces')
const newTask = z.string().min(1).max(100).regex(/^\S+$/, 'no spaces')
const queue = {
  order: z.enum(QUEUE_ORDERS),
  filter: z.enum(QUEUE_FILTERS),
  text: z.string().max(1000).optional(),
  label: z.strictObject({ task: taskName, label }).optional(),
}
const span = z.strictObject({ type: label, from: position, to: position })
const answer = z.strictObject({
  task: taskName,
  labels: z.array(label.min(1).nullable()).nullable(),
  spans: z.array(span).nullable(),
})
const answers = z.array(answer).max(64)
const fraction = z.number().min(0).max(0.9)
const annotator = z.string().trim().max(100)
const colour = z.number().int().min(0).max(63).nullable()
const key = z
  .string()
  .refine((text) => Array.from(text).length === 1 && text.trim() !== '', 'expected one character')
  .nullable()
const description = z.string().max(1000)
const labelSettings = { colour: colour.optional(), key: key.optional(), description: description.optional() }
const labelChoice = z.union([newLabel, z.strictObject({ name: label, ...labelSettings })])
const tasks = z.array(
  z.strictObject({ name: newTask, kind: z.enum(['span', 'token']), labels: z.array(labelChoice).max(1000) }),
)
const reading = {
  format: z.enum(['auto', ...TEXT_FORMATS]).default('auto'),
  /** A WHATWG label; null: UTF-8. */
  encoding: z.string().max(40).nullable().default(null),
  /** The column of the text in a table, by name or from 0. */
  column: z.union([z.string().max(1000), z.number().int().min(0).max(10_000)]).optional(),
  /** The field of the text in JSON. */
  field: z.string().min(1).max(200).optional(),
  /** Column of the words in CoNLL columns. */
  words: z.number().int().min(0).max(1000).default(0),
}
const split = z.enum(['train', 'dev', 'test'])
const pastedText = z.string().max(10_000_000)
const chosenTasks = z.array(taskName).min(1).max(64).optional()
const someWords = z.array(z.string().min(1).max(200)).min(1).max(100_000)
const tokenCondition = z.strictObject({
  orth: someWords.optional(),
  lower: someWords.optional(),
  regex: z.string().min(1).max(1000).optional(),
})
const rule = z.union([
  z.strictObject({ task: taskName, label, words: z.array(z.string().min(1).max(200)).max(100_000) }),
  z.strictObject({ task: taskName, label, pattern: z.string().min(1).max(1000) }),
  z.strictObject({ task: taskName, label, tokens: z.array(tokenCondition).min(1).max(100) }),
])

export const annotateRequests = {
  /** All projects, newest first. */
  'annotate.list': z.strictObject({}),
  'annotate.get': z.strictObject({ project }),
  /** What uploaded files, or a pasted text, seem to be, and how they would be read. Creates nothing. */
  'annotate.inspect': z.union([
    z.strictObject({
      files: z
        .array(z.strictObject({ file: fileId, ...reading }))
        .min(1)
        .max(100),
    }),
    z.strictObject({ text: pastedText }),
  ]),
  /**
   * Creates a project. Without a run, a corpus' own labels are suggestions, and text has none. With a run, its
   * suggestions follow in the background, reported by `annotate` events. Tasks are given, or taken from a run (by
   * default the one that suggests), a corpus (by default the one of the sentences) or another project.
   */
  'annotate.create': z.strictObject({
    name,
    sources: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('file'), file: fileId, ...reading }),
          z.strictObject({ kind: z.literal('text'), name, text: pastedText }),
          z.strictObject({ kind: z.literal('corpus'), corpus: corpusId, split }),
        ]),
      )
      .min(1)
      .max(100),
    tasks: z
      .union([
        tasks.max(64),
        z.strictObject({ run: runReference, tasks: chosenTasks }),
        z.strictObject({ corpus: corpusId, tasks: chosenTasks }),
        z.strictObject({ project, tasks: chosenTasks }),
      ])
      .optional(),
    run: runReference.optional(),
    method: z.enum(METHODS).optional(),
  }),
  'annotate.rename': z.strictObject({ project, name }),
  /** Deletes sentences, suggestions and decisions. Dataset versions stay in the catalogue. */
  'annotate.delete': z.strictObject({ project }),
  /** Has a run suggest labels for every undecided sentence. Without a run, continues where the last attempt ended. */
  'annotate.suggest': z.strictObject({ project, run: runReference.optional(), method: z.enum(METHODS).optional() }),
  /** Rows of the queue around a sentence: up to `before` rows before it and `count` after it; null: the first rows. */
  'annotate.queue': z.strictObject({
    project,
    ...queue,
    position: position.nullable(),
    before: position.max(500).default(0),
    count: position.max(500),
  }),
  /** One sentence. It is remembered as the current one. */
  'annotate.item': z.strictObject({ project, ...queue, position }),
  /** The sentence after or before this one in the queue, null at the end; without a position the first or the last. */
  'annotate.step': z.strictObject({
    project,
    ...queue,
    position: position.nullable(),
    direction: z.enum(['next', 'previous']),
  }),
  /**
   * Stores a decision before it replies. `revision` is the decision that the sentence had when it was shown; the
   * request fails with `changed` where it has another one by now. `settles`: it ends a difference between annotators.
   * Returns the next sentence.
   */
  'annotate.decide': z.strictObject({
    project,
    ...queue,
    position,
    revision,
    answers: answers.nullable(),
    annotator: annotator.default(''),
    settles: z.boolean().default(false),
  }),
  /** Undoes the last decision, by adding one to the log. */
  'annotate.undo': z.strictObject({ project, ...queue }),

  /** Adds, renames or deletes a task. After `add`, decided sentences are open again and keep their answers. */
  'annotate.task': z.strictObject({
    project,
    edit: z.discriminatedUnion('do', [
      z.strictObject({
        do: z.literal('add'),
        name: newTask,
        kind: z.enum(['span', 'token']),
        labels: z.array(labelChoice).max(1000),
      }),
      z.strictObject({ do: z.literal('rename'), from: taskName, to: newTask }),
      z.strictObject({ do: z.literal('delete'), name: taskName }),
    ]),
  }),
  /**
   * Edits the labels of a task. Decisions are never rewritten: the edit is added to a log, which is applied when they
   * are read. A token label in use can be merged, not deleted.
   */
  'annotate.label': z.strictObject({
    project,
    task: taskName,
    edit: z.discriminatedUnion('do', [
      z.strictObject({ do: z.literal('add'), label: z.strictObject({ name: newLabel, ...labelSettings }) }),
      z.strictObject({ do: z.literal('change'), name: label, ...labelSettings }),
      z.strictObject({ do: z.literal('rename'), from: label, to: newLabel }),
      z.strictObject({ do: z.literal('merge'), from: label, into: label }),
      z.strictObject({ do: z.literal('delete'), name: label }),
      z.strictObject({ do: z.literal('order'), names: z.array(label).max(10_000) }),
    ]),
  }),
  /** Number of decisions with a label: before it is deleted. */
  'annotate.labelUses': z.strictObject({ project, task: taskName, label }),
  /** Takes back the last edit of tasks or labels. */
  'annotate.undoLabels': z.strictObject({ project }),
  /** Adds the labels of a corpus' column, of a run's task or of another project's task. */
  'annotate.takeLabels': z.strictObject({
    project,
    task: taskName,
    from: z.union([
      z.strictObject({ corpus: corpusId, task: taskName }),
      z.strictObject({ run: runReference, task: taskName }),
      z.strictObject({ project, task: taskName }),
    ]),
  }),
  /** Sets the guidelines, in Markdown. */
  'annotate.guidelines': z.strictObject({ project, text: z.string().max(1_000_000) }),
  /** Flags a sentence, or comments on it. */
  'annotate.mark': z.strictObject({
    project,
    position,
    flagged: z.boolean().optional(),
    comment: z.string().max(10_000).optional(),
  }),
  /** Splits a word at an offset in UTF-16 units, or merges words from..to - 1. Undone like a decision. */
  'annotate.words': z.strictObject({
    project,
    position,
    revision,
    annotator: annotator.default(''),
    edit: z.discriminatedUnion('do', [
      z.strictObject({ do: z.literal('split'), word: position, at: position.min(1) }),
      z.strictObject({ do: z.literal('merge'), from: position, to: position.min(2) }),
    ]),
  }),
  /** Other places with the words from..to - 1 of a sentence that do not have this label. At most 500 are listed. */
  'annotate.occurrences': z.strictObject({
    project,
    position,
    task: taskName,
    from: position,
    to: position,
    type: label,
  }),
  /**
   * Labels other places. In an open sentence it is a suggestion; in a decided one, a further decision of the annotator.
   */
  'annotate.acceptOccurrences': z.strictObject({
    project,
    task: taskName,
    type: label,
    places: z
      .array(z.strictObject({ position, from: position, to: position }))
      .min(1)
      .max(10_000),
    annotator: annotator.default(''),
  }),
  /** Replaces the rules, or adds those of an uploaded file of Prodigy patterns. They suggest; they never decide. */
  'annotate.rules': z.union([
    z.strictObject({ project, rules: z.array(rule).max(10_000) }),
    z.strictObject({ project, file: fileId, task: taskName }),
  ]),
  /** What a training on the decided sentences would consist of. */
  'annotate.trainPlan': z.strictObject({ project }),
  /**
   * Trains on the decided sentences, a fifth of which score the epochs. When it finishes, its model suggests labels for
   * open sentences. `folds`: cross-validation instead of one part that scores, then a model that learns from all
   * decided sentences. Returns the run that begins.
   */
  'annotate.train': z.strictObject({ project, folds: z.boolean().default(false) }),
  /**
   * Trains on growing shares of what is decided. `folds`: judged by cross-validation; by default where one part is too
   * small to be judged.
   */
  'annotate.learningCurve': z.strictObject({ project, folds: z.boolean().optional() }),
  /** Continues cross-validation or a learning curve; what is done stays done. */
  'annotate.resumeSeries': z.strictObject({ project, kind: z.enum(SERIES_KINDS) }),
  'annotate.stopSeries': z.strictObject({ project, kind: z.enum(SERIES_KINDS) }),
  /** Trains after every N further decisions; null: never. */
  'annotate.autoTrain': z.strictObject({ project, every: z.number().int().min(1).max(100_000).nullable() }),
  /** The name of the person who labels here, unless the window sets another. */
  'annotate.me': z.strictObject({}),
  /** Adds another person's decisions from an uploaded file of any format that `convert` reads. */
  'annotate.importDecisions': z.strictObject({
    project,
    file: fileId,
    /** The text of brat's annotations, which are in a file of their own. */
    text: fileId.optional(),
    annotator: annotator.optional(),
    encoding: z.string().max(40).nullable().default(null),
    /** Columns, labels or controls of tasks, as `convert --task` has them; by default by name. */
    tasks: z.record(taskName, z.array(z.string().max(200)).max(1000)).optional(),
  }),
  'annotate.agreement': z.strictObject({ project }),
  /**
   * Writes the decided sentences in a format: a file to fetch with files.read and then drop. `annotator`: the decisions of
   * one person, imported ones too, instead of those that hold.
   */
  'annotate.export': z.strictObject({
    project,
    format: z.enum([...ANNOTATION_FORMATS, 'jsonl']),
    scheme: z.enum(['IOB1', 'IOB2', 'BIOES', 'BILOU']).default('IOB2'),
    offsets: z.enum(OFFSET_UNITS).optional(),
    annotator: annotator.optional(),
  }),

  /** Previews a dataset version. `base`: the corpus whose training data it extends; null: a separate corpus. */
  'annotate.plan': z.strictObject({ project, base: corpusId.nullable() }),
  /** Creates a dataset version from the accepted and fixed sentences. The fractions apply to a separate corpus. */
  'annotate.version': z.strictObject({
    project,
    name: corpusName,
    base: corpusId.nullable(),
    dev: fraction.default(0.1),
    test: fraction.default(0),
  }),
}
