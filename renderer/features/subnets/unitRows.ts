/** The hidden units of the BiLSTM with what each subnet keeps of them, sorted. No DOM. */
import { exclusivityOf, type UnitCounts } from '../../../shared/network/units.ts'
import type { UnitWords } from '../../../shared/protocol/requests/masks.ts'
import { percent } from '../../../shared/util/format.ts'
import type { Row } from '../../charts/csv.ts'
import type { HeatMap } from '../../charts/heat.ts'

export interface UnitRow extends UnitCounts {
  /** "forward 12", with the layer where there are several. */
  name: string
  exclusivity: { share: number; subnet: number }
}

/** A column to sort by. `subnet`: its number. */
export type UnitSort = { by: 'exclusive' } | { by: 'unit' } | { by: 'incoming' | 'outgoing'; subnet: number }

export function unitRows(units: readonly UnitCounts[]): UnitRow[] {
  const isDeep = units.some(({ layer }) => layer > 0)
  return units.map((unit) => ({
    ...unit,
    name: `${isDeep ? `layer ${unit.layer}, ` : ''}${unit.direction} ${unit.index}`,
    exclusivity: exclusivityOf(unit),
  }))
}

/** By the largest value first; equal ones, and `unit`, in the order of the network. */
export function sortedUnits(rows: readonly UnitRow[], sort: UnitSort): UnitRow[] {
  if (sort.by === 'unit') return [...rows]
  const value = (row: UnitRow) =>
    sort.by === 'exclusive' ? row.exclusivity.share : densityOf(row, sort.by, sort.subnet)
  return rows.toSorted((a, b) => value(b) - value(a))
}

export function densityOf(row: UnitCounts, side: 'incoming' | 'outgoing', subnet: number): number {
  const size = side === 'incoming' ? row.incomingSize : row.outgoingSize
  return size === 0 ? 0 : row[side][subnet] / size
}

/** The words of a unit; none while they are not known. */
export function wordsOfUnit(words: UnitWords | null, { layer, direction, index }: UnitCounts) {
  const units = words?.layers[layer]
  return units?.[direction === 'forward' ? index : units.length / 2 + index] ?? []
}

const SIDES = ['incoming', 'outgoing'] as const

export function unitTable(rows: readonly UnitRow[], names: readonly string[], words: UnitWords | null): Row[] {
  const head = [
    ...['unit', 'layer', 'direction', 'index', 'exclusive', 'exclusive to'],
    ...names.flatMap((name) => SIDES.map((side) => `${name} ${side} (density)`)),
    ...(words === null ? [] : [`most active on (under the subnet of ${words.task})`]),
  ]
  return [
    head,
    ...rows.map((row): Row => [
      ...[row.name, row.layer, row.direction, row.index, row.exclusivity.share],
      row.exclusivity.share === 0 ? '' : names[row.exclusivity.subnet],
      ...names.flatMap((_, subnet) => SIDES.map((side) => densityOf(row, side, subnet))),
      ...(words === null
        ? []
        : [
            wordsOfUnit(words, row)
              .map(({ word }) => word)
              .join(' '),
          ]),
    ]),
  ]
}

export function unitHeat(rows: readonly UnitRow[], names: readonly string[]): HeatMap {
  const cell = (row: UnitRow, side: (typeof SIDES)[number], subnet: number) => {
    const share = densityOf(row, side, subnet)
    const text = percent(share, 0)
    return { share, text, explanation: `${row.name}: ${names[subnet]} keeps ${text} of its ${side} weights` }
  }
  return {
    rows: rows.map(({ name }) => name),
    columns: names.flatMap((name) => SIDES.map((side) => `${name} ${side}`)),
    cells: rows.map((row) => names.flatMap((_, subnet) => SIDES.map((side) => cell(row, side, subnet)))),
    rowTitle: 'unit',
    columnTitle: 'share of its weights kept',
  }
}
