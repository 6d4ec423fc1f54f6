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

const SIZES = [0, 1, 3, 15, 16, 17, 31, 100, 1000, 60_001]

describeKernels('dropout', () => {
  it.each(SIZES)('drops the elements that the hash selects, %i elements', (n) => {
    const draw = new Draw(n + 1)
    for (const keep of [0.5, 0.9, 0.01, 1]) {
      for (const [k0, k1] of [
        [0, 0],
        [0xffffffff, 0x80000001],
        [-5, 12345],
      ]) {
        const x = draw.floats(n, 0.5, 1)
        const y = garbage(n)
        kernels.dropout(x, keep, k0, k1, y)
        expectClose(y, dropout(x, { keep, k0, k1 }), 1e-6)
      }
    }
  })

  it('copies all values at keep = 1, also NaN', () => {
    const x = Float32Array.of(1, -0, NaN, Infinity, 1e-40)
    const y = garbage(5)
    kernels.dropout(x, 1, 7, 8, y)
    expect(y).toStrictEqual(x)
  })

  it('works in place', () => {
    const x = new Draw(3).floats(40_000)
    const expected = dropout(x, { keep: 0.5, k0: 1, k1: 2 })
    kernels.dropout(x, 0.5, 1, 2, x)
    expectClose(x, expected, 1e-6)
  })

  it.each([0.1, 0.5, 0.75])('keeps a fraction of %f', (keep) => {
    const n = 200_000
    const y = garbage(n)
    kernels.dropout(new Float32Array(n).fill(1), keep, 11, 13, y)
    const kept = y.filter((value) => value !== 0).length / n
    expect(Math.abs(kept - keep)).toBeLessThan(5 * Math.sqrt((keep * (1 - keep)) / n))
  })

  it('drops a NaN like any other element', () => {
    const y = garbage(1000)
    kernels.dropout(new Float32Array(1000).fill(NaN), 0.5, 1, 1, y)
    expect(y.some((value) => value === 0)).toBe(true)
    expect(y.some((value) => Number.isNaN(value))).toBe(true)
  })

  it('gives the same bits for any number of threads', () => {
    const x = new Draw(5).floats(150 * 400 + 7)
    expectSameForAllThreads(() => {
      const y = garbage(x.length)
      kernels.dropout(x, 0.5, 3, 4, y)
      return [y]
    })
  })

  it('rejects wrong arguments', () => {
    const x = new Float32Array(4)
    const y = garbage(4)
    expectRefused(() => kernels.dropout(x, 0, 1, 1, y), RangeError, /dropout: keep: expected .* found 0/, [y])
    expectRefused(() => kernels.dropout(x, 1.5, 1, 1, y), RangeError, /keep/, [y])
    expectRefused(
      () => kernels.dropout(x, 0.5, 1, 1, y.subarray(1)),
      TypeError,
      /y: expected shape \[4\], found 3 elements/,
      [y],
    )
    expectRefused(
      () => kernels.dropout([1, 2] as unknown as Float32Array, 0.5, 1, 1, y),
      TypeError,
      /x: expected Float32Array/,
      [y],
    )
    expectRefused(() => kernels.dropout(x, 0.5, 0.5, 1, y), TypeError, /k0/, [y])
  })
})
