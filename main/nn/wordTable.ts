/** The word vectors: a table of which each batch borrows the rows of its words. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { StepSettings } from './momentumUpdate.ts'

/**
 * Table and velocity [V, D]. A batch sees its U distinct rows as one small tensor, which is what the gradient is taken of:
 * no gradient, and no update, is ever as large as the table. Momentum is exact all the same (see rows.ts).
 */
export interface WordTable {
  readonly dim: number
  /** The rows of `ids` (distinct) as a tensor [U, D], moved on to `step`. */
  borrow(ids: Int32Array, step: number, learningRate: number, momentum: number): Tensor
  /** The rows of `ids` as they stand, for prediction. */
  read(ids: Int32Array): Tensor
  /** One step on borrowed rows, by their gradient [U, D]. */
  update(ids: Int32Array, dRows: Tensor, step: number, settings: StepSettings): void
  /** Moves every row on to `step`: before the table is read whole, and before the learning rate changes. */
  settle(step: number, learningRate: number, momentum: number): void
  /** A copy of the table. */
  weights(): Promise<Float32Array>
  /** Replaces the table, and nothing else. */
  load(values: Float32Array): void
  /** Copies of what lazy momentum knows. */
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
