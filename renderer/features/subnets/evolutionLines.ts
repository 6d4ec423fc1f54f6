/** Densities and overlaps over the rounds, of one run or as mean ± sd of several, as lines. No DOM. */
import type { Evolution } from '../../../shared/network/evolution.ts'
import type { Line, LineColour, Point } from '../../charts/series.ts'
import { shortLayer } from './measures.ts'

/** Of one round in one run. */
interface Value {
  round: number
  value: number
}

/** The mean over the runs that have a round; with two or more, the standard deviation of the sample too. */
export function meanPoints(runs: readonly (readonly Value[])[], text: (value: number) => string): Point[] {
  const rounds = [...new Set(runs.flatMap((values) => values.map(({ round }) => round)))].toSorted((a, b) => a - b)
  return rounds.map((round) => {
    const values = runs.flatMap((one) => one.filter((value) => value.round === round).map(({ value }) => value))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const point = { x: round, y: mean, marked: false }
    if (runs.length === 1) return { ...point, label: `round ${round}` }
    if (values.length === 1) return { ...point, label: `round ${round}, 1 run` }
    const spread = Math.sqrt(square / (values.length - 1))
    return { ...point, spread, label: `round ${round}, ± ${text(spread)}, ${values.length} runs` }
  })
}

const percentText = (value: number) => value.toFixed(2)
const ratioText = (value: number) => value.toFixed(3)

/** `task` null: the whole network, one line per task; else one line per layer. In percent. */
export function densityLines(runs: readonly Evolution[], tasks: readonly string[], task: string | null): Line[] {
  const valuesOf = (name: string, layer: string | null) =>
    runs.map(({ densities }) =>
      densities
        .filter((one) => one.task === name)
        .flatMap(({ round, layers }) =>
          layers.filter((one) => one.layer === layer).map(({ density }) => ({ round, value: 100 * density })),
        ),
    )
  const line = (name: string, colour: LineColour, values: Value[][]): Line => ({
    ...{ name, colour },
    points: meanPoints(values, percentText),
  })
  if (task === null) return tasks.map((name, t) => line(name, { task: t }, valuesOf(name, null)))
  const layers = layersOf(runs)
  return layers.map((layer, l) => line(shortLayer(layer), { task: l }, valuesOf(task, layer)))
}

function layersOf(runs: readonly Evolution[]): string[] {
  return (runs[0]?.densities[0]?.layers ?? []).flatMap(({ layer }) => layer ?? [])
}

/** Two lines per pair of tasks: what was found, and dashed what chance would give at the same densities. */
export function overlapLines(runs: readonly Evolution[]): Line[] {
  const pairs = [...new Set(runs.flatMap(({ overlaps }) => overlaps.map(({ tasks }) => JSON.stringify(tasks))))]
  return pairs.flatMap((key, p) => {
    const name = (JSON.parse(key) as string[]).join(' & ')
    const valuesOf = (measure: 'overlap' | 'chance') =>
      runs.map(({ overlaps }) =>
        overlaps
          .filter(({ tasks }) => JSON.stringify(tasks) === key)
          .map((one) => ({ round: one.round, value: one[measure] })),
      )
    const colour = { task: p }
    return [
      { name, colour, stroke: 0, points: meanPoints(valuesOf('overlap'), ratioText) },
      { name: `${name}, by chance`, colour, stroke: 1, points: meanPoints(valuesOf('chance'), ratioText) },
    ]
  })
}
