/** Algorithm 1, steps 4 and 5: how many weights go, and which. */
import { describe, expect, it } from 'vitest'
import { pruneByMagnitude, reachedMinDensity } from '../../main/pruning/prune.ts'
import { prunableLayers } from '../../main/nn/parameters.ts'
import { initialWeights } from '../../main/nn/initialWeights.ts'
import { configSchema, PAPER_PRUNING_RATE } from '../../shared/settings/config.ts'
import { density, isSubset, keptCount, ones, size, type Mask } from '../../shared/network/mask.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { Draw } from '../support/arrays.ts'

const layersOf = (values: Record<string, ArrayLike<number>>) =>
  ones(Object.entries(values).map(([name, own]) => ({ name, shape: [own.length] })))
const weightsOf = (values: Record<string, ArrayLike<number>>): ArrayBundle =>
  Object.fromEntries(
    Object.entries(values).map(([name, own]) => [name, { shape: [own.length], data: Float32Array.from(own) }]),
  )
const keptOf = (mask: Mask) => mask.layers.map(({ kept }) => [...kept].join(''))

describe('the paper’s twenty rounds on the paper’s network', () => {
  const { model } = configSchema.parse({ corpora: { c: { train: 'x' } }, tasks: { t: { tags: 1 } } })
  const shape = { model, wordCount: 2, charCount: 2, heads: [] }
  const weights = initialWeights(shape, 2019, null)
  const masks = [ones(prunableLayers(shape))]
  while (!reachedMinDensity(masks.at(-1)!, 0.1))
    masks.push(pruneByMagnitude(weights, masks.at(-1)!, PAPER_PRUNING_RATE, 'global'))

  it('end at density 0.1 with 21 masks', () => {
    expect(masks.length).toBe(21)
    expect(density(masks[20])).toBeCloseTo(0.1, 5)
  })

  it('keep an exact number in every round: 0.1^(k/20) of the weights, up to rounding', () => {
    let expected = 530_700
    masks.forEach((mask, k) => {
      expect(keptCount(mask)).toBe(expected)
      expect(density(mask)).toBeCloseTo(0.1 ** (k / 20), 5)
      expected -= Math.round(PAPER_PRUNING_RATE * expected)
    })
  })

  it('pass the three densities that the paper prints', () => {
    expect([5, 6, 7].map((k) => (100 * density(masks[k])).toFixed(2))).toEqual(['56.23', '50.12', '44.67'])
  })

  it('only ever shrink', () => {
    for (let k = 1; k < masks.length; k++)
      expect(isSubset(masks[k], masks[k - 1]) && keptCount(masks[k]) < keptCount(masks[k - 1])).toBe(true)
  })

  it('keep the largest: no pruned weight is above a kept one', () => {
    const { layers } = masks[7]
    let [largestPruned, smallestKept] = [0, Infinity]
    for (const { name, kept } of layers) {
      weights[name].data.forEach((value, i) => {
        if (kept[i]) smallestKept = Math.min(smallestKept, Math.abs(value))
        else largestPruned = Math.max(largestPruned, Math.abs(value))
      })
    }
    expect(largestPruned).toBeLessThanOrEqual(smallestKept)
  })
})

