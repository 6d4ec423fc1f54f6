/** What the requests about annotation projects return. */
import type { Agreement } from '../../annotation/agreement.ts'
import type {
  AnnotationSource,
  AnnotationTask,
  Answer,
  ItemState,
  QueuePlace,
  Rule,
  Suggestion,
  SuggestingModel,
} from '../../annotation/project.ts'
import type { Series } from '../../annotation/series.ts'
import type { InspectedText } from '../../annotation/textFormats.ts'
import type { Corpus, FileRef } from './datasets.ts'

type Nothing = Record<string, never>

export interface AnnotateResults {
  'annotate.list': ProjectSummary[]
  'annotate.get': ProjectDetail
  'annotate.inspect': InspectedText[]
  'annotate.create': { project: string }
  'annotate.rename': Nothing
  'annotate.delete': Nothing
  'annotate.suggest': Nothing
  'annotate.queue': { total: number; rows: QueueRow[] }
  'annotate.item': AnnotationItem
  'annotate.step': { position: number | null }
  'annotate.decide': { item: AnnotationItem; next: number | null }
  'annotate.undo': Undone
  'annotate.task': { tasks: AnnotationTask[] }
  /** `affected`: number of decided sentences whose answers read differently now. */
  'annotate.label': { tasks: AnnotationTask[]; affected: number }
  'annotate.labelUses': { sentences: number; occurrences: number }
  'annotate.undoLabels': { tasks: AnnotationTask[] }
  'annotate.takeLabels': { tasks: AnnotationTask[] }
  'annotate.guidelines': Nothing
  'annotate.mark': AnnotationItem
  'annotate.words': AnnotationItem
  'annotate.occurrences': { rows: Occurrence[]; total: number }
  'annotate.acceptOccurrences': { changed: number }
  /** `suggested`: number of open sentences with a suggestion of the rules. */
  'annotate.rules': { rules: Rule[]; suggested: number; problems: string[] }
  'annotate.trainPlan': TrainPlan
  'annotate.train': { run: string }
  'annotate.learningCurve': { run: string }
  'annotate.resumeSeries': Nothing
  'annotate.stopSeries': Nothing
  'annotate.autoTrain': Nothing
  'annotate.me': { annotator: string }
  /** `matched`: sentences of the project that got a decision; `missing`: sentences of the file that it does not have. */
  'annotate.importDecisions': { annotator: string; matched: number; missing: number; problems: string[] }
  'annotate.agreement': Agreement[]
  'annotate.export': { file: FileRef; sentences: number; hint: string | null }
  'annotate.plan': VersionPlan
  'annotate.version': Corpus
}

export interface ProjectSummary {
  id: string
  name: string
  createdAt: string
  sources: AnnotationSource[]
  tasks: AnnotationTask[]
  /** Null: no model suggests yet. */
  model: SuggestingModel | null
  /** Number of sentences by state. */
  counts: Record<ItemState, number>
}

export interface ProjectDetail extends ProjectSummary {
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
  guidelines: string
  rules: Rule[]
  /** What undoing the last edit of tasks or labels would undo, in words; null: nothing. */
  labelUndo: string | null
  /** `since`: decisions since the last training. */
  autoTrain: { every: number | null; since: number }
  /** Everybody who decided here or whose decisions were imported. */
  annotators: string[]
  /** The run that was started from here last. */
  training: { run: string; status: string } | null
  /** Cross-validation and the learning curve; null: not asked for yet. */
  series: { folds: Series | null; curve: Series | null }
  /** Number of sentences that are flagged, and that people decided differently. */
  flagged: number
  differ: number
  /** Documents that the sentences belong to, if the sources have any. */
  documents: number
}

export interface QueueRow {
  position: number
  state: ItemState
  /** 0–1; null where no model suggested anything yet. */
  uncertainty: number | null
  flagged: boolean
  differs: boolean
  /** Beginning of the sentence. */
  text: string
}

export interface AnnotationItem {
  position: number
  text: string
  words: string[]
  /** Start and end of each word in `text`, in UTF-16 units. */
  offsets: [start: number, end: number][]
  state: ItemState
  /** Id of the current decision; null before the first. */
  revision: number | null
  suggestion: Suggestion | null
  /**
   * A person's answers; null for skipped sentences and open ones. A sentence that is open again because a task was
   * added keeps its answers to the other tasks.
   */
  answers: Answer[] | null
  decidedAt: string | null
  /** Who decided; null before the first decision. */
  annotator: string | null
  flagged: boolean
  comment: string
  /** The document that it belongs to, if the source has any. */
  document: string | null
  /** Decisions of other people on this sentence; skipped ones have no answers. */
  others: { annotator: string; answers: Answer[] | null; decidedAt: string }[]
  /** Whether the current decision settled a difference between annotators. */
  settled: boolean
}

export interface Undone {
  /** The sentence as it is now; null where there was nothing to undo. */
  item: AnnotationItem | null
  /** The answers of the undone decision. */
  answers: Answer[] | null
}

/** A place with the same words. `start` and `end` are offsets into `text`, in UTF-16 units. */
export interface Occurrence {
  position: number
  from: number
  to: number
  text: string
  start: number
  end: number
  state: ItemState
}

/** A training on the decided sentences. */
export interface TrainPlan {
  train: PartCounts
  dev: PartCounts
  /** Whether whole documents go to one part. */
  documents: boolean
  /** What is too little to be judged, in words. */
  warnings: string[]
  /** Whether the part that scores is too small to be judged. */
  tooSmall: boolean
  /** Why cross-validation, or a learning curve, cannot be started, or null. */
  foldsProblem: string | null
  curveProblem: string | null
  /** Why it cannot be started, or null. */
  problem: string | null
}

export interface PartCounts {
  sentences: number
  /** Of span tasks. */
  spans: number
  tokens: number
}

export interface VersionPlan {
  /** Its number, and its default name. */
  number: number
  name: string
  accepted: number
  fixed: number
  /** Tasks with their column in the base; null: the base has no column for it, and the task is left out. */
  tasks: { task: string; column: number | string | null }[]
  /** Tasks of the base that are not annotated here; the version lacks them. */
  lost: string[]
  /** Number of sentences of the base's training data that annotated ones with the same words replace. */
  replaced: number
  /** Number of annotated sentences that dev and test of the base contain word for word: they inflate scores. */
  inDev: number
  inTest: number
  /** Why it cannot be created, or null. */
  problem: string | null
}
