/** What is drawn of the lines: smoothed, within the zoom window, no more points than the screen can resolve. No DOM. */
import { Series } from './columns.ts'
import { decimate, undrawable, type View } from './decimate.ts'
import type { DenseLine, Line } from './series.ts'
import { smoothed } from './smooth.ts'
import type { Range, Window } from './zoom.ts'

export interface Axes {
  x: 'density' | 'epoch' | 'step' | 'time' | 'round' | 'sentences'
  y: 'dev' | 'loss' | 'kept' | 'overlap'
  /** Logarithmic; density is, unless this is false. */
  logX?: boolean
  logY?: boolean
}

export type AnyLine = Line | DenseLine

/** A point for Chart.js; `index` is its number in the line. */
export interface DrawnPoint {
  x: number
  y: number
  index: number
}

export interface DrawnLine {
  line: AnyLine
  points: DrawnPoint[]
  /** The line before smoothing, drawn faintly behind; empty without smoothing. */
  raw: DrawnPoint[]
}

export interface Drawing {
  lines: DrawnLine[]
  /** Of the x axis; null where there is nothing to draw. */
  x: Range | null
  /** Of the y axis; null: as the visible points need it. */
  y: Range | null
  /** All of x, zoomed or not. */
  all: Range | null
  logX: boolean
  logY: boolean
  /** The number of points that a logarithmic axis cannot show. */
  dropped: number
}

/** With more points, a redraw is slow. */
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

/** width: of the plot, in pixels; smoothing: weight of the past, 0 for none. */
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

/** From the lowest drawable x to the highest, over all lines; null where there is none. */
function extent(all: readonly Series[], log: boolean): Range | null {
  let [low, high] = [Infinity, -Infinity]
  for (const { x, ascending, length } of all) {
    // The ends of an ascending line suffice, unless a logarithmic axis cannot show its first value.
    const ends = ascending && length > 0 && (!log || x[0] > 0) ? [x[0], x[length - 1]] : x
    for (const value of ends) {
      if (log && value <= 0) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low > high ? null : [low, high]
}

/** The range around all points: epochs and time from their start, densities up to 1. */
function framed([low, high]: Range, { x }: Axes, log: boolean): Range {
  if (x === 'density') return [low * (log ? 0.95 : 1) - (log ? 0 : 0.02), Math.max(1, high)]
  if (x === 'round') return [0, Math.max(1, high)]
  const from = log ? low : x === 'epoch' ? (low < 1 ? 0 : 1) : 0
  return high > from ? [from, high] : log ? [from * 0.9, from * 1.1] : [from, from + 1]
}
