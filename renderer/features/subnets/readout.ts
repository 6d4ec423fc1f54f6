/** The description of the weight or block under the cursor. No DOM. */
import { has } from '../../../shared/network/combinations.ts'
import { grouped, percent } from '../../../shared/util/format.ts'
import type { LayerPart } from '../../../shared/network/layout.ts'
import { countsAt, type Grid } from './blocks.ts'
import { placed, placeIn } from './drawing.ts'
import type { Group } from './groups.ts'

/** The position of a weight, and the subnets that keep it. */
export function weightText(
  combination: number,
  row: number,
  column: number,
  rows: readonly LayerPart[],
  columns: readonly LayerPart[],
  names: readonly string[],
): string {
  const keepers = names.filter((_, i) => has(combination, i))
  const kept = keepers.length === 0 ? 'kept by no subnet' : `kept by ${keepers.join(', ')}`
  return `Row ${placeIn(rows, row)}, column ${placeIn(columns, column)}: ${kept}`
}

/** The extent of a block, and the number of its weights in each group. */
export function blockText(
  grid: Grid,
  row: number,
  column: number,
  rows: readonly LayerPart[],
  columns: readonly LayerPart[],
  groups: readonly Group[],
): string {
  const { rowEdges, columnEdges, rowBlock, columnBlock } = grid
  const [r, c] = [rowBlock[row], columnBlock[column]]
  const counts = countsAt(grid, r, c)
  const whole = counts.reduce((a, b) => a + b, 0)
  const kept = whole - counts[0]
  const parts = groups.flatMap(({ label }, g) => (g === 0 || counts[g] === 0 ? [] : [`${label} ${counts[g]}`]))
  const inRows = span(rows, rowEdges[r], rowEdges[r + 1])
  const inColumns = span(columns, columnEdges[c], columnEdges[c + 1])
  const share = `${grouped(kept)} of ${grouped(whole)} weights kept (${percent(kept / whole, 1)})`
  return `Rows ${inRows}, columns ${inColumns}: ${[share, ...(parts.length === 0 ? [] : [parts.join(', ')])].join(': ')}`
}

/** "104–107 (char 4–7)": a block lies within one part. */
function span(parts: readonly LayerPart[], from: number, to: number): string {
  const part = placed(parts).find(({ start, end }) => from >= start && from < end)!
  const range = (start: number, end: number) => (end - start === 1 ? String(start) : `${start}–${end - 1}`)
  return `${range(from, to)} (${part.name} ${range(from - part.start, to - part.start)})`
}
