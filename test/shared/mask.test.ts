import { describe, expect, it } from 'vitest'
import {
  density,
  densityByLayer,
  intersectAll,
  isSubset,
  jaccard,
  keptCount,
  ones,
  overlapByLayer,
  overlapRatio,
  packBits,
  sharing,
  size,
  unionAll,
  unpackBits,
  type Mask,
} from '../../shared/network/mask.ts'

/** A mask of two layers, [2,2] and [3], from its bits in order. */
function mask(...bits: number[]): Mask {
  return {
    layers: [
      { name: 'conv', shape: [2, 2], kept: Uint8Array.from(bits.slice(0, 4)) },
      { name: 'lstm', shape: [3], kept: Uint8Array.from(bits.slice(4, 7)) },
    ],
  }
}
const bits = (m: Mask) => m.layers.flatMap((layer) => [...layer.kept])

const a = mask(1, 1, 0, 0, 1, 0, 0)
const b = mask(1, 0, 1, 0, 1, 0, 0)
const c = mask(1, 1, 1, 0, 0, 0, 1)
const nothing = mask(0, 0, 0, 0, 0, 0, 0)

describe('counting', () => {
  it('starts dense', () => {
    const dense = ones([
      { name: 'conv', shape: [2, 2] },
      { name: 'lstm', shape: [3] },
    ])
    expect(bits(dense)).toEqual([1, 1, 1, 1, 1, 1, 1])
    expect([size(dense), keptCount(dense), density(dense)]).toEqual([7, 7, 1])
  })

  it('counts what is kept, overall and by layer', () => {
    expect(keptCount(a)).toBe(3)
    expect(density(a)).toBe(3 / 7)
    expect(densityByLayer(a)).toEqual([
      { layer: 'conv', size: 4, kept: 2, density: 0.5 },
      { layer: 'lstm', size: 3, kept: 1, density: 1 / 3 },
    ])
  })

  it('calls a mask over no weights dense', () => {
    expect(density({ layers: [] })).toBe(1)
  })
})

describe('overlap', () => {
  it('intersects and unites without touching its arguments', () => {
    expect(bits(intersectAll([a, b, c]))).toEqual([1, 0, 0, 0, 0, 0, 0])
    expect(bits(unionAll([a, b, c]))).toEqual([1, 1, 1, 0, 1, 0, 1])
    expect(bits(a)).toEqual([1, 1, 0, 0, 1, 0, 0])
  })

  it('is |∩| / |∪| over all masks given', () => {
    expect(overlapRatio([a, b, c])).toBe(1 / 5)
    expect(overlapRatio([a, b])).toBe(2 / 4)
    expect(jaccard(a, b)).toBe(overlapRatio([a, b]))
    expect(overlapRatio([a])).toBe(1)
    expect(overlapByLayer([a, c])).toEqual([
      { layer: 'conv', ratio: 2 / 3 },
      { layer: 'lstm', ratio: 0 },
    ])
  })

  it('agrees with the sizes of intersection and union', () => {
    for (const masks of [
      [a, b],
      [a, c],
      [b, c],
      [a, b, c],
    ]) {
      expect(overlapRatio(masks)).toBe(keptCount(intersectAll(masks)) / keptCount(unionAll(masks)))
    }
  })

  it('is 1 where the union is empty', () => {
    expect(overlapRatio([nothing, nothing])).toBe(1)
    expect(overlapRatio([nothing, a])).toBe(0)
  })

  it('counts by how many tasks a weight is kept', () => {
    expect(sharing([a, b, c])).toEqual([
      { layer: 'conv', size: 4, none: 1, one: 0, several: 2, all: 1 },
      { layer: 'lstm', size: 3, none: 1, one: 1, several: 1, all: 0 },
    ])
    expect(sharing([a, b])[0]).toEqual({ layer: 'conv', size: 4, none: 1, one: 2, several: 0, all: 1 })
    expect(sharing([a])[0]).toEqual({ layer: 'conv', size: 4, none: 2, one: 0, several: 0, all: 2 })
  })

  it('knows subsets', () => {
    expect(isSubset(intersectAll([a, b]), a)).toBe(true)
    expect(isSubset(a, unionAll([a, b]))).toBe(true)
    expect(isSubset(a, b)).toBe(false)
    expect(isSubset(nothing, a)).toBe(true)
  })

  it('refuses masks of different networks, and an empty list', () => {
    const renamed = mask(1, 1, 1, 1, 1, 1, 1)
    renamed.layers[1].name = 'other'
    expect(() => overlapRatio([a, renamed])).toThrow(/different networks: layer lstm \[3\] and other \[3\]/)
    expect(() => isSubset(a, { layers: [] })).toThrow(/2 layers and 0/)
    expect(() => unionAll([])).toThrow(/No masks/)
  })
})

describe('packing', () => {
  it('puts weight i in bit i & 7 of byte i >> 3', () => {
    expect([...packBits(Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0, 1))]).toEqual([0b10001001, 0b10])
  })

  it('round-trips at every length', () => {
    for (let length = 0; length < 40; length++) {
      const kept = Uint8Array.from({ length }, (_, i) => Number((i * i + length) % 3 === 0))
      expect(unpackBits(packBits(kept), length)).toEqual(kept)
    }
  })

  it('refuses values that are no mask', () => {
    expect(() => packBits(Uint8Array.of(0, 2))).toThrow(/weight 1 is 2/)
    expect(() => unpackBits(new Uint8Array(2), 17)).toThrow(/17 weights take 3 bytes, not 2/)
    expect(() => unpackBits(Uint8Array.of(0b1000), 3)).toThrow(/beyond the last weight/)
  })
})
