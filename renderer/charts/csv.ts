/** The data of charts as rows: all of it, not only what the screen can show. No DOM. */
import { labelOf, seriesOf, type AnyLine, type Axes } from './drawing.ts'
import { smoothed } from './smooth.ts'

export type Row = (string | number | null)[]

const X = {
  density: 'density (fraction of the prunable weights kept)',
  epoch: 'epoch',
  step: 'step',
  time: 'training time (s)',
  round: 'round of pruning',
  sentences: 'labelled sentences',
}
const Y = {
  dev: 'dev score (percent)',
  loss: 'loss per token (nats)',
  kept: 'density (percent)',
  overlap: 'overlap ratio',
}

/** One row per point, one line after the other: their x values may differ. */
export function lineRows(lines: readonly AnyLine[], axes: Axes, smoothing = 0): Row[] {
  const hasSpread = lines.some((line) => 'points' in line && line.points.some(({ spread }) => spread !== undefined))
  const head = [
    'line',
    X[axes.x],
    Y[axes.y],
    ...(smoothing === 0 ? [] : [`${Y[axes.y]}, smoothed by ${smoothing}`]),
    ...(hasSpread ? ['standard deviation'] : []),
    'point',
  ]
  return [
    head,
    ...lines.flatMap((line) => {
      const { x, y } = seriesOf(line)
      const smooth = smoothed(seriesOf(line), smoothing).y
      return Array.from(x, (at, i) => [
        ...[line.name, at, y[i], ...(smoothing === 0 ? [] : [smooth[i]])],
        ...(hasSpread ? [('points' in line && line.points[i].spread) || null] : []),
        labelOf(line, i),
      ])
    }),
  ]
}

export function barRows(
  categories: readonly string[],
  series: readonly { name: string; values: readonly number[] }[],
  unit: 'percent' | 'count',
): Row[] {
  const head = ['category', ...series.map(({ name }) => `${name} (${unit})`)]
  return [head, ...categories.map((category, i) => [category, ...series.map(({ values }) => values[i] ?? null)])]
}
