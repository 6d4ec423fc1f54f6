import { expect, it } from 'vitest'
import {
  describeKernels,
  Draw,
  expectClose,
  expectRefused,
  expectSameForAllThreads,
  garbage,
  kernels,
} from './support.ts'

/**
 * [m, k] · [k, n] in float64; element (i, j) of an operand is at i * rowStride + j * columnStride, which covers
 * transposed ones.
 */
function product(
  m: number,
  k: number,
  n: number,
  a: Float32Array,
  b: Float32Array,
  aTransposed = false,
  bTransposed = false,
): Float64Array {
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = 0
    for (let x = 0; x < k; x++)
      sum += (aTransposed ? a[x * m + i] : a[i * k + x]) * (bTransposed ? b[j * k + x] : b[x * n + j])
    return sum
  })
}

const SIZES = [
  [0, 3, 4],
  [1, 1, 1],
  [5, 3, 2],
  [150, 30, 30],
  [17, 33, 16],
  [150, 400, 9],
  [150, 400, 45],
  [61, 300, 70],
  [301, 20, 5],
]

describeKernels('linear', () => {
  it.each(SIZES)('agrees with plain loops, [%i, %i] to %i', (n, inputs, outputs) => {
    const draw = new Draw(n + inputs + outputs)
    const [x, w, b, y] = [
      draw.floats(n * inputs),
      draw.floats(inputs * outputs),
      draw.floats(outputs),
      garbage(n * outputs),
    ]
    kernels.linearForward(x, w, b, inputs, outputs, y)
    expectClose(
      y,
      product(n, inputs, outputs, x, w).map((sum, i) => sum + b[i % outputs]),
    )
    const dy = draw.floats(n * outputs)
    const [dx, dw, db] = [garbage(x.length), garbage(w.length), garbage(outputs)]
    kernels.linearBackward(dy, x, w, inputs, outputs, dx, dw, db)
    expectClose(dx, product(n, outputs, inputs, dy, w, false, true))
    const expected = product(inputs, n, outputs, x, dy, true)
    expectClose(dw, expected)
    expectClose(db, product(1, n, outputs, new Float32Array(n).fill(1), dy))
    const dw2 = garbage(w.length)
    kernels.linearBackward(dy, x, w, inputs, outputs, null, dw2, db)
    expect(dw2).toStrictEqual(dw)
  })

  it('gives the same bits for any number of threads', () => {
    const draw = new Draw(1)
    const [n, inputs, outputs] = [333, 400, 45]
    const [x, w, b, dy] = [
      draw.floats(n * inputs),
      draw.floats(inputs * outputs),
      draw.floats(outputs),
      draw.floats(n * outputs),
    ]
    expectSameForAllThreads(() => {
      const [y, dx, dw, db] = [garbage(n * outputs), garbage(x.length), garbage(w.length), garbage(outputs)]
      kernels.linearForward(x, w, b, inputs, outputs, y)
      kernels.linearBackward(dy, x, w, inputs, outputs, dx, dw, db)
      return [y, dx, dw, db]
    })
  })

  it('rejects wrong sizes', () => {
    const y = garbage(4)
    const call = (x: number, w: number, b: number) => () =>
      kernels.linearForward(new Float32Array(x), new Float32Array(w), new Float32Array(b), 3, 2, y)
    expectRefused(call(7, 6, 2), TypeError, /linearForward: x: expected rows of 3, found 7 elements/, [y])
    expectRefused(call(6, 5, 2), TypeError, /w: expected shape \[3, 2\], found 5/, [y])
    expectRefused(call(6, 6, 3), TypeError, /b: expected shape \[2\], found 3/, [y])
    expectRefused(call(9, 6, 2), TypeError, /y: expected shape \[3, 2\], found 4/, [y])
    const dw = garbage(6)
    const back = () =>
      kernels.linearBackward(new Float32Array(4), new Float32Array(5), new Float32Array(6), 3, 2, null, dw, y)
    expectRefused(back, TypeError, /x: expected shape \[2, 3\], found 5/, [dw, y])
  })
})
