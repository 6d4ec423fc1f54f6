/** The word vectors: a table on the host, of which each batch borrows the rows of its words. */
import { tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { hostKernels, type StepSettings } from './hostKernels.ts'

/**
 * Table and velocity [V, D]. A batch sees its U distinct rows as one small tensor, which is what the gradient is taken of:
 * no gradient, and no update, is ever as large as the table. Momentum is exact all the same (see rows.ts).
 */
export class WordTable {
  readonly values: Float32Array
  readonly velocity: Float32Array
  /** [V] the step up to which each row has moved. */
  readonly lastStep: Int32Array
  readonly dim: number
  private readonly all: Int32Array

  constructor(values: Float32Array, dim: number) {
    this.values = values
    this.dim = dim
    this.velocity = new Float32Array(values.length)
    this.lastStep = new Int32Array(values.length / dim)
    this.all = Int32Array.from(this.lastStep.keys())
  }

  /** The rows of `ids` as a tensor [U, D], moved on to `step`. */
  borrow(ids: Int32Array, step: number, learningRate: number, momentum: number): Tensor {
    const rows = new Float32Array(ids.length * this.dim)
    hostKernels().settleRows(this.values, this.velocity, this.lastStep, ids, this.dim, step, learningRate, momentum, rows)
    return tensor2d(rows, [ids.length, this.dim])
  }

  /** The rows of `ids` as they stand, for prediction. */
  read(ids: Int32Array): Tensor {
    const rows = new Float32Array(ids.length * this.dim)
    ids.forEach((id, u) => rows.set(this.values.subarray(id * this.dim, (id + 1) * this.dim), u * this.dim))
    return tensor2d(rows, [ids.length, this.dim])
  }

  /** One step on borrowed rows. */
  update(ids: Int32Array, dRows: Float32Array, step: number, settings: StepSettings): void {
    const { learningRate, momentum, scale, clipValue } = settings
    hostKernels().updateRows(this.values, this.velocity, this.lastStep, ids, dRows, this.dim, step, learningRate, momentum, scale, clipValue)
  }

  /** Moves every row on to `step`: before the table is read whole, and before the learning rate changes. */
  settle(step: number, learningRate: number, momentum: number): void {
    hostKernels().settleRows(this.values, this.velocity, this.lastStep, this.all, this.dim, step, learningRate, momentum, null)
  }
}
