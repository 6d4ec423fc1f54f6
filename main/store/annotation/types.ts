/**
 * The interface of annotation projects. Suggestions and decisions are separate rows: writing one never changes the
 * other.
 */
import type {
  AnnotationSource,
  AnnotationTask,
  Answer,
  AnswerSpan,
  ItemState,
  Label,
  Queue,
  QueuePlace,
  Rule,
  SuggestedTags,
  SuggestingModel,
} from '../../../shared/annotation/project.ts'
import type { Damaged } from '../../../shared/protocol/requests/damaged.ts'
import type { SeriesKind, StoredSeries } from '../../../shared/annotation/series.ts'
import type { LabelEdit, TaskEdit } from '../../../shared/annotation/labelLog.ts'
import type {
  AnnotationItem,
  ProjectSummary,
  QueueRow,
  Undone,
} from '../../../shared/protocol/requests/annotateResults.ts'
import type { Sentence, SentenceTags } from '../../../shared/tags/tagging.ts'

export type { Queue }

export interface NewSentence {
  sentence: Sentence
  /** The document that it belongs to, or null. */
  document: string | null
  /** Labels that the corpus has for it, or null. */
  given: SuggestedTags[] | null
}

export interface NewProject {
  id: string
  name: string
  sources: AnnotationSource[]
  tasks: AnnotationTask[]
  model: SuggestingModel | null
  sentences: readonly NewSentence[]
}

export interface ProjectRecord extends ProjectSummary {
  place: QueuePlace
  /** Number of open sentences without a suggestion of the model; 0 where there is no model. */
  pending: number
  /** Number of decisions that can be undone. */
  undoable: number
  /** Number of dataset versions created so far, whether they still exist or not. */
  versionCount: number
  guidelines: string
  rules: Rule[]
  labelUndo: string | null
  autoTrain: { every: number | null; since: number }
  annotators: string[]
  training: string | null
  flagged: number
  differ: number
  documents: number
}

/** A sentence without a suggestion. */
export interface Waiting {
  position: number
  sentence: Sentence
}

export interface NewSuggestion {
  position: number
  tags: SentenceTags[]
}

/** A sentence with a person's answers. */
export interface DecidedSentence {
  position: number
  sentence: Sentence
  state: Extract<ItemState, 'accepted' | 'fixed'>
  answers: Answer[]
  /** The model that suggested labels when it was decided; null: none. */
  model: Pick<SuggestingModel, 'run' | 'method'> | null
  annotator: string
  document: string | null
}

/** A sentence with one person's answers. */
export type DecidedBy = Pick<DecidedSentence, 'position' | 'sentence' | 'answers'>

/** Who decides, and whether that settles a difference. */
export interface Decider {
  annotator: string
  settles: boolean
}

export interface Place {
  position: number
  from: number
  to: number
}

/** Words with their answers, for a search over all sentences. */
export interface LabelledSentence {
  position: number
  sentence: Sentence
  state: ItemState
  /** The decision; else what is suggested; null: neither. */
  answers: Answer[] | null
}

/** All methods throw a StoreError 'missing' where the project or sentence does not exist. Each is one transaction. */
export interface AnnotationStore {
  /** Throws 'exists' where another one has the name. */
  create(project: NewProject): void
  /** Adds sentences after the last one, and the labels of these tasks that the project's tasks of the same name lack. */
  add(id: string, source: AnnotationSource, sentences: readonly NewSentence[], tasks: readonly AnnotationTask[]): void
  /** The newest first. */
  list(): ProjectSummary[]
  /** Projects that cannot be opened. `list` has them too where only a part is damaged that it does not need. */
  damaged(): Damaged[]
  get(id: string): ProjectRecord
  /** The tasks alone, and the state of training alone: quick however many sentences there are. */
  tasks(id: string): AnnotationTask[]
  /** `since` is counted only where the project trains by itself. */
  trainingState(id: string): Pick<ProjectRecord, 'autoTrain' | 'training'>
  rename(id: string, name: string): void
  remove(id: string): void
  /**
   * Sets the suggesting model. `labels`: labels by task that the model has; missing ones are added to the project's.
   * `overGiven`: it also suggests where a corpus' own labels are suggested now.
   */
  setModel(
    id: string,
    model: SuggestingModel,
    labels: ReadonlyMap<string, string[]>,
    options?: { edits?: number; overGiven?: boolean },
  ): void
  setPlace(id: string, place: QueuePlace): void
  setGuidelines(id: string, text: string): void
  setAutoTrain(id: string, every: number | null): void
  /** Cross-validation or the learning curve; null: none. */
  series(id: string, kind: SeriesKind): StoredSeries | null
  setSeries(id: string, kind: SeriesKind, series: StoredSeries | null): void
  /** Remembers the run that was started from here, and that it knows all decisions made so far. */
  setTraining(id: string, run: string): void

