/** A part of a weight matrix as rows for a CSV file. No DOM. */
import { has } from '../../../shared/network/combinations.ts'
import type { LayerPart } from '../../../shared/network/layout.ts'
import { placeIn, type Region } from './drawing.ts'

/**
 * One row per weight of the region, with 1 for each subnet that keeps it. `kept`: a combination of subnets per weight,
 * row-major.
 */
export function weightRows(
  kept: Uint8Array,
  rows: readonly LayerPart[],
  columns: readonly LayerPart[],
  region: Region,
  names: readonly string[],
): (string | number)[][] {
  const width = columns.reduce((sum, { count }) => sum + count, 0)
  const lines: (string | number)[][] = [['row', 'column', 'row is', 'column is', ...names]]
  for (let r = region.rows[0]; r < region.rows[1]; r++) {
    for (let c = region.columns[0]; c < region.columns[1]; c++) {
      const keepers = names.map((_, i) => Number(has(kept[r * width + c], i)))
      lines.push([r, c, placeIn(rows, r), placeIn(columns, c), ...keepers])
    }
  }
  return lines
}
