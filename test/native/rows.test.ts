import { expect, it } from 'vitest'
import {
  Draw,
  describeKernels,
  expectClose,
  expectRefused,
  expectSameForAllThreads,
  garbage,
  kernels,
} from './support.ts'

const [LR, MOMENTUM, SCALE] = [0.1, 0.9, 0.7]

/** Dense momentum in float64 over the whole table, step by step. */
class DenseTable {
  readonly velocity: Float64Array
  readonly table: Float64Array
  private readonly dim: number

  constructor(table: Float32Array, dim: number) {
    this.table = Float64Array.from(table)
    this.velocity = new Float64Array(table.length)
    this.dim = dim
  }

  step(ids: Int32Array, dRows: Float32Array, clip: number): void {
    const gradient = new Float64Array(this.table.length)
    ids.forEach((id, u) => {
      for (let d = 0; d < this.dim; d++) gradient[id * this.dim + d] = SCALE * dRows[u * this.dim + d]
    })
    gradient.forEach((g, i) => {
      if (clip > 0) g = Math.max(-clip, Math.min(clip, g))
      this.velocity[i] = MOMENTUM * this.velocity[i] + g
      this.table[i] -= LR * this.velocity[i]
    })
  }
}

describeKernels('lazy rows', () => {
  it.each([
    { vocabulary: 40, dim: 17, clip: 0 },
    { vocabulary: 30, dim: 100, clip: 0.2 },
    { vocabulary: 5, dim: 1, clip: 0 },
  ])('equal dense steps: %o', ({ vocabulary, dim, clip }) => {
    const draw = new Draw(dim)
    const table = draw.floats(vocabulary * dim)
    const [velocity, lastStep] = [new Float32Array(table.length), new Int32Array(vocabulary)]
    const dense = new DenseTable(table, dim)
    let step = 0
    for (; step < 150; step++) {
      const ids = draw.distinct(draw.int(0, 5), vocabulary)
      const [dRows, out] = [draw.floats(ids.length * dim), garbage(ids.length * dim)]
      kernels.settleRows(table, velocity, lastStep, ids, dim, step, LR, MOMENTUM, out)
      expectClose(
        out,
        Array.from(ids).flatMap((id) => Array.from(dense.table.slice(id * dim, (id + 1) * dim))),
      )
      kernels.updateRows(table, velocity, lastStep, ids, dRows, dim, step, LR, MOMENTUM, SCALE, clip)
      dense.step(ids, dRows, clip)
    }
    kernels.settleRows(
      table,
      velocity,
      lastStep,
      Int32Array.from({ length: vocabulary }, (_, i) => i),
      dim,
      step,
      LR,
      MOMENTUM,
      null,
    )
    expectClose(table, dense.table)
    expectClose(velocity, dense.velocity)
    expect(lastStep.every((last) => last === step)).toBe(true)
  })

  it('that are not named stay unchanged', () => {
    const draw = new Draw(2)
    const [table, velocity, lastStep] = [draw.floats(20), draw.floats(20), Int32Array.of(0, 1, 2, 3)]
    const before = [table.slice(), velocity.slice(), lastStep.slice()]
    kernels.settleRows(table, velocity, lastStep, new Int32Array(0), 5, 9, LR, MOMENTUM, new Float32Array(0))
    kernels.updateRows(table, velocity, lastStep, new Int32Array(0), new Float32Array(0), 5, 9, LR, MOMENTUM, 1, 0)
    kernels.settleRows(table, velocity, lastStep, Int32Array.of(3), 5, 3, LR, MOMENTUM, null)
    expect([table, velocity, lastStep]).toStrictEqual(before)
  })

  it.each([0, 1])('are caught up with momentum %i', (momentum) => {
    const [table, velocity, lastStep] = [Float32Array.of(1), Float32Array.of(2), Int32Array.of(3)]
    kernels.settleRows(table, velocity, lastStep, Int32Array.of(0), 1, 8, 0.5, momentum, null)
    expect([table[0], velocity[0], lastStep[0]]).toStrictEqual(momentum ? [1 - 5 * 0.5 * 2, 2, 8] : [1, 0, 8])
  })

  it('give the same bits for any number of threads', () => {
    const draw = new Draw(8)
    const [vocabulary, dim] = [3000, 30]
    const [table, velocity, lastStep] = [
      draw.floats(vocabulary * dim),
      draw.floats(vocabulary * dim),
      draw.ints(vocabulary, 0, 50),
    ]
    const ids = draw.distinct(2500, vocabulary)
    const dRows = draw.floats(ids.length * dim)
    expectSameForAllThreads(() => {
      const state = [table.slice(), velocity.slice(), lastStep.slice()] as const
      const out = garbage(dRows.length)
      kernels.settleRows(...state, ids, dim, 50, LR, MOMENTUM, out)
      kernels.updateRows(...state, ids, dRows, dim, 50, LR, MOMENTUM, 1, 0)
      return [...state, out]
    })
  })

  it('reject wrong arguments', () => {
    const [table, velocity, lastStep, dRows] = [
      new Float32Array(6).fill(1),
      new Float32Array(6).fill(1),
      Int32Array.of(4, 5, 6),
      new Float32Array(2),
    ]
    const state = [table, velocity, lastStep]
    const update =
      (id: number, step: number, rows = dRows) =>
      () =>
        kernels.updateRows(table, velocity, lastStep, Int32Array.of(id), rows, 2, step, LR, MOMENTUM, 1, 0)
    const settle =
      (id: number, step: number, out: Float32Array | null = null) =>
      () =>
        kernels.settleRows(table, velocity, lastStep, Int32Array.of(id), 2, step, LR, MOMENTUM, out)
    expectRefused(update(1, 6), RangeError, /lastStep: expected rows settled at step 6, found 5 in row 1/, state)
    expectRefused(update(3, 5), RangeError, /ids: expected indices below 3, found 3 at 0/, state)
    expectRefused(update(1, 5, new Float32Array(3)), TypeError, /dRows: expected shape \[1, 2\], found 3/, state)
    expectRefused(settle(2, 5), RangeError, /lastStep: expected at most step 5, found 6 in row 2/, state)
    expectRefused(settle(0, 9, new Float32Array(3)), TypeError, /out/, state)
  })
})
