/** The word vectors: a table from which each batch gathers the rows of its words. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { StepSettings } from './momentumUpdate.ts'

/**
 * Table and velocity [V, D]. The gradient is taken with respect to the U distinct rows of a batch: no gradient and no
 * update is ever as large as the table. Momentum is exact nevertheless (see lazyMomentum.ts).
 */
export interface WordTable {
  readonly dim: number
  /** The rows of `ids` (distinct) as a tensor [U, D], caught up with `step`. */
  gatherRows(ids: Int32Array, step: number, learningRate: number, momentum: number): Tensor
  /** The rows of `ids` as they are, for prediction. */
  read(ids: Int32Array): Tensor
  /** One step on gathered rows, by their gradient [U, D]. */
  update(ids: Int32Array, dRows: Tensor, step: number, settings: StepSettings): void
  /** Catches every row up with `step`: before the whole table is read, and before the learning rate changes. */
  catchUp(step: number, learningRate: number, momentum: number): void
  /** A copy of the table. */
  weights(): Promise<Float32Array>
  /** Replaces the table only. */
  load(values: Float32Array): void
  /** Copies of the state of lazy momentum. */
  state(): Promise<WordTableState>
  restore(state: WordTableState): void
  dispose(): void
}

export interface WordTableState {
  /** [V, D] */
  velocity: Float32Array
  /** [V] the step up to which each row has moved. */
  lastStep: Int32Array
}
