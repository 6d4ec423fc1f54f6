/** Overlap ratios of the chosen subnets: of all masks and of every pair, for the whole network and for each layer. */
import type { OverlapReport, Report } from '../../../shared/runs/report.ts'
import type { Paint } from '../colour.ts'
import { table } from '../table.ts'

export function overlapLines({ overlap, prunable }: Report, width: number, paint: Paint): string[] {
  if (overlap === null) return []
  // Of two tasks, the only pair is "all tasks".
  const withAll = overlap.pairs.length !== 1
  const columns = [
    { title: '\nlayer' },
    ...(withAll ? [{ title: '\nall tasks', align: 'right' as const }] : []),
    ...overlap.pairs.map(({ a, b }) => ({ title: `${a}\n& ${b}`, align: 'right' as const })),
  ]
  const row = (name: string, part: OverlapReport) => [
    name,
    ...(withAll ? [ratio(part.all)] : []),
    ...overlap.pairs.map(({ a, b }) => ratio(part.pairs.find((pair) => pair.a === a && pair.b === b)?.ratio)),
  ]
  const rows = [row('whole network', overlap), ...overlap.layers.map((layer) => row(layer.layer, layer))]
  return [
    paint.bold('Overlap of the subnets: |∩M| / |∪M|'),
    ...table(columns, rows, { width }),
    `Of ${prunable.toLocaleString('en')} prunable weights.`,
  ]
}

function ratio(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3)
}