  /** The total, and the rows around a sentence: up to `before` before it and `count` after it; null: the first rows. */
  queue(
    id: string,
    queue: Queue,
    position: number | null,
    before: number,
    count: number,
  ): { total: number; rows: QueueRow[] }
  item(id: string, position: number): AnnotationItem
  /** All sentences as their words are now. */
  sentences(id: string): { position: number; sentence: Sentence }[]
  /** The sentence as its words are now. */
  sentence(id: string, position: number): Sentence
  /**
   * The neighbour in the queue; the sentence itself need not be in it. Null at the end; without a position the first or
   * last.
   */
  step(id: string, queue: Queue, position: number | null, direction: 'next' | 'previous'): number | null
  mark(id: string, position: number, marks: { flagged?: boolean; comment?: string }): AnnotationItem

  /**
   * Stores a person's answers (null: skipped) and moves the place to the next sentence of the queue; among open
   * sentences the first follows the last. Null at the end. Throws 'changed' where the current decision is not
   * `revision`.
   */
  decide(
    id: string,
    position: number,
    revision: number | null,
    answers: Answer[] | null,
    queue: Queue,
    by?: Decider,
  ): { item: AnnotationItem; next: number | null }
  /** Replaces the words of a sentence; `answers` maps answers to the new words. Throws 'changed' as `decide` does. */
  setWords(
    id: string,
    position: number,
    revision: number | null,
    sentence: Sentence,
    mapped: (answers: Answer[]) => Answer[],
    annotator: string,
  ): AnnotationItem
  /** Undoes the last current decision, or the last split or merge of words. */
  undo(id: string): Undone
  /** Adds decisions of another person; they hold for nobody else. */
  importDecisions(id: string, annotator: string, decisions: readonly { position: number; answers: Answer[] }[]): void
  /** For each sentence that at least two people decided: the latest decision of each. */
  opinions(id: string): { position: number; length: number; decided: { annotator: string; answers: Answer[] }[] }[]

  /** Open sentences from `position` on without suggestions of the model, in the order of the sources. */
  waiting(id: string, model: SuggestingModel, position: number, count: number): Waiting[]
  /**
   * Stores suggestions for sentences that are still open. Returns their number; null where the model was replaced
   * meanwhile.
   */
  suggest(id: string, model: SuggestingModel, suggestions: readonly NewSuggestion[]): number | null
  /** Replaces the rules and what they suggest, for open sentences that nothing else is suggested for. */
  setRules(
    id: string,
    rules: readonly Rule[],
    suggest: (sentences: readonly Sentence[]) => (SuggestedTags[] | null)[],
  ): { suggested: number }
  /** Labels accepted from other occurrences, as suggestions for an open sentence. */
  addOccurrence(id: string, position: number, occurrence: { task: string } & AnswerSpan): void
  /** Sentences that contain the text in any case of letters, with their answers. */
  containing(id: string, text: string): LabelledSentence[]

  /** Edits tasks and labels by a change of `tasks`; the edit is logged. */
  edit(
    id: string,
    edit: TaskEdit | LabelEdit,
    change: (tasks: AnnotationTask[]) => AnnotationTask[],
  ): { tasks: AnnotationTask[]; affected: number }
  undoEdit(id: string): AnnotationTask[]
  /** Adds labels that the task lacks, without an entry in the log. */
  addLabels(id: string, task: string, labels: readonly Label[]): AnnotationTask[]
  labelUses(id: string, task: string, label: string): { sentences: number; occurrences: number }
  /** Those of the tasks of the suggesting model that the project has, under any name. */
  tasksOfModel(id: string, names: readonly string[]): string[]
  /** The last entry of the log of label edits. */
  lastEdit(id: string): number

  /** Accepted and fixed sentences, in the order of the sources. */
  decided(id: string): DecidedSentence[]
  /** What one person decided last, imported or not, in the order of the sources; without skipped sentences. */
  decidedBy(id: string, annotator: string): DecidedBy[]
  /**
   * Records a dataset version, within the transaction that stores it. Throws 'changed' where another one was created
   * meanwhile.
   */
  countVersion(id: string, number: number): void
}
