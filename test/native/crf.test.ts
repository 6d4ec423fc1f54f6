import { expect, it } from 'vitest'
import { allPaths, crfLoss, logSumExp, pathScore, sentenceRows, type Crf } from './reference/crf.ts'
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

type Scores = Crf<Float32Array>

const sum = (x: ArrayLike<number>) => Array.from(x).reduce((total, value) => total + value, 0)

function drawScores(draw: Draw, rows: number, classes: number, range = 2): Scores {
  const scores = (length: number) => draw.floats(length, -range, range)
  return {
    emissions: scores(rows * classes),
    transitions: scores(classes * classes),
    start: scores(classes),
    end: scores(classes),
    classes,
  }
}

function loss(crf: Scores, tags: Int32Array, batchSizes: Int32Array) {
  const { emissions, transitions, start, end, classes } = crf
  const d = {
    emissions: garbage(emissions.length),
    transitions: garbage(transitions.length),
    start: garbage(classes),
    end: garbage(classes),
  }
  const value = kernels.crfLoss(
    emissions,
    tags,
    batchSizes,
    transitions,
    start,
    end,
    classes,
    d.emissions,
    d.transitions,
    d.start,
    d.end,
  )
  return { value, d }
}

function decode(crf: Scores, batchSizes: Int32Array): Int32Array {
  const ids = new Int32Array(crf.emissions.length / crf.classes).fill(-7)
  kernels.crfDecode(crf.emissions, batchSizes, crf.transitions, crf.start, crf.end, crf.classes, ids)
  return ids
}

const TINY = [
  { classes: 1, sentences: 2, longest: 3 },
  { classes: 2, sentences: 5, longest: 6 },
  { classes: 3, sentences: 4, longest: 5 },
  { classes: 5, sentences: 3, longest: 4 },
]
const PARTS = ['emissions', 'transitions', 'start', 'end'] as const

