import { expect, it } from 'vitest'
import { logSumExp } from './reference/crf.ts'
import {
  Draw,
  describeKernels,
  expectClose,
  expectRefused,
  expectSameForAllThreads,
  garbage,
  kernels,
  numericalGradient,
} from './support.ts'

function referenceLoss(logits: ArrayLike<number>, tags: Int32Array, classes: number): number {
  const rows = Array.from(tags, (tag, n) => {
    const row = Array.from({ length: classes }, (_, c) => logits[n * classes + c])
    return logSumExp(row) - row[tag]
  })
  return rows.reduce((sum, loss) => sum + loss, 0) / Math.max(1, rows.length)
}

const SIZES = [
  [0, 3],
  [1, 1],
  [1, 9],
  [5, 16],
  [7, 17],
  [150, 45],
  [3, 100],
]

describeKernels('softmaxCrossEntropy', () => {
  it.each(SIZES)('has the loss and gradient of the definition, [%i, %i]', (n, classes) => {
    const draw = new Draw(n + classes)
    const [logits, tags, d] = [draw.floats(n * classes, -5, 5), draw.ints(n, 0, classes), garbage(n * classes)]
    const loss = kernels.softmaxCrossEntropy(logits, tags, classes, d)
    expectClose([loss], [referenceLoss(logits, tags, classes)], 1e-6)
    for (let row = 0; row < n; row++) {
      const x = logits.subarray(row * classes, (row + 1) * classes)
      const own = (y: Float64Array) => referenceLoss(y, tags.subarray(row, row + 1), classes) / n
      expectClose(d.subarray(row * classes, (row + 1) * classes), numericalGradient(own, x), 2e-6)
    }
  })

  it('handles large logits and propagates NaN', () => {
    const d = garbage(3)
    expect(kernels.softmaxCrossEntropy(Float32Array.of(1e4, 0, -1e4), Int32Array.of(1), 3, d)).toBe(1e4)
    expectClose(d, [1, -1, 0])
    expect(kernels.softmaxCrossEntropy(Float32Array.of(0, NaN, 0), Int32Array.of(0), 3, d)).toBeNaN()
  })

  it('gives the same bits for any number of threads', () => {
    const draw = new Draw(1)
    const [logits, tags] = [draw.floats(1000 * 45), draw.ints(1000, 0, 45)]
    expectSameForAllThreads(() => {
      const d = garbage(logits.length)
      return [kernels.softmaxCrossEntropy(logits, tags, 45, d), d]
    })
  })

  it('rejects wrong arguments', () => {
    const d = garbage(6)
    const call =
      (tags: Int32Array, out = d) =>
      () =>
        kernels.softmaxCrossEntropy(new Float32Array(6), tags, 3, out)
    expectRefused(call(Int32Array.of(0, 3)), RangeError, /tags: expected indices below 3, found 3 at 1/, [d])
    expectRefused(call(Int32Array.of(0, -1)), RangeError, /tags/, [d])
    expectRefused(call(Int32Array.of(0)), TypeError, /tags: expected shape \[2\]/, [d])
    expectRefused(call(Int32Array.of(0, 1), d.subarray(1)), TypeError, /dLogits/, [d])
  })
})

describeKernels('argmaxRows', () => {
  it.each(SIZES)('finds the first maximum, [%i, %i]', (n, classes) => {
    for (const levels of [3, 1e6]) {
      // few levels: many equal values
      const draw = new Draw(n * classes + levels)
      const logits = Float32Array.from({ length: n * classes }, () => draw.int(-levels, 0))
      const ids = new Int32Array(n).fill(-1)
      kernels.argmaxRows(logits, classes, ids)
      const expected = Array.from({ length: n }, (_, row) => {
        const x = Array.from(logits.subarray(row * classes, (row + 1) * classes))
        return x.indexOf(Math.max(...x))
      })
      expect(Array.from(ids)).toStrictEqual(expected)
    }
  })

  it('returns a valid class for any logits', () => {
    const ids = new Int32Array(3)
    kernels.argmaxRows(Float32Array.of(NaN, 1, -Infinity, -Infinity, NaN, NaN), 2, ids)
    expect(Array.from(ids)).toStrictEqual([0, 0, 0])
  })

  it('rejects wrong sizes', () => {
    expect(() => kernels.argmaxRows(new Float32Array(6), 4, new Int32Array(2))).toThrow(TypeError)
    expect(() => kernels.argmaxRows(new Float32Array(6), 3, new Int32Array(3))).toThrow(
      /ids: expected shape \[2\], found 3/,
    )
  })
})
