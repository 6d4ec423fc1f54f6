/** The word vectors in arrays on the host, for backends that compute there. */
import { tensor2d, type Tensor } from '@tensorflow/tfjs-core'
import { hostKernels, type StepSettings } from './hostKernels.ts'
import type { WordTable, WordTableState } from './wordTable.ts'

/** The table where the current backend keeps it: on the host by default. It takes ownership of the values [V, D]. */
export function makeWordTable(values: Float32Array, dim: number): WordTable {
  return hostKernels().makeWordTable?.(values, dim) ?? new HostWordTable(values, dim)
}

class HostWordTable implements WordTable {
  readonly dim: number
  private readonly values: Float32Array
  private readonly velocity: Float32Array
  private readonly lastStep: Int32Array
  private readonly all: Int32Array

  constructor(values: Float32Array, dim: number) {
    this.values = values
    this.dim = dim
    this.velocity = new Float32Array(values.length)
    this.lastStep = new Int32Array(values.length / dim)
    this.all = Int32Array.from(this.lastStep.keys())
  }

  gatherRows(ids: Int32Array, step: number, learningRate: number, momentum: number): Tensor {
    const rows = new Float32Array(ids.length * this.dim)
    hostKernels().catchUpRows(
      this.values,
      this.velocity,
      this.lastStep,
      ids,
      this.dim,
      step,
      learningRate,
      momentum,
      rows,
    )
    return tensor2d(rows, [ids.length, this.dim])
  }

  read(ids: Int32Array): Tensor {
    const rows = new Float32Array(ids.length * this.dim)
    ids.forEach((id, u) => rows.set(this.values.subarray(id * this.dim, (id + 1) * this.dim), u * this.dim))
    return tensor2d(rows, [ids.length, this.dim])
  }

  update(ids: Int32Array, dRows: Tensor, step: number, settings: StepSettings): void {
    const { learningRate, momentum, scale, clipValue } = settings
    hostKernels().updateRows(
      this.values,
      this.velocity,
      this.lastStep,
      ids,
      dRows.dataSync<'float32'>(),
      this.dim,
      step,
      learningRate,
      momentum,
      scale as number,
      clipValue,
    )
  }

  catchUp(step: number, learningRate: number, momentum: number): void {
    hostKernels().catchUpRows(
      this.values,
      this.velocity,
      this.lastStep,
      this.all,
      this.dim,
      step,
      learningRate,
      momentum,
      null,
    )
  }

  async weights(): Promise<Float32Array> {
    return this.values.slice()
  }

  load(values: Float32Array): void {
    this.values.set(values)
  }

  async state(): Promise<WordTableState> {
    return { velocity: this.velocity.slice(), lastStep: this.lastStep.slice() }
  }

  restore({ velocity, lastStep }: WordTableState): void {
    this.velocity.set(velocity)
    this.lastStep.set(lastStep)
  }

  dispose(): void {}
}
