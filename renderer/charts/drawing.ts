/** From lines to what of them is drawn: smoothed, within the window, no more points than the screen can tell apart. No DOM. */
import { Series } from './columns.ts'
import { decimate, undrawable, type View } from './decimate.ts'
import type { DenseLine, Line } from './series.ts'
import { smoothed } from './smooth.ts'
import type { Range, Window } from './zoom.ts'

export interface Axes {
  x: 'density' | 'epoch' | 'step' | 'time'
  y: 'dev' | 'loss'
  /** Logarithmic; density is, unless this is false. */
  logX?: boolean
  logY?: boolean
}

export type AnyLine = Line | DenseLine

/** A point on its way to Chart.js; `index` is its number in the line. */
export interface DrawnPoint {
  x: number
  y: number
  index: number
}

export interface DrawnLine {
  line: AnyLine
  points: DrawnPoint[]
  /** The line before smoothing, to be drawn faintly behind; empty without smoothing. */
  raw: DrawnPoint[]
}

export interface Drawing {
  lines: DrawnLine[]
  /** Of the x axis; null where there is nothing to draw. */
  x: Range | null
  /** Of the y axis; null: as the points in view need it. */
  y: Range | null
  /** All of x, zoomed or not. */
  all: Range | null
  logX: boolean
  logY: boolean
  /** Points that have no place on a logarithmic axis. */
  dropped: number
}

/** Beyond so many points a redraw gets slow. */
const MOST_POINTS = 14_000

export function seriesOf(line: AnyLine): Series {
  if ('series' in line) return line.series
  let series = columns.get(line)
  if (series === undefined)
    columns.set(
      line,
      (series = new Series(
        line.points.map(({ x }) => x),
        line.points.map(({ y }) => y),
      )),
    )
  return series
}

const columns = new WeakMap<Line, Series>()

export function labelOf(line: AnyLine, index: number): string {
  return 'series' in line ? line.label(index) : line.points[index].label
}

/** width: pixels that the lines have; smoothing: weight of the past, 0 for none. */
export function drawingOf(
  lines: readonly AnyLine[],
  axes: Axes,
  window: Window,
  width: number,
  smoothing = 0,
): Drawing {
  const logX = axes.logX ?? axes.x === 'density'
  const logY = axes.logY ?? false
  const all = extent(lines.map(seriesOf), logX)
  const x = window.x ?? (all === null ? null : framed(all, axes, logX))
  if (x === null) return { lines: [], x, y: window.y, all, logX, logY, dropped: 0 }
  const view: View = { min: x[0], max: x[1], logX, logY }
  const curves = lines.length * (smoothing === 0 ? 1 : 2)
  const buckets = Math.max(50, Math.min(Math.round(width), Math.floor(MOST_POINTS / (2 * curves))))
  return {
    lines: lines.map((line) => {
      const series = seriesOf(line)
      return {
        line,
        points: points(smoothed(series, smoothing), view, buckets),
        raw: smoothing === 0 ? [] : points(series, view, buckets),
      }
    }),
    x,
    y: window.y,
    all: framed(all ?? x, axes, logX),
    logX,
    logY,
    dropped: lines.reduce((sum, line) => sum + undrawable(seriesOf(line), view), 0),
  }
}

function points(series: Series, view: View, buckets: number): DrawnPoint[] {
  const { x, y } = series
  return decimate(series, view, buckets).map((index) => ({ x: x[index], y: y[index], index }))
}

/** From the lowest x that can be drawn to the highest, over all lines; null where there is none. */
function extent(all: readonly Series[], log: boolean): Range | null {
  let [low, high] = [Infinity, -Infinity]
  for (const { x, ascending, length } of all) {
    // Of an ascending line the ends say it all; on a logarithmic axis its first value may have no place.
    const ends = ascending && length > 0 && (!log || x[0] > 0) ? [x[0], x[length - 1]] : x
    for (const value of ends) {
      if (log && value <= 0) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low > high ? null : [low, high]
}

/** The frame around all points: epochs and time from their beginning, densities up to dense. */
function framed([low, high]: Range, { x }: Axes, log: boolean): Range {
  if (x === 'density') return [low * (log ? 0.95 : 1) - (log ? 0 : 0.02), Math.max(1, high)]
  const from = log ? low : x === 'epoch' ? (low < 1 ? 0 : 1) : 0
  return high > from ? [from, high] : log ? [from * 0.9, from * 1.1] : [from, from + 1]
}
