/** A weight matrix by its parts: gate × input block, with the share of weights kept or shared. No DOM. */
import { has, membersOf } from '../../../shared/network/combinations.ts'
import { grouped, percent } from '../../../shared/util/format.ts'
import type { LayerPart } from '../../../shared/network/layout.ts'
import type { Row } from '../../charts/csv.ts'
import type { HeatCell, HeatMap } from '../../charts/heat.ts'
import { gridOf } from './blocks.ts'

/** kept: the share of the weights that each subnet keeps; shared: of the weights kept, by how many subnets. */
export type GateMeasure = 'kept' | 'shared'

export interface GateCounts {
  rows: readonly LayerPart[]
  columns: readonly LayerPart[]
  names: readonly string[]
  /** [row parts, column parts, combinations] weights. */
  counts: Uint32Array
}

/** `kept`: a combination of subnets per weight, row-major. */
export function gateCounts(
  kept: Uint8Array,
  rows: readonly LayerPart[],
  columns: readonly LayerPart[],
  names: readonly string[],
): GateCounts {
  const combinations = 2 ** names.length
  const table = Uint8Array.from({ length: 256 }, (_, c) => c)
  return { rows, columns, names, counts: gridOf(kept, rows, columns, Infinity, table, combinations).counts }
}

interface Column {
  /** The title of its columns. */
  name: string
  counted(combination: number): boolean
  /** What `counted` is a share of. */
  among(combination: number): boolean
}

function columnsOf(measure: GateMeasure, names: readonly string[]): Column[] {
  const n = names.length
  if (measure === 'kept') return names.map((name, i) => ({ name, counted: (c) => has(c, i), among: () => true }))
  const byMembers = (name: string, counted: (members: number) => boolean): Column => ({
    name,
    counted: (c) => counted(membersOf(c)),
    among: (c) => c > 0,
  })
  return [
    byMembers('one alone', (members) => members === 1),
    ...(n > 2 ? [byMembers('several', (members) => members > 1 && members < n)] : []),
    byMembers(n === 2 ? 'both' : 'all', (members) => members === n),
  ]
}

interface Share {
  part: number
  whole: number
}

/** By row part, then group of columns, then column part. */
function sharesOf({ rows, columns, names, counts }: GateCounts, measure: GateMeasure) {
  const combinations = 2 ** names.length
  const groups = columnsOf(measure, names)
  const sum = (at: number, holds: (c: number) => boolean) => {
    let all = 0
    for (let c = 0; c < combinations; c++) if (holds(c)) all += counts[at * combinations + c]
    return all
  }
  const shares = rows.map((_, r) =>
    groups.map(({ counted, among }) =>
      columns.map((__, k): Share => {
        const at = r * columns.length + k
        return { part: sum(at, (c) => among(c) && counted(c)), whole: sum(at, among) }
      }),
    ),
  )
  return { groups, shares }
}

const shareOf = ({ part, whole }: Share) => (whole === 0 ? 0 : part / whole)

export function gateHeat(all: GateCounts, measure: GateMeasure): HeatMap {
  const { rows, columns } = all
  const { groups, shares } = sharesOf(all, measure)
  const whole = measure === 'kept' ? 'weights' : 'kept weights'
  const cell = (share: Share, row: string, column: string, name: string): HeatCell => ({
    share: shareOf(share),
    text: share.whole === 0 ? '' : percent(shareOf(share), 0),
    explanation:
      `${row} → ${column}, ${name}: ${grouped(share.part)} of ${grouped(share.whole)} ${whole} ` +
      `(${percent(shareOf(share), 1)})`,
  })
  return {
    rows: rows.map(({ name }) => name),
    columns: groups.flatMap(({ name }) => columns.map((column) => `${name} · ${column.name}`)),
    cells: shares.map((line, r) =>
      line.flatMap((parts, g) => parts.map((one, k) => cell(one, rows[r].name, columns[k].name, groups[g].name))),
    ),
    rowTitle: 'input',
    columnTitle: measure === 'kept' ? 'share kept, by subnet and gate' : 'kept by, and gate',
  }
}

export function gateRows(all: GateCounts, measure: GateMeasure): Row[] {
  const { groups, shares } = sharesOf(all, measure)
  const head = ['input', 'gate', measure === 'kept' ? 'subnet' : 'kept by', 'weights', 'of', 'share']
  return [
    head,
    ...shares.flatMap((line, r) =>
      line.flatMap((parts, g) =>
        parts.map((one, k) => [
          ...[all.rows[r].name, all.columns[k].name, groups[g].name, one.part, one.whole],
          one.whole === 0 ? null : shareOf(one),
        ]),
      ),
    ),
  ]
}

/** The rows and columns of weights behind a cell of the heat map. */
export function regionOf({ rows, columns }: GateCounts, row: number, column: number) {
  const range = (parts: readonly LayerPart[], index: number): [number, number] => {
    const start = parts.slice(0, index).reduce((sum, { count }) => sum + count, 0)
    return [start, start + parts[index].count]
  }
  return { rows: range(rows, row), columns: range(columns, column % columns.length) }
}
