import { expect, it } from 'vitest'
import { charCnnBackward, charCnnForward, type CharCnn } from './reference/char_cnn.ts'
import {
  describeKernels,
  Draw,
  expectClose,
  expectRefused,
  expectSameForAllThreads,
  garbage,
  kernels,
  numericalGradient,
} from './support.ts'

interface Sizes {
  words: number
  longest: number
  charDim: number
  filters: number
  width: number
}

const CASES: Sizes[] = [
  { words: 0, longest: 1, charDim: 3, filters: 2, width: 3 },
  { words: 1, longest: 1, charDim: 1, filters: 1, width: 1 },
  { words: 4, longest: 3, charDim: 5, filters: 3, width: 5 },
  { words: 9, longest: 12, charDim: 16, filters: 17, width: 3 },
  { words: 40, longest: 9, charDim: 30, filters: 30, width: 3 },
  { words: 3, longest: 250, charDim: 7, filters: 50, width: 9 },
]

/** Words of 0 to `longest` characters; characters before the first word's and after the last's belong to no word. */
function drawCnn(
  draw: Draw,
  { words, longest, charDim, filters, width }: Sizes,
  masked: boolean,
  keep: number,
): CharCnn {
  const starts = new Int32Array(words + 1)
  starts[0] = draw.int(0, 3)
  for (let n = 0; n < words; n++) starts[n + 1] = starts[n] + draw.int(n === 0 ? 1 : 0, longest + 1)
  const vocabulary = 11
  return {
    chars: draw.ints(starts[words] + 2, 0, vocabulary),
    starts,
    table: draw.floats(vocabulary * charDim),
    w: draw.floats(width * charDim * filters),
    b: draw.floats(filters, -0.1, 0.1),
    mask: masked ? draw.mask(width * charDim * filters, 0.3) : null,
    charDim,
    filters,
    width,
    keep: { keep, k0: 5, k1: 6 },
  }
}

function forward(c: CharCnn) {
  const size = (c.starts.length - 1) * c.filters
  const [out, argmax] = [garbage(size), new Int32Array(size).fill(-9)]
  const [table, w, b] = [c.table, c.w, c.b] as Float32Array[]
  kernels.charCnnForward(
    c.chars,
    c.starts,
    table,
    w,
    b,
    c.mask,
    c.charDim,
    c.filters,
    c.width,
    c.keep.keep,
    c.keep.k0,
    c.keep.k1,
    out,
    argmax,
  )
  return { out, argmax }
}

function backward(c: CharCnn, dout: Float32Array, argmax: Int32Array) {
  const [dTable, dw, db] = [garbage(c.table.length), garbage(c.w.length), garbage(c.filters)]
  const [table, w] = [c.table, c.w] as Float32Array[]
  kernels.charCnnBackward(
    dout,
    argmax,
    c.chars,
    c.starts,
    table,
    w,
    c.mask,
    c.charDim,
    c.filters,
    c.width,
    c.keep.keep,
    c.keep.k0,
    c.keep.k1,
    dTable,
    dw,
    db,
  )
  return { dTable, dw, db }
}

const VARIANTS = [
  { masked: false, keep: 1 },
  { masked: true, keep: 0.5 },
]

