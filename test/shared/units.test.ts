import { describe, expect, it } from 'vitest'
import { chanceOverlap } from '../../shared/network/chance.ts'
import { evolutionOf } from '../../shared/network/evolution.ts'
import type { Mask } from '../../shared/network/mask.ts'
import { exclusivityOf, unitsOf } from '../../shared/network/units.ts'

/** A BiLSTM with one input and two units per direction, [1 + 2, 4 · 2], and a layer above it, [4 + 2, 4 · 2]. */
function mask(kept: (layer: number, row: number, column: number) => boolean, depth = 2): Mask {
  const layers = Array.from({ length: depth }, (_, d) =>
    ['forward', 'backward'].map((direction) => {
      const rows = d === 0 ? 3 : 6
      const layer = direction === 'forward' ? d * 2 : d * 2 + 1
      return {
        name: `bilstm.${d}.${direction}.W`,
        shape: [rows, 8],
        kept: Uint8Array.from({ length: rows * 8 }, (_, i) => Number(kept(layer, Math.floor(i / 8), i % 8))),
      }
    }),
  ).flat()
  return { layers: [{ name: 'char.conv.W', shape: [2, 2], kept: new Uint8Array(4).fill(1) }, ...layers] }
}

describe('units', () => {
  it('have the weights of their gates, of the next step, and of the layer above', () => {
    const [unit] = unitsOf([mask(() => true)])
    // 3 rows · 4 gates; 8 columns of the own recurrent row, 8 of each direction above.
    expect(unit).toMatchObject({ layer: 0, direction: 'forward', index: 0, incomingSize: 12, outgoingSize: 24 })
    expect(unit).toMatchObject({ incoming: [12], outgoing: [24], alone: [36], any: 36 })
    expect(unitsOf([mask(() => true)])).toHaveLength(8)
    expect(unitsOf([mask(() => true)]).at(-1)).toMatchObject({ layer: 1, incomingSize: 24, outgoingSize: 8 })
  })

  it('count what each mask keeps: columns of all gates, rows of the readers', () => {
    // Column 3 is unit 1 of the second gate; row 2 of layer 0 is the recurrent row of unit 1.
    const columns = mask((layer, _, column) => layer === 0 && column === 3, 1)
    const rows = mask((layer, row) => layer === 0 && row === 2, 1)
    const units = unitsOf([columns, rows])
    expect(units[0]).toMatchObject({ incoming: [0, 4], outgoing: [1, 0], alone: [1, 4], any: 5 })
    expect(units[1]).toMatchObject({ incoming: [3, 4], outgoing: [1, 8] })
    // Row 2, column 3 is both incoming and outgoing of unit 1, and both masks keep it.
    expect(units[1]).toMatchObject({ alone: [2, 10], any: 14 })
    expect(units[2]).toMatchObject({ direction: 'backward', incoming: [0, 0], any: 0 })
  })

  it('are read by both directions above: backward units in the second half of the rows', () => {
    const reader = mask((layer, row) => layer === 3 && row === 2)
    const units = unitsOf([reader])
    expect(units.filter(({ layer }) => layer === 0).map(({ outgoing }) => outgoing[0])).toEqual([0, 0, 8, 0])
  })

  it('are exclusive to the subnet that keeps most alone', () => {
    expect(exclusivityOf({ alone: [1, 6], any: 10 })).toEqual({ share: 0.6, subnet: 1 })
    expect(exclusivityOf({ alone: [0, 0], any: 0 }).share).toBe(0)
  })
})

describe('evolution', () => {
  const layer = (...kept: number[]): Mask => ({
    layers: [
      { name: 'a', shape: [4], kept: Uint8Array.from(kept.slice(0, 4)) },
      { name: 'b', shape: [4], kept: Uint8Array.from(kept.slice(4)) },
    ],
  })
  const masks: Record<string, Mask[]> = {
    pos: [layer(1, 1, 1, 1, 1, 1, 1, 1), layer(1, 1, 0, 0, 1, 0, 0, 0)],
    ner: [layer(1, 1, 1, 1, 1, 1, 1, 1), layer(1, 0, 1, 0, 0, 0, 1, 1), layer(1, 0, 0, 0, 0, 0, 0, 1)],
  }
  const infos = Object.entries(masks).flatMap(([task, all]) => all.map((_, round) => ({ task, round })))
  const found = evolutionOf(['pos', 'ner'], infos, (task, round) => masks[task][round])

  it('has densities by task, round and layer', () => {
    expect(found.densities.map(({ task, round }) => `${task} ${round}`)).toEqual([
      ...['pos 0', 'pos 1', 'ner 0', 'ner 1', 'ner 2'],
    ])
    expect(found.densities[1].layers).toEqual([
      { layer: null, density: 3 / 8 },
      { layer: 'a', density: 0.5 },
      { layer: 'b', density: 0.25 },
    ])
  })

  it('has overlaps in the rounds that both have, and by chance', () => {
    expect(found.overlaps.map(({ round }) => round)).toEqual([0, 1])
    expect(found.overlaps[0]).toMatchObject({ tasks: ['pos', 'ner'], overlap: 1, chance: 1 })
    // Both keep one weight of a, none of b; either keeps 3 of a and 3 of b.
    expect(found.overlaps[1].overlap).toBeCloseTo(1 / 6)
    // Expected in both: 4 · ½ · ½ + 4 · ¼ · ½; in either: 4 · (1 − ½ · ½) + 4 · (1 − ¾ · ½).
    expect(found.overlaps[1].chance).toBeCloseTo(1.5 / (3 + 2.5))
    expect(chanceOverlap([masks.pos[1], masks.ner[1]])).toBe(found.overlaps[1].chance)
  })
})
