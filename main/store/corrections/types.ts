/**
 * The interface of correction projects. Suggestions and decisions are separate rows: writing one never changes the
 * other.
 */
import type {
  Answer,
  CorrectedTask,
  CorrectionSource,
  ItemState,
  QueueFilter,
  QueueOrder,
  QueuePlace,
  SuggestingModel,
} from '../../../shared/annotation/correcting.ts'
import type {
  CorrectionItem,
  CorrectionSummary,
  QueueRow,
  Undone,
} from '../../../shared/protocol/requests/corrections.ts'
import type { Sentence, SentenceTags } from '../../../shared/tags/tagging.ts'

export interface NewCorrection {
  id: string
  name: string
  source: CorrectionSource
  tasks: CorrectedTask[]
  model: SuggestingModel
  sentences: readonly Sentence[]
}

export interface CorrectionRecord extends CorrectionSummary {
  place: QueuePlace
  /** Number of open sentences without a suggestion of the model. */
  pending: number
  /** Number of decisions that can be undone. */
  undoable: number
  /** Number of dataset versions created so far, whether they still exist or not. */
  versionCount: number
}

export type Queue = { order: QueueOrder; filter: QueueFilter }

/** A sentence without a suggestion. */
export interface Waiting {
  position: number
  sentence: Sentence
}

export interface Suggestion {
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
}

/** All methods throw a StoreError 'missing' where the project or sentence does not exist. Each is one transaction. */
export interface CorrectionsStore {
  /** Throws 'exists' where another one has the name. */
  create(correction: NewCorrection): void
  /** The newest first. */
  list(): CorrectionSummary[]
  get(id: string): CorrectionRecord
  rename(id: string, name: string): void
  remove(id: string): void
  /**
   * Sets the suggesting model. `labels`: labels by task that the model has; missing ones are added to the project's.
   */
  setModel(id: string, model: SuggestingModel, labels: ReadonlyMap<string, string[]>): void
  addLabel(id: string, task: string, label: string): CorrectedTask[]
  setPlace(id: string, place: QueuePlace): void

  /** The total, and the rows around a sentence: up to `before` before it and `count` after it; null: the first rows. */
  queue(
    id: string,
    queue: Queue,
    position: number | null,
    before: number,
    count: number,
  ): { total: number; rows: QueueRow[] }
  item(id: string, position: number): CorrectionItem
  /**
   * The neighbour in the queue; the sentence itself need not be in it. Null at the end; without a position the first or
   * last.
   */
  step(id: string, queue: Queue, position: number | null, direction: 'next' | 'previous'): number | null

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
  ): { item: CorrectionItem; next: number | null }
  /** Undoes the last current decision. */
  undo(id: string): Undone

  /** Open sentences from `position` on without suggestions of the model, in the order of the source. */
  waiting(id: string, model: SuggestingModel, position: number, count: number): Waiting[]
  /**
   * Stores suggestions for sentences that are still open. Returns their number; null where the model was replaced
   * meanwhile.
   */
  suggest(id: string, model: SuggestingModel, suggestions: readonly Suggestion[]): number | null

  /** Accepted and fixed sentences, in the order of the source. */
  decided(id: string): DecidedSentence[]
  /**
   * Records a dataset version, within the transaction that stores it. Throws 'changed' where another one was created
   * meanwhile.
   */
  countVersion(id: string, number: number): void
}
