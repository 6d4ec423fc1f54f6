/** The host kernels of every backend, against the specification in TypeScript and against their definition. */
import { describe, expect, it } from 'vitest'
import { tensor, tidy, variable, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import { argmaxRows, viterbi, type CrfArrays } from '../../../main/nn/decode.ts'
import { hostKernels } from '../../../main/nn/hostKernels.ts'
import { catchUpRows, updateRows } from '../../../main/nn/lazyMomentum.ts'
import { ALL_PRESENT } from '../../support/backends.ts'
import { Draw, expectClose, sameBits } from '../../support/arrays.ts'
import { batchSizesOf, rowsOf, total } from '../../support/packed.ts'

/** Single roundings of float32 (2^-24 each), a handful in a row. */
const CLOSE = 1e-6

describe.each(ALL_PRESENT)('host kernels on $name', (backend) => {
  it.each([
    [7, 5],
    [33, 19],
    [1, 1],
    [4, 1],
    [0, 3],
  ])('argmaxRows of %i × %i: the first of the largest', async (N, C) => {
    await backend.use()
    // Few different values, so that there are ties.
    const logits = Float32Array.from(new Draw('argmax', N, C).ints(N * C, 4), (n) => n - 1.5)
    const expected = Array.from({ length: N }, (_, n) => {
      const row = logits.subarray(n * C, n * C + C)
      return row.indexOf(Math.max(...row))
    })
    expect([...hostKernels().argmaxRows(logits, C)]).toEqual(expected)
    expect([...argmaxRows(logits, C)]).toEqual(expected)
  })

  it.each([
    [[4, 3, 1], 3, false],
    [[3, 3], 4, true],
    [[1, 1], 2, false],
    [[5], 2, true],
    [[1], 1, false],
    [[], 3, false],
  ] as const)('viterbi of sentences %j, %i classes, ties %s: the best of all paths', async (lengths, C, ties) => {
    await backend.use()
    const draw = new Draw('viterbi', C, ...lengths)
    const values = (n: number) => (ties ? Float32Array.from(draw.ints(n, 3)) : draw.floats(n))
    const batchSizes = batchSizesOf([...lengths])
    const emissions = values(total(lengths) * C)
    const crf: CrfArrays = { transitions: values(C * C), start: values(C), end: values(C) }
    const found = hostKernels().viterbi(emissions, batchSizes, crf, C)
    expect([...found]).toEqual([...viterbi(emissions, batchSizes, crf, C)])
    for (const rows of rowsOf(batchSizes)) {
      const score = (path: number[]) =>
        path.reduce(
          (sum, c, t) => sum + emissions[rows[t] * C + c] + (t ? crf.transitions[path[t - 1] * C + c] : crf.start[c]),
          crf.end[path.at(-1)!],
        )
      const best = Math.max(...allPaths(rows.length, C).map(score))
      expect(score(rows.map((row) => found[row]))).toBeCloseTo(best, 5)
    }
  })

  it('sumOfSquares, over tensors of any size', async () => {
    await backend.use()
    const draw = new Draw('squares')
    const arrays = [draw.floats(1000), draw.floats(1), new Float32Array(0), draw.floats(77, 5)]
    const expected = arrays.reduce((sum, array) => sum + array.reduce((own, x) => own + x * x, 0), 0)
    const actual = await numberOf(tidy(() => hostKernels().sumOfSquares(arrays.map((array) => tensor(array)))))
    // The composed one sums a thousand numbers in float32.
    expectClose([actual], [expected], 1e-5)
    expect(await numberOf(hostKernels().sumOfSquares([]))).toBe(0)
  })

  it.each([
    ['plain', { learningRate: 0.1, momentum: 0.9, scale: 1, clipValue: 0, weightDecay: 0 }],
    ['scaled', { learningRate: 0.03, momentum: 0.5, scale: 0.25, clipValue: 0, weightDecay: 0 }],
    ['clipped, decaying', { learningRate: 0.1, momentum: 0.9, scale: 2, clipValue: 0.3, weightDecay: 0.01 }],
    ['without momentum', { learningRate: 1, momentum: 0, scale: 1, clipValue: 0, weightDecay: 0.1 }],
  ])('momentumUpdate, %s', async (_, settings) => {
    await backend.use()
    const draw = new Draw('momentum', settings.scale)
    const sizes = [1, 70, 333]
    const masks = [null, draw.kept(70, 0.5), draw.kept(333, 0)]
    const [w, g, v] = [0, 1, 2].map(() => sizes.map((size) => draw.floats(size)))
    const { weights, velocities } = await momentumUpdate(w, g, v, masks, settings)
    sizes.forEach((size, l) => {
      const expected = Array.from({ length: size }, (_, i) => {
        if (masks[l] && !masks[l][i]) return [w[l][i], v[l][i]]
        const scaled = settings.scale * g[l][i]
        const clipped = settings.clipValue
          ? Math.max(-settings.clipValue, Math.min(settings.clipValue, scaled))
          : scaled
        const velocity = settings.momentum * v[l][i] + clipped + settings.weightDecay * w[l][i]
        return [w[l][i] - settings.learningRate * velocity, velocity]
      })
      expectClose(
        weights[l],
        expected.map(([weight]) => weight),
        CLOSE,
        'weight',
      )
      expectClose(
        velocities[l],
        expected.map(([, velocity]) => velocity),
        CLOSE,
        'velocity',
      )
      if (masks[l])
        expect(
          sameBits(outside(weights[l], masks[l]), outside(w[l], masks[l])) &&
            sameBits(outside(velocities[l], masks[l]), outside(v[l], masks[l])),
        ).toBe(true)
    })
  })

  it('momentumUpdate leaves NaN and -0 outside the mask as they are', async () => {
    await backend.use()
    const settings = { learningRate: 0.1, momentum: 0.9, scale: 1, clipValue: 1, weightDecay: 0.1 }
    const w = Float32Array.of(NaN, -0, 1, Infinity)
    const { weights, velocities } = await momentumUpdate([w], [w.map(() => NaN)], [w], [new Uint8Array(4)], settings)
    expect(sameBits(weights[0], w) && sameBits(velocities[0], w)).toBe(true)
  })

  it('catchUpRows and updateRows, as the specification', async () => {
    await backend.use()
    const draw = new Draw('rows')
    const [V, D] = [9, 13]
    const make = () => ({
      table: new Draw('table').floats(V * D),
      velocity: new Draw('velocity').floats(V * D),
      lastStep: Int32Array.of(0, 5, 7, 3, 7, 1, 0, 2, 6),
    })
    const ids = Int32Array.of(3, 8, 0, 4)
    const [dRows, out, expectedOut] = [draw.floats(4 * D), new Float32Array(4 * D), new Float32Array(4 * D)]
    const [actual, expected] = [make(), make()]
    const { catchUpRows: catchUp, updateRows: update } = hostKernels()
    catchUp(actual.table, actual.velocity, actual.lastStep, ids, D, 7, 0.1, 0.9, out)
    catchUpRows(expected.table, expected.velocity, expected.lastStep, ids, D, 7, 0.1, 0.9, expectedOut)
    expectClose(out, expectedOut, CLOSE)
    update(actual.table, actual.velocity, actual.lastStep, ids, dRows, D, 7, 0.1, 0.9, 0.5, 0.2)
    updateRows(expected.table, expected.velocity, expected.lastStep, ids, dRows, D, 7, 0.1, 0.9, 0.5, 0.2)
    expectClose(actual.table, expected.table, CLOSE)
    expectClose(actual.velocity, expected.velocity, CLOSE)
    expect([...actual.lastStep]).toEqual([8, 5, 7, 8, 8, 1, 0, 2, 8])
    expect(actual.lastStep).toEqual(expected.lastStep)
    expect(() =>
      update(actual.table, actual.velocity, actual.lastStep, Int32Array.of(1), dRows.slice(0, D), D, 8, 0.1, 0.9, 1, 0),
    ).toThrow(RangeError)
  })
})

const numberOf = async (value: number | Tensor) => (typeof value === 'number' ? value : (await value.data())[0])

async function momentumUpdate(
  w: Float32Array[],
  g: Float32Array[],
  v: Float32Array[],
  masks: (Uint8Array | null)[],
  settings: Parameters<ReturnType<typeof hostKernels>['momentumUpdate']>[4],
) {
  const variables = (arrays: Float32Array[]): Variable[] => arrays.map((array) => variable(tensor(array.slice())))
  const [weights, velocities] = [variables(w), variables(v)]
  tidy(() => {
    const masking = masks.map((mask): Tensor | null => mask && tensor(mask.slice(), [mask.length], 'bool'))
    hostKernels().momentumUpdate(
      weights,
      g.map((array) => tensor(array.slice())),
      velocities,
      masking,
      settings,
    )
  })
  const read = (from: Variable[]) => Promise.all(from.map(async (value) => (await value.data<'float32'>()).slice()))
  const result = { weights: await read(weights), velocities: await read(velocities) }
  for (const value of [...weights, ...velocities]) value.dispose()
  return result
}

const outside = (values: Float32Array, mask: Uint8Array) => values.filter((_, i) => mask[i] === 0)

function allPaths(length: number, classes: number): number[][] {
  return Array.from({ length: classes ** length }, (_, code) =>
    Array.from({ length }, (_, t) => Math.floor(code / classes ** t) % classes),
  )
}