describeKernels('crfLoss', () => {
  it.each(TINY)('equals the enumeration of all paths: %o', ({ classes, sentences, longest }) => {
    const draw = new Draw(classes)
    const batchSizes = draw.batchSizes(sentences, longest)
    const crf = drawScores(draw, sum(batchSizes), classes)
    const tags = draw.ints(sum(batchSizes), 0, classes)
    const expected = sentenceRows(batchSizes).map((rows) => {
      const all = [...allPaths(rows.length, classes)].map((path) => pathScore(crf, rows, path))
      return (
        logSumExp(all) -
        pathScore(
          crf,
          rows,
          rows.map((row) => tags[row]),
        )
      )
    })
    expectClose([loss(crf, tags, batchSizes).value], [sum(expected) / tags.length])
  })

  it.each([...TINY, { classes: 9, sentences: 11, longest: 9 }, { classes: 17, sentences: 2, longest: 4 }])(
    'has the gradients of finite differences: %o',
    ({ classes, sentences, longest }) => {
      const draw = new Draw(classes + 100)
      const batchSizes = draw.batchSizes(sentences, longest)
      const crf = drawScores(draw, sum(batchSizes), classes)
      const tags = draw.ints(sum(batchSizes), 0, classes)
      const { value, d } = loss(crf, tags, batchSizes)
      expectClose([value], [crfLoss(crf, tags, batchSizes)])
      for (const part of PARTS) {
        expectClose(
          d[part],
          numericalGradient((x) => crfLoss({ ...crf, [part]: x }, tags, batchSizes), crf[part]),
          2e-6,
        )
      }
    },
  )

  it.each([45, 100])('is accurate for %i classes, long sentences and large scores', (classes) => {
    const draw = new Draw(classes)
    const batchSizes = draw.batchSizes(4, 60)
    const crf = drawScores(draw, sum(batchSizes), classes, 30)
    const tags = draw.ints(sum(batchSizes), 0, classes)
    const { value, d } = loss(crf, tags, batchSizes)
    expectClose([value], [crfLoss(crf, tags, batchSizes)])
    // Along a random direction: a difference per element would take minutes.
    const direction = PARTS.map((part) => draw.floats(crf[part].length))
    const along = (h: number) => {
      const moved = PARTS.map((part, p) => Float64Array.from(crf[part], (x, i) => x + h * direction[p][i]))
      return crfLoss(
        { ...crf, emissions: moved[0], transitions: moved[1], start: moved[2], end: moved[3] },
        tags,
        batchSizes,
      )
    }
    const slope = sum(PARTS.map((part, p) => sum(d[part].map((g, i) => g * direction[p][i]))))
    expectClose([slope], [(along(1e-5) - along(-1e-5)) / 2e-5], 1e-4)
  })

  it('stays finite where transitions are forbidden and only an unlikely tag can be followed by another', () => {
    for (const never of [-10_000, -Infinity]) {
      // Tag 0 is by far the likeliest first tag, but only tag 1 may be followed by another tag.
      const crf: Scores = {
        emissions: Float32Array.of(300, 0, 0, 5),
        transitions: Float32Array.of(never, never, 1, 2),
        start: new Float32Array(2),
        end: new Float32Array(2),
        classes: 2,
      }
      const tags = Int32Array.of(1, 1)
      const { value, d } = loss(crf, tags, Int32Array.of(1, 1))
      expectClose([value], [Math.log(1 + Math.exp(-6)) / 2])
      expectClose(d.emissions, [0, 0, 1 / (1 + Math.exp(6)) / 2, -1 / (1 + Math.exp(6)) / 2])
      expectClose(decode(crf, Int32Array.of(1, 1)), [1, 1])
    }
  })

  it('is 0 without tokens, and so are the gradients of the weights', () => {
    const { value, d } = loss(drawScores(new Draw(1), 0, 3), new Int32Array(0), new Int32Array(0))
    expect(value).toBe(0)
    expect([...d.transitions, ...d.start, ...d.end].every((g) => g === 0)).toBe(true)
  })

  it('propagates NaN', () => {
    const crf = drawScores(new Draw(2), 3, 2)
    crf.emissions[2] = NaN
    expect(loss(crf, new Int32Array(3), Int32Array.of(1, 1, 1)).value).toBeNaN()
  })

  it('gives the same bits for any number of threads', () => {
    const draw = new Draw(12)
    const batchSizes = draw.batchSizes(21, 30)
    const crf = drawScores(draw, sum(batchSizes), 19)
    const tags = draw.ints(sum(batchSizes), 0, 19)
    expectSameForAllThreads(() => {
      const { value, d } = loss(crf, tags, batchSizes)
      return [value, ...Object.values(d), decode(crf, batchSizes)]
    })
  })

  it('rejects wrong arguments', () => {
    const crf = drawScores(new Draw(3), 3, 2)
    const d = [garbage(6), garbage(4), garbage(2), garbage(2)] as const
    const call =
      (tags: Int32Array, batchSizes: Int32Array, transitions = crf.transitions) =>
      () =>
        kernels.crfLoss(crf.emissions, tags, batchSizes, transitions, crf.start, crf.end, 2, ...d)
    expectRefused(
      call(Int32Array.of(0, 1, 2), Int32Array.of(2, 1)),
      RangeError,
      /crfLoss: tags: expected indices below 2, found 2 at 2/,
      [...d],
    )
    expectRefused(call(Int32Array.of(0, 1, 1), Int32Array.of(1, 2)), TypeError, /batchSizes/, [...d])
    expectRefused(call(Int32Array.of(0, 1, 1), Int32Array.of(2, 2)), TypeError, /batchSizes/, [...d])
    expectRefused(call(Int32Array.of(0, 1), Int32Array.of(2, 1)), TypeError, /tags/, [...d])
    expectRefused(
      call(Int32Array.of(0, 1, 1), Int32Array.of(2, 1), new Float32Array(3)),
      TypeError,
      /transitions: expected shape \[2, 2\], found 3/,
      [...d],
    )
  })
})

describeKernels('crfDecode', () => {
  it.each(TINY)(
    'finds the best of all paths, with the lowest ids among equal ones: %o',
    ({ classes, sentences, longest }) => {
      for (let seed = 0; seed < 20; seed++) {
        const draw = new Draw(1000 * classes + seed)
        const batchSizes = draw.batchSizes(sentences, longest)
        const crf = drawScores(draw, sum(batchSizes), classes)
        if (seed % 2) for (const part of PARTS) crf[part].forEach((x, i) => (crf[part][i] = Math.round(x / 2))) // many equal scores
        const ids = decode(crf, batchSizes)
        for (const rows of sentenceRows(batchSizes)) {
          let best: number[] = []
          for (const path of allPaths(rows.length, classes)) {
            if (best.length === 0 || pathScore(crf, rows, path) > pathScore(crf, rows, best)) best = path
          }
          expect(rows.map((row) => ids[row])).toStrictEqual(best)
        }
      }
    },
  )

  it('gives no other path a higher score, with many classes', () => {
    const draw = new Draw(77)
    const batchSizes = draw.batchSizes(6, 25)
    const crf = drawScores(draw, sum(batchSizes), 45)
    const ids = decode(crf, batchSizes)
    for (const rows of sentenceRows(batchSizes)) {
      const path = rows.map((row) => ids[row])
      const best = pathScore(crf, rows, path)
      for (let t = 0; t < rows.length; t++) {
        for (let tag = 0; tag < 45; tag++)
          expect(pathScore(crf, rows, path.with(t, tag))).toBeLessThanOrEqual(best + 1e-4)
      }
    }
  })

  it('accepts an empty batch', () => {
    expect(decode(drawScores(new Draw(1), 0, 3), new Int32Array(0))).toHaveLength(0)
  })
})
