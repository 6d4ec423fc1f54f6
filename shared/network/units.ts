/**
 * What each subnet keeps of the hidden units of the BiLSTM. A unit's incoming weights are its columns of the four gates;
 * its outgoing weights are its rows in what reads it: the recurrent rows of its own direction, and the rows of both
 * directions of the layer above. Heads are not pruned and not counted.
 */
import { keptBy } from './combinations.ts'
import type { Mask } from './mask.ts'
import { bilstmName } from './parameters.ts'

/** Weights of one unit. Arrays have one entry per subnet. */
export interface UnitCounts {
  layer: number
  direction: 'forward' | 'backward'
  /** From 0, within its direction. */
  index: number
  /** All incoming and outgoing weights, kept or not. */
  incomingSize: number
  outgoingSize: number
  incoming: number[]
  outgoing: number[]
  /** Weights, incoming and outgoing, that this subnet keeps and no other. */
  alone: number[]
  /** Weights that at least one subnet keeps. */
  any: number
}

/** By layer, forward before backward, then index. All masks must have the same layers; at most eight. */
export function unitsOf(masks: readonly Mask[]): UnitCounts[] {
  const layers = new Map(masks[0].layers.map((layer, l) => [layer.name, { ...layer, l }]))
  const find = (layer: number, direction: UnitCounts['direction']) => layers.get(`${bilstmName(layer, direction)}.W`)
  const units: UnitCounts[] = []
  for (let layer = 0; find(layer, 'forward') !== undefined; layer++) {
    for (const direction of ['forward', 'backward'] as const) {
      const { l, shape } = find(layer, direction)!
      const [rows, columns] = shape
      const H = columns / 4
      const above = (['forward', 'backward'] as const).flatMap((reader) => find(layer + 1, reader) ?? [])
      const readRow = (index: number) => (direction === 'forward' ? index : H + index)
      for (let index = 0; index < H; index++) {
        const incoming = counter(masks)
        for (let row = 0; row < rows; row++)
          for (let gate = 0; gate < 4; gate++) incoming.add(l, row * columns + gate * H + index)
        const outgoing = counter(masks)
        outgoing.addRow(l, (rows - H + index) * columns, columns)
        for (const reader of above) outgoing.addRow(reader.l, readRow(index) * reader.shape[1], reader.shape[1])
        units.push({ layer, direction, index, ...totals(incoming.counts, outgoing.counts, masks.length) })
      }
    }
  }
  return units
}

/** Counts weights by the combination of masks that keep them. */
function counter(masks: readonly Mask[]) {
  const counts = new Array<number>(2 ** masks.length).fill(0)
  const add = (l: number, at: number) => {
    let combination = 0
    for (let m = 0; m < masks.length; m++) combination |= masks[m].layers[l].kept[at] << m
    counts[combination]++
  }
  return {
    counts,
    add,
    addRow: (l: number, from: number, length: number) => {
      for (let at = from; at < from + length; at++) add(l, at)
    },
  }
}

function totals(incoming: number[], outgoing: number[], n: number) {
  const each = (of: (subnet: number) => number) => Array.from({ length: n }, (_, subnet) => of(subnet))
  const size = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
  return {
    incomingSize: size(incoming),
    outgoingSize: size(outgoing),
    incoming: each((subnet) => keptBy(incoming, subnet)),
    outgoing: each((subnet) => keptBy(outgoing, subnet)),
    alone: each((subnet) => incoming[1 << subnet] + outgoing[1 << subnet]),
    any: size(incoming) - incoming[0] + size(outgoing) - outgoing[0],
  }
}

/**
 * How exclusive a unit is: of its weights that any subnet keeps, the largest share that one subnet keeps alone; 0 where
 * none keeps any. `subnet`: that one.
 */
export function exclusivityOf({ alone, any }: Pick<UnitCounts, 'alone' | 'any'>): { share: number; subnet: number } {
  const most = Math.max(...alone)
  return { share: any === 0 ? 0 : most / any, subnet: alone.indexOf(most) }
}
