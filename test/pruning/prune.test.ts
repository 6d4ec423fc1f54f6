/** Algorithm 1, steps 4 and 5: how many weights are pruned, which, and in how many rounds. */
import { describe, expect, it } from 'vitest'
import { lastRound } from '../../shared/settings/plan.ts'
import { pruneByMagnitude } from '../../main/pruning/prune.ts'
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

const { model, imp } = configSchema.parse({ corpora: { c: { train: 'x' } }, tasks: { t: { tags: 1 } } })

describe('the paper’s twenty rounds on the paper’s network', () => {
  const shape = { model, wordCount: 2, charCount: 2, heads: [] }
  const weights = initialWeights(shape, 2019, null)
  const masks = [ones(prunableLayers(shape))]
  for (let z = 0; z < lastRound(imp); z++)
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

describe('the number of rounds, ⌈ln S / ln(1 − α)⌉', () => {
  const rounds = (pruningRate: number, minDensity: number, maxRounds: number | null = null) =>
    lastRound({ pruningRate, minDensity, maxRounds })

  it.each([
    [0.5, 0.5, 1],
    [0.5, 0.1, 4],
    [0.2, 0.8, 1],
    [0.2, 0.64, 2],
    [0.2, 0.5, 4],
    [0.9, 0.1, 1],
    [0.3, 1, 0],
    [0.99, 0.5, 1],
  ])('α %d, S %d: %i', (pruningRate, minDensity, expected) => {
    expect(rounds(pruningRate, minDensity)).toBe(expected)
  })

  it('is exact at powers of 1 − α, however they are computed', () => {
    for (const pruningRate of [0.001, 0.01, 0.05, PAPER_PRUNING_RATE, 0.2, 0.3, 0.5, 0.7, 0.9]) {
      let product = 1
      for (let n = 1; n <= 60; n++) {
        product *= 1 - pruningRate
        expect([n, rounds(pruningRate, (1 - pruningRate) ** n), rounds(pruningRate, product)]).toEqual([n, n, n])
        expect(rounds(1 - 0.1 ** (1 / n), 0.1)).toBe(n)
      }
    }
  })

  it('adds one just below such a power, and stops at maxRounds', () => {
    expect(rounds(0.2, 0.64 - 1e-6)).toBe(3)
    expect(rounds(PAPER_PRUNING_RATE, 0.1, 3)).toBe(3)
    expect(rounds(0.5, 0.5, 7)).toBe(1)
  })

  it('does not depend on how masks round: with 20 hidden units the last mask keeps just over a tenth, after 20 rounds', () => {
    const small = { ...model, hidden: 20 }
    const layers = prunableLayers({ model: small, wordCount: 2, charCount: 2, heads: [] })
    const weights = initialWeights({ model: small, wordCount: 2, charCount: 2, heads: [] }, 2019, null)
    let mask = ones(layers)
    for (let z = 0; z < rounds(PAPER_PRUNING_RATE, 0.1); z++)
      mask = pruneByMagnitude(weights, mask, PAPER_PRUNING_RATE, 'global')
    expect(rounds(PAPER_PRUNING_RATE, 0.1)).toBe(20)
    expect(keptCount(mask)).toBeGreaterThan(0.1 * size(mask))
  })
})
