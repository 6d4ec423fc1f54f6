/** Which points of a long line a screen can resolve. No DOM. */
import type { Series } from './columns.ts'
import { countBelow, countUpTo } from './search.ts'

/** The visible part of a line. A logarithmic axis cannot show values at or below 0. */
export interface View {
  /** Of x, inclusive. */
  min: number
  max: number
  logX: boolean
  logY: boolean
}

/**
 * Indices of the points to draw, ascending: all within the view and one beyond on either side, so that lines leave the
 * frame at the right slope. More than two points per bucket are thinned to the lowest and the highest of each bucket;
 * the first and the last are kept too. Lines whose x decreases somewhere are short and are returned whole.
 */
export function decimate(series: Series, view: View, buckets: number): number[] {
  const [from, to] = series.ascending ? within(series.x, view.min, view.max) : [0, series.length]
  if (!series.ascending || to - from <= 2 * buckets) return drawable(series, view, from, to)
  return extremes(series, view, from, to, buckets)
}

/** The number of points that a logarithmic axis cannot show. */
export function undrawable(series: Series, { logX, logY }: Pick<View, 'logX' | 'logY'>): number {
  if (!logX && !logY) return 0
  const { x, y } = series
  let count = 0
  for (let i = 0; i < x.length; i++) if ((logX && x[i] <= 0) || (logY && y[i] <= 0)) count++
  return count
}

function within(x: Float64Array, min: number, max: number): [number, number] {
  return [Math.max(0, countBelow(x, min) - 1), Math.min(x.length, countUpTo(x, max) + 1)]
}

function drawable({ x, y }: Series, { logX, logY }: View, from: number, to: number): number[] {
  const numbers: number[] = []
  for (let i = from; i < to; i++) if ((!logX || x[i] > 0) && (!logY || !(y[i] <= 0))) numbers.push(i)
  return numbers
}

function extremes(
  { x, y }: Series,
  { min, max, logX, logY }: View,
  from: number,
  to: number,
  buckets: number,
): number[] {
  const place = logX ? Math.log : (value: number) => value
  const start = place(logX && min <= 0 ? Number.MIN_VALUE : min)
  const perUnit = buckets / (place(max) - start)
  const numbers: number[] = []
  let bucket = -Infinity
  let first = -1
  let low = -1
  let high = -1
  let last = -1
  const close = () => {
    if (first < 0) return
    for (const i of low < high ? [low, high] : [high, low]) if (i !== numbers.at(-1)) numbers.push(i)
  }
  for (let i = from; i < to; i++) {
    if ((logX && x[i] <= 0) || (logY && y[i] <= 0)) continue
    const at = Math.floor((place(x[i]) - start) * perUnit)
    if (at !== bucket || first < 0) {
      close()
      if (numbers.length === 0 && first < 0) numbers.push(i)
      bucket = at
      first = low = high = i
    } else {
      // NaN is replaced by the first number.
      if (y[i] < y[low] || Number.isNaN(y[low])) low = i
      if (y[i] > y[high] || Number.isNaN(y[high])) high = i
    }
    last = i
  }
  close()
  if (last >= 0 && numbers.at(-1) !== last) numbers.push(last)
  return numbers
}
