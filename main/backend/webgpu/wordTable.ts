/**
 * The word vectors on the device: only ids are transferred to it, and nothing is read back until the table is saved.
 */
import { engine, gather, tensor1d, tidy, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import type { StepSettings, WordTable, WordTableState } from '../../nn/hostKernels.ts'
import type { ComputeBackend } from './backend.ts'
import { withScale } from './scale.ts'
import { bindings, FLAT, flatGroups, uniforms } from './wgsl.ts'

/**
 * Catches rows up to a step. The host computes each row's path and decay, in double precision; they are 0 and 1 for a
 * row that is up to date.
 */
const catchUpShader = (copied: boolean) => ({
  name: copied ? 'catchUpRows' : 'catchUpTable',
  code: `${bindings('read_write table: f32', 'read_write velocity: f32', 'read ids: i32', 'read path: f32', 'read decay: f32', ...(copied ? ['read_write rows: f32'] : []))}
${uniforms(copied ? 6 : 5, 'count: u32, dim: u32')}
${FLAT}
  if (i >= u.count) { return; }
  let at = u32(ids[i / u.dim]) * u.dim + i % u.dim;
  if (decay[i / u.dim] != 1.0) {
    table[at] -= path[i / u.dim] * velocity[at];
    velocity[at] *= decay[i / u.dim];
  }
  ${copied ? 'rows[i] = table[at];' : ''}
}`,
})
const [CATCH_UP, CATCH_UP_COPYING] = [catchUpShader(false), catchUpShader(true)]

const UPDATE = {
  name: 'updateRows',
  code: `${bindings('read_write table: f32', 'read_write velocity: f32', 'read ids: i32', 'read dRows: f32', 'read scale: f32')}
${uniforms(5, 'count: u32, dim: u32, learningRate: f32, momentum: f32, clipValue: f32')}
${FLAT}
  if (i >= u.count) { return; }
  let at = u32(ids[i / u.dim]) * u.dim + i % u.dim;
  var g = scale[0] * dRows[i];
  if (u.clipValue > 0.0) { g = clamp(g, -u.clipValue, u.clipValue); }
  velocity[at] = u.momentum * velocity[at] + g;
  table[at] -= u.learningRate * velocity[at];
}`,
}

export class DeviceWordTable implements WordTable {
  readonly dim: number
  private readonly backend: ComputeBackend
  private readonly table: Tensor
  private readonly velocity: Tensor
  /** On the host, which knows the rows that a step touches. */
  private readonly lastStep: Int32Array
  private readonly all: Int32Array

  constructor(backend: ComputeBackend, values: Float32Array, dim: number) {
    this.backend = backend
    this.dim = dim
    this.lastStep = new Int32Array(values.length / dim)
    this.all = Int32Array.from(this.lastStep.keys())
    const kept = (array: Float32Array) => engine().makeTensor(array, [this.lastStep.length, dim], 'float32')
    ;[this.table, this.velocity] = [kept(values), kept(new Float32Array(values.length))].map(
      (tensor) => (engine().keep(tensor), tensor),
    )
  }

  gatherRows(ids: Int32Array, step: number, learningRate: number, momentum: number): Tensor {
    const rows = this.backend.output([ids.length, this.dim])
    this.catchUpRows(ids, step, learningRate, momentum, rows)
    return engine().makeTensorFromTensorInfo(rows)
  }

  read(ids: Int32Array): Tensor {
    return tidy(() => gather(this.table, tensor1d(ids, 'int32')))
  }

  update(
    ids: Int32Array,
    dRows: Tensor,
    step: number,
    { learningRate, momentum, scale, clipValue }: StepSettings,
  ): void {
    for (const id of ids)
      if (this.lastStep[id] !== step)
        throw new RangeError(`Row ${id} is at step ${this.lastStep[id]}, expected ${step}.`)
    const at = this.backend.upload(ids)
    const count = ids.length * this.dim
    withScale(this.backend, scale, (factor) =>
      this.backend.dispatch(UPDATE, {
        buffers: [this.table, this.velocity, at, dRows, factor],
        writes: [this.table, this.velocity],
        uniforms: [count, this.dim, { f32: learningRate }, { f32: momentum }, { f32: clipValue }],
        groups: flatGroups(count),
      }),
    )
    this.backend.release(at)
    for (const id of ids) this.lastStep[id] = step + 1
  }

  catchUp(step: number, learningRate: number, momentum: number): void {
    this.catchUpRows(
      this.all.filter((id) => this.lastStep[id] < step),
      step,
      learningRate,
      momentum,
      null,
    )
  }

  async weights(): Promise<Float32Array> {
    return (await this.table.data<'float32'>()).slice()
  }

  load(values: Float32Array): void {
    this.backend.overwrite(this.table, values)
  }

  async state(): Promise<WordTableState> {
    return { velocity: (await this.velocity.data<'float32'>()).slice(), lastStep: this.lastStep.slice() }
  }

  restore({ velocity, lastStep }: WordTableState): void {
    this.backend.overwrite(this.velocity, velocity)
    this.lastStep.set(lastStep)
  }

  dispose(): void {
    this.table.dispose()
    this.velocity.dispose()
  }

  /**
   * Catches the rows `ids` up to `step`, as main/nn/lazyMomentum.ts specifies, and copies them to `rows` unless null.
   */
  private catchUpRows(
    ids: Int32Array,
    step: number,
    learningRate: number,
    momentum: number,
    rows: TensorInfo | null,
  ): void {
    const decay = Float32Array.from(ids, (id) => momentum ** (step - this.lastStep[id]))
    const path = Float32Array.from(
      ids,
      (id) => (learningRate * momentum * (1 - momentum ** (step - this.lastStep[id]))) / (1 - momentum),
    )
    const uploads = [this.backend.upload(ids), this.backend.upload(path), this.backend.upload(decay)]
    const count = ids.length * this.dim
    this.backend.dispatch(rows ? CATCH_UP_COPYING : CATCH_UP, {
      buffers: [this.table, this.velocity, ...uploads, ...(rows ? [rows] : [])],
      writes: [this.table, this.velocity, ...(rows ? [rows] : [])],
      uniforms: [count, this.dim],
      groups: flatGroups(count),
    })
    this.backend.release(...uploads)
    for (const id of ids) this.lastStep[id] = step
  }
}