describe('which weights go', () => {
  it('those of lowest magnitude, whatever their sign, over all layers', () => {
    const values = { a: [3, -0.5, 2, -4], b: [0.1, -5, 1] }
    expect(keptOf(pruneByMagnitude(weightsOf(values), layersOf(values), 3 / 7, 'global'))).toEqual(['1011', '010'])
  })

  it('by layer: of each the same fraction', () => {
    const values = { a: [3, -0.5, 2, -4], b: [0.1, -0.3, 0.2, 0.4] }
    expect(keptOf(pruneByMagnitude(weightsOf(values), layersOf(values), 0.5, 'layer'))).toEqual(['1001', '0101'])
    expect(keptOf(pruneByMagnitude(weightsOf(values), layersOf(values), 0.5, 'global'))).toEqual(['1111', '0000'])
  })

  it('of equal magnitudes the first by index, through the layers', () => {
    const values = { a: [1, -1, 2, 1], b: [-1, 1, 0] }
    // Four go: the 0 and the first three of the five ones.
    expect(keptOf(pruneByMagnitude(weightsOf(values), layersOf(values), 4 / 7, 'global'))).toEqual(['0010', '110'])
    expect(
      keptOf(
        pruneByMagnitude(weightsOf({ a: new Float32Array(9) }), layersOf({ a: new Float32Array(9) }), 1 / 3, 'global'),
      ),
    ).toEqual(['000111111'])
  })

  it('never a pruned one again, however large it is now; and the mask given stays as it is', () => {
    const values = { a: [9, 1, 2, 3, 4] }
    const mask = layersOf(values)
    mask.layers[0].kept[0] = 0
    expect(keptOf(pruneByMagnitude(weightsOf(values), mask, 0.5, 'global'))).toEqual(['00011'])
    expect(keptOf(mask)).toEqual(['01111'])
  })

  it('a rate that comes to less than half a weight prunes none', () => {
    const values = { a: [1, 2, 3] }
    expect(keptOf(pruneByMagnitude(weightsOf(values), layersOf(values), 0.1, 'global'))).toEqual(['111'])
  })

  it.each(['global', 'layer'] as const)(
    '%s: random weights and masks lose exactly the rounded fraction of what remains',
    (scope) => {
      const draw = new Draw('random', scope)
      for (let trial = 0; trial < 20; trial++) {
        // Magnitudes from a handful, so that most rounds end amid ties.
        const values = { a: Array.from(draw.ints(50, 6)), b: Array.from(draw.ints(31, 6)), c: [1] }
        const mask = layersOf(values)
        for (const layer of mask.layers) layer.kept.set(draw.kept(layer.kept.length, 0.7))
        const rate = draw.number(0.05, 0.9)
        const next = pruneByMagnitude(weightsOf(values), mask, rate, scope)
        const after = (kept: number) => kept - Math.round(rate * kept)
        const counts = (of: Mask) => of.layers.map((layer) => keptCount({ layers: [layer] }))
        expect(isSubset(next, mask)).toBe(true)
        if (scope === 'layer') expect(counts(next)).toEqual(counts(mask).map(after))
        else expect(keptCount(next)).toBe(after(keptCount(mask)))
      }
    },
  )

  it('a weight that is not a number is an error, unless it is pruned already', () => {
    const values = { a: [1, NaN, 3] }
    expect(() => pruneByMagnitude(weightsOf(values), layersOf(values), 0.5, 'global')).toThrow(
      /Weight 1 of a is not a number/,
    )
    const mask = layersOf(values)
    mask.layers[0].kept[1] = 0
    expect(keptOf(pruneByMagnitude(weightsOf(values), mask, 0.5, 'global'))).toEqual(['001'])
  })

  it('weights that do not fit the mask are an error', () => {
    expect(() => pruneByMagnitude(weightsOf({ a: [1, 2] }), layersOf({ a: [1, 2, 3] }), 0.5, 'global')).toThrow(
      RangeError,
    )
    expect(() => pruneByMagnitude({}, layersOf({ a: [1, 2, 3] }), 0.5, 'global')).toThrow(RangeError)
  })
})

describe('reachedMinDensity', () => {
  it.each([
    [10, 100, 0.1, true],
    [11, 100, 0.1, false],
    [9, 100, 0.1, true],
    [100, 100, 1, true],
    [3, 7, 0.4, true],
  ])('%i of %i at %d: %s', (kept, of, minDensity, reached) => {
    const mask = layersOf({ a: new Float32Array(of) })
    mask.layers[0].kept.fill(0, kept)
    expect(size(mask)).toBe(of)
    expect(reachedMinDensity(mask, minDensity)).toBe(reached)
  })
})
