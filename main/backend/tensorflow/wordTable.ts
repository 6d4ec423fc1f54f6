/**
 * The word vectors as TensorFlow variables, updated in place. Only the ids of a batch are transferred, and no operation
 * allocates a tensor as large as the table.
 */
import { add, clipByValue, engine, mul, sub, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core'
import type { StepSettings, WordTable, WordTableState } from '../../nn/hostKernels.ts'
import { raw, rawMany, type NodeBackend } from './raw.ts'

/** TensorFlow's name for a variable that is not shared. */
const ANONYMOUS = { text: 'cd2c89b7-88b7-44c8-ad83-06c2a9158347' }
const TYPES = { dtype: 'float32', Tindices: 'int32' } as const

/** A matrix [V, D] whose rows can be read and written. */
class RowVariable {
  private readonly backend: NodeBackend
  private readonly handle: Tensor
  private readonly shape: [number, number]

  constructor(backend: NodeBackend, values: Float32Array, dim: number) {
    this.backend = backend
    this.shape = [values.length / dim, dim]
    this.handle = engine().keep(
      raw(
        backend,
        'VarHandleOp',
        { container: { text: '' }, shared_name: ANONYMOUS, dtype: 'float32', shape: this.shape },
        [],
      ),
    )
    this.assign(values)
  }

  /** TensorFlow copies the values. */
  assign(values: Float32Array): void {
    tidy(() =>
      rawMany(
        this.backend,
        'AssignVariableOp',
        { dtype: 'float32' },
        [this.handle, tensor(values, this.shape, 'float32')],
        0,
      ),
    )
  }

  rows(ids: Tensor): Tensor {
    return raw(this.backend, 'ResourceGather', { ...TYPES, validate_indices: true }, [this.handle, ids])
  }

  setRows(ids: Tensor, rows: Tensor): void {
    rawMany(this.backend, 'ResourceScatterUpdate', TYPES, [this.handle, ids, rows], 0)
  }

  async data(): Promise<Float32Array> {
    const whole = tidy(() => raw(this.backend, 'ReadVariableOp', { dtype: 'float32' }, [this.handle]))
    const values = (await whole.data<'float32'>()).slice()
    whole.dispose()
    return values
  }

  dispose(): void {
    this.handle.dispose()
  }
}

export class ResidentWordTable implements WordTable {
  readonly dim: number
  private readonly table: RowVariable
  private readonly velocity: RowVariable
  /** On the host, which knows the rows that a step touches. */
  private readonly lastStep: Int32Array

  constructor(backend: NodeBackend, values: Float32Array, dim: number) {
    this.dim = dim
    this.table = new RowVariable(backend, values, dim)
    this.velocity = new RowVariable(backend, new Float32Array(values.length), dim)
    this.lastStep = new Int32Array(values.length / dim)
  }

  gatherRows(ids: Int32Array, step: number, learningRate: number, momentum: number): Tensor {
    this.catchUpRows(
      ids.filter((id) => this.lastStep[id] < step),
      step,
      learningRate,
      momentum,
    )
    return this.read(ids)
  }

  read(ids: Int32Array): Tensor {
    return tidy(() => this.table.rows(tensor1d(ids, 'int32')))
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
    tidy(() => {
      const at = tensor1d(ids, 'int32')
      let g: Tensor = mul(dRows, scale)
      if (clipValue > 0) g = clipByValue(g, -clipValue, clipValue)
      const velocity = add(mul(this.velocity.rows(at), momentum), g)
      this.velocity.setRows(at, velocity)
      this.table.setRows(at, sub(this.table.rows(at), mul(velocity, learningRate)))
    })
    for (const id of ids) this.lastStep[id] = step + 1
  }

  catchUp(step: number, learningRate: number, momentum: number): void {
    this.catchUpRows(
      Int32Array.from(this.lastStep.keys()).filter((id) => this.lastStep[id] < step),
      step,
      learningRate,
      momentum,
    )
  }

  weights(): Promise<Float32Array> {
    return this.table.data()
  }

  load(values: Float32Array): void {
    this.table.assign(values)
  }

  async state(): Promise<WordTableState> {
    return { velocity: await this.velocity.data(), lastStep: this.lastStep.slice() }
  }

  restore({ velocity, lastStep }: WordTableState): void {
    this.velocity.assign(velocity)
    this.lastStep.set(lastStep)
  }

  dispose(): void {
    this.table.dispose()
    this.velocity.dispose()
  }

  /**
   * Catches rows up to `step`, as main/nn/lazyMomentum.ts specifies. The host computes each row's path and decay, in
   * double precision.
   */
  private catchUpRows(stale: Int32Array, step: number, learningRate: number, momentum: number): void {
    if (stale.length === 0) return
    const column = (of: (missed: number) => number) =>
      tensor(
        Float32Array.from(stale, (id) => of(step - this.lastStep[id])),
        [stale.length, 1],
        'float32',
      )
    tidy(() => {
      const at = tensor1d(stale, 'int32')
      const velocity = this.velocity.rows(at)
      this.table.setRows(
        at,
        sub(
          this.table.rows(at),
          mul(
            velocity,
            column((missed) => (learningRate * momentum * (1 - momentum ** missed)) / (1 - momentum)),
          ),
        ),
      )
      this.velocity.setRows(
        at,
        mul(
          velocity,
          column((missed) => momentum ** missed),
        ),
      )
    })
    for (const id of stale) this.lastStep[id] = step
  }
}
