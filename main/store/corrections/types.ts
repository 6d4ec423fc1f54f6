/** What the store keeps of corrections and how it is asked. Suggestions and decisions are rows of their own: no writing of one touches the other. */
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
  /** Open sentences without a suggestion of the model. */
  pending: number
  /** Decisions that can be taken back. */
  undoable: number
  /** Dataset versions made so far, whether they are still there or not. */
  versionCount: number
}

export type Queue = { order: QueueOrder; filter: QueueFilter }

/** A sentence that waits for a suggestion. */
export interface Waiting {
  position: number
  sentence: Sentence
}

export interface Suggestion {
  position: number
  tags: SentenceTags[]
}

/** A sentence with what a person said of it. */
export interface DecidedSentence {
  position: number
  sentence: Sentence
  state: Extract<ItemState, 'accepted' | 'fixed'>
  answers: Answer[]
  /** Whose suggestion it was decided on; null: none. */
  model: Pick<SuggestingModel, 'run' | 'method'> | null
}

/** All methods throw a StoreError 'missing' where there is no such correction or sentence. Each is one transaction. */
export interface CorrectionsStore {
  /** Throws 'exists' where another one has the name. */
  create(correction: NewCorrection): void
  /** The newest first. */
  list(): CorrectionSummary[]
  get(id: string): CorrectionRecord
  rename(id: string, name: string): void
  remove(id: string): void
  /** Another model is to suggest from now on; tasks get the labels that it knows and they lack. */
  setModel(id: string, model: SuggestingModel, labels: ReadonlyMap<string, string[]>): void
  addLabel(id: string, task: string, label: string): CorrectedTask[]
  setPlace(id: string, place: QueuePlace): void

  /** The sentence, where it is in the queue, `before` of those before it and `count` of those after it (null: the first ones), and how many there are in all. */
  queue(
    id: string,
    queue: Queue,
    position: number | null,
    before: number,
    count: number,
  ): { total: number; rows: QueueRow[] }
  item(id: string, position: number): CorrectionItem
  /** The neighbour in the queue, whether or not the sentence itself is in it; null at the end. Without a position the first, or the last. */
  step(id: string, queue: Queue, position: number | null, direction: 'next' | 'previous'): number | null

  /**
   * Keeps what a person says of a sentence (null: skipped), and that the place is now the sentence that comes next in the queue; among open
   * ones the first comes after the last. Null at the end. Throws 'changed' where the decision that holds is not `revision`.
   */
  decide(
    id: string,
    position: number,
    revision: number | null,
    answers: Answer[] | null,
    queue: Queue,
  ): { item: CorrectionItem; next: number | null }
  /** Takes back the last decision that holds. */
  undo(id: string): Undone

  /** Open sentences from `position` on that the model has not suggested for, in the order of the source. */
  waiting(id: string, model: SuggestingModel, position: number, count: number): Waiting[]
  /** Keeps suggestions for those that are open still, unless another model is to suggest by now. Returns how many it kept; null: another is. */
  suggest(id: string, model: SuggestingModel, suggestions: readonly Suggestion[]): number | null

  /** What was accepted and fixed, in the order of the source. */
  decided(id: string): DecidedSentence[]
  /** A dataset version of this number is recorded. Within the transaction that records it. Throws 'changed' where another one was meanwhile. */
  countVersion(id: string, number: number): void
}
