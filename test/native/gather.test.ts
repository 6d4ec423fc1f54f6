import { expect, it } from 'vitest'
import { dropout } from './reference/dropout.ts'
import {
  Draw,
  describeKernels,
  expectClose,
  expectRefused,
  expectSameForAllThreads,
  garbage,
  kernels,
} from './support.ts'

const CASES = [
  { n: 0, unique: 3, dim: 5 },
  { n: 0, unique: 0, dim: 5 },
  { n: 1, unique: 1, dim: 1 },
  { n: 7, unique: 3, dim: 17 },
  { n: 20, unique: 30, dim: 16 },
  { n: 150, unique: 90, dim: 100 },
]
const KEEPS = [
  { keep: 1, k0: 0, k1: 0 },
  { keep: 0.5, k0: 4, k1: 9 },
]

describeKernels('gather', () => {
  it.each(CASES)('gathers rows with dropout: %o', ({ n, unique, dim }) => {
    const draw = new Draw(n + dim)
    for (const keep of KEEPS) {
      const rows = draw.floats(unique * dim)
      const index = draw.ints(n, 0, unique)
      const y = garbage(n * dim)
      kernels.gatherForward(rows, index, dim, keep.keep, keep.k0, keep.k1, y)
      const picked = Float64Array.from(
        { length: n * dim },
        (_, i) => rows[index[Math.floor(i / dim)] * dim + (i % dim)],
      )
      expectClose(y, dropout(picked, keep), 1e-6)
    }
  })

  it.each(CASES)('sums gradients per row: %o', ({ n, unique, dim }) => {
    const draw = new Draw(n + dim)
    for (const keep of KEEPS) {
      const dy = draw.floats(n * dim)
      const index = draw.ints(n, 0, unique)
      const dRows = garbage(unique * dim)
      kernels.gatherBackward(dy, index, dim, keep.keep, keep.k0, keep.k1, dRows)
      const expected = new Float64Array(unique * dim)
      dropout(dy, keep).forEach((value, i) => (expected[index[Math.floor(i / dim)] * dim + (i % dim)] += value))
      expectClose(dRows, expected)
    }
  })

  it('gives the same bits for any number of threads', () => {
    const draw = new Draw(1)
    const [rows, index] = [draw.floats(50 * 100), draw.ints(300, 0, 50)]
    expectSameForAllThreads(() => {
      const [y, dRows] = [garbage(300 * 100), garbage(50 * 100)]
      kernels.gatherForward(rows, index, 100, 0.5, 1, 2, y)
      kernels.gatherBackward(y, index, 100, 0.5, 1, 2, dRows)
      return [y, dRows]
    })
  })

  it('rejects wrong arguments', () => {
    const [rows, y] = [new Float32Array(6), garbage(4)]
    expectRefused(
      () => kernels.gatherForward(rows, Int32Array.of(0, 3), 2, 1, 0, 0, y),
      RangeError,
      /index: expected indices below 3, found 3 at 1/,
      [y],
    )
    expectRefused(() => kernels.gatherForward(rows, Int32Array.of(-1, 0), 2, 1, 0, 0, y), RangeError, /found -1 at 0/, [
      y,
    ])
    expectRefused(
      () => kernels.gatherForward(rows, Int32Array.of(0), 2, 1, 0, 0, y),
      TypeError,
      /y: expected shape \[1, 2\]/,
      [y],
    )
    expectRefused(() => kernels.gatherForward(rows, Int32Array.of(0), 4, 1, 0, 0, y), TypeError, /rows/, [y])
    expectRefused(() => kernels.gatherForward(rows, Int32Array.of(0), 0, 1, 0, 0, y), TypeError, /dim/, [y])
    const dRows = garbage(6)
    expectRefused(() => kernels.gatherBackward(y, Int32Array.of(0, 3), 2, 1, 0, 0, dRows), RangeError, /index/, [dRows])
  })
})

describeKernels('columns', () => {
  it.each([
    [0, 2, 3],
    [1, 1, 1],
    [9, 100, 30],
    [5, 17, 400],
  ])('%i rows of %i and %i columns are concatenated and split', (n, aWidth, bWidth) => {
    const draw = new Draw(n)
    const [a, b, y] = [draw.floats(n * aWidth), draw.floats(n * bWidth), garbage(n * (aWidth + bWidth))]
    kernels.concatColumns(a, b, aWidth, bWidth, y)
    for (let row = 0; row < n; row++) {
      const start = row * (aWidth + bWidth)
      expect(y.slice(start, start + aWidth)).toStrictEqual(a.slice(row * aWidth, (row + 1) * aWidth))
      expect(y.slice(start + aWidth, start + aWidth + bWidth)).toStrictEqual(b.slice(row * bWidth, (row + 1) * bWidth))
    }
    const [a2, b2] = [garbage(a.length), garbage(b.length)]
    kernels.splitColumns(y, aWidth, bWidth, a2, b2)
    expect([a2, b2]).toStrictEqual([a, b])
  })

  it('rejects wrong sizes', () => {
    const y = garbage(6)
    expectRefused(
      () => kernels.concatColumns(new Float32Array(2), new Float32Array(3), 1, 2, y),
      TypeError,
      /b: expected shape \[2, 2\], found 3/,
      [y],
    )
    expectRefused(
      () => kernels.splitColumns(new Float32Array(5), 1, 2, y, y),
      TypeError,
      /y: expected rows of 3, found 5/,
      [y],
    )
  })
})