describeKernels('charCnn', () => {
  it.each(CASES)('agrees with plain loops, forward and backward: %o', (sizes) => {
    for (const { masked, keep } of VARIANTS) {
      const draw = new Draw(sizes.charDim)
      const c = drawCnn(draw, sizes, masked, keep)
      const [{ out, argmax }, expected] = [forward(c), charCnnForward(c)]
      expectClose(out, expected.out)
      // The maximum may differ only where rounding decides between equal values.
      const differing = argmax.filter((at, i) => at !== expected.argmax[i]).length
      expect(differing).toBeLessThanOrEqual(argmax.length / 500)
      const dout = draw.floats(out.length)
      const [found, gradients] = [backward(c, dout, argmax), charCnnBackward(c, dout, argmax)]
      expectClose(found.dTable, gradients.dTable)
      expectClose(found.dw, gradients.dw)
      expectClose(found.db, gradients.db)
      if (c.mask) expect(found.dw.every((g, i) => c.mask![i] === 1 || g === 0)).toBe(true)
    }
  })

  it('has the gradients of finite differences', () => {
    const draw = new Draw(21)
    const c = drawCnn(draw, { words: 6, longest: 4, charDim: 3, filters: 4, width: 3 }, true, 0.7)
    const dout = draw.floats(24)
    const found = backward(c, dout, forward(c).argmax)
    const objective = (changed: Partial<CharCnn>) =>
      charCnnForward({ ...c, ...changed }).out.reduce((sum, y, i) => sum + y * dout[i], 0)
    expectClose(
      found.dTable,
      numericalGradient((table) => objective({ table }), c.table),
    )
    expectClose(
      found.dw,
      numericalGradient((w) => objective({ w }), c.w),
    )
    expectClose(
      found.db,
      numericalGradient((b) => objective({ b }), c.b),
    )
  })

  it('selects the first of equal characters, and none for a word without characters or without positive values', () => {
    const c: CharCnn = {
      chars: Int32Array.of(0, 0, 0, 1, 1),
      starts: Int32Array.of(0, 3, 3, 5),
      table: Float32Array.of(2, -1),
      w: Float32Array.of(1),
      b: Float32Array.of(0.5),
      mask: null,
      charDim: 1,
      filters: 1,
      width: 1,
      keep: { keep: 1, k0: 0, k1: 0 },
    }
    expect(forward(c)).toStrictEqual({ out: Float32Array.of(2.5, 0, 0), argmax: Int32Array.of(0, -1, -1) })
  })

  it('ignores pruned weights', () => {
    const draw = new Draw(4)
    const c = drawCnn(draw, CASES[3], true, 0.5)
    const spoilt = { ...c, w: Float32Array.from(c.w, (x, i) => (c.mask![i] ? x : NaN)) }
    const { out, argmax } = forward(c)
    expect(forward(spoilt)).toStrictEqual({ out, argmax })
    const dout = draw.floats(out.length)
    expect(backward(spoilt, dout, argmax)).toStrictEqual(backward(c, dout, argmax))
  })

  it('gives the same bits for any number of threads', () => {
    const draw = new Draw(6)
    const c = drawCnn(draw, { words: 300, longest: 14, charDim: 30, filters: 30, width: 3 }, true, 0.5)
    const dout = draw.floats(300 * 30)
    expectSameForAllThreads(() => {
      const { out, argmax } = forward(c)
      return [out, argmax, ...Object.values(backward(c, dout, argmax))]
    })
  })

  it('rejects wrong arguments', () => {
    const good = drawCnn(new Draw(7), CASES[2], false, 1)
    const [out, argmax] = [garbage(12), new Int32Array(12).fill(-1)]
    const call = (change: Partial<CharCnn>) => () => {
      const c = { ...good, ...change }
      const [table, w, b] = [c.table, c.w, c.b] as Float32Array[]
      kernels.charCnnForward(
        c.chars,
        c.starts,
        table,
        w,
        b,
        c.mask,
        c.charDim,
        c.filters,
        c.width,
        c.keep.keep,
        0,
        0,
        out,
        argmax,
      )
    }
    const refused = (change: Partial<CharCnn>, error: typeof TypeError | typeof RangeError, message: RegExp) =>
      expectRefused(call(change), error, message, [out, argmax])
    refused({ chars: good.chars.map(() => 11) }, RangeError, /chars: expected indices below 11, found 11 at 0/)
    refused({ starts: Int32Array.of(0, 2, 1, 3, 4) }, RangeError, /starts: .* found 1 at 2/)
    refused({ starts: Int32Array.of(0, 1, 1, 3, 1000) }, RangeError, /starts/)
    refused({ starts: new Int32Array(0) }, TypeError, /starts/)
    refused({ starts: Int32Array.of(0, 1) }, TypeError, /out: expected shape \[1, 3\], found 12/)
    refused({ width: 4 }, RangeError, /width/)
    refused({ w: new Float32Array(3) }, TypeError, /w: expected shape \[5, 5, 3\], found 3/)
    refused({ mask: new Uint8Array(3) }, TypeError, /mask/)
    refused({ keep: { keep: 0, k0: 0, k1: 0 } }, RangeError, /keep/)
    const dTable = garbage(good.table.length)
    const [table, w] = [good.table, good.w] as Float32Array[]
    const back = (at: Int32Array) => () =>
      kernels.charCnnBackward(
        out,
        at,
        good.chars,
        good.starts,
        table,
        w,
        null,
        5,
        3,
        5,
        1,
        0,
        0,
        dTable,
        garbage(w.length),
        garbage(3),
      )
    expectRefused(back(argmax.fill(good.starts[1], 0, 1)), RangeError, /argmax: expected -1 or a character of word 0/, [
      dTable,
    ])
  })
})
