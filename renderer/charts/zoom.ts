/** The zoom window of a chart: cut, zoom, pan. Arithmetic on the axes as drawn; no DOM. */

/** Low and high. */
export type Range = [number, number]

/** The part of a chart that is shown. Null: everything, also as points are added. */
export interface Window {
  x: Range | null
  y: Range | null
}

export interface AxisView {
  range: Range
  log: boolean
}

export const WHOLE: Window = { x: null, y: null }

/** The narrowest range relative to its values: below, numbers run out of digits. */
const CLOSEST = 1e-9

const scaled = (value: number, log: boolean) => (log ? Math.log(value) : value)
const unscaled = (value: number, log: boolean) => (log ? Math.exp(value) : value)

/** The value at a share of the axis, 0 at its lower end, 1 at its upper. */
export function valueAt({ range: [low, high], log }: AxisView, share: number): number {
  const [a, b] = [scaled(low, log), scaled(high, log)]
  return unscaled(a + share * (b - a), log)
}

export function shareOf({ range: [low, high], log }: AxisView, value: number): number {
  const [a, b] = [scaled(low, log), scaled(high, log)]
  return (scaled(value, log) - a) / (b - a)
}

/** The range between two shares of an axis, in either order. */
export function cut(axis: AxisView, a: number, b: number): Range {
  const [low, high] = [valueAt(axis, Math.min(a, b)), valueAt(axis, Math.max(a, b))]
  return high - low > CLOSEST * Math.max(Math.abs(low), Math.abs(high)) ? [low, high] : axis.range
}

/** Zooms in by `factor` (below 1: out) around the point at share `about`, which stays in place. */
export function closer(axis: AxisView, factor: number, about = 0.5): Range {
  return cut(axis, about - about / factor, about + (1 - about) / factor)
}

/** Pans by a share of the visible range. */
export function aside(axis: AxisView, share: number): Range {
  return cut(axis, share, 1 + share)
}

/** Keeps a window within `all`; null where it shows as much or more. */
export function within({ range, log }: AxisView, all: Range): Range | null {
  const axis = { range: all, log }
  const [low, high] = [shareOf(axis, range[0]), shareOf(axis, range[1])]
  if (high - low >= 1 - 1e-6) return null
  const back = low < 0 ? -low : high > 1 ? 1 - high : 0
  return back === 0 ? range : cut(axis, low + back, high + back)
}
