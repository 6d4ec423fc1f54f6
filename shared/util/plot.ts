/**
 * A chart as plain shapes in pixels: the input of the SVG writer, independent of the library that draws on the screen.
 * No DOM.
 */

/** The shape of a point. Same names as in Chart.js. */
export type Shape = 'circle' | 'rectRot' | 'triangle' | 'rect'

export interface Plot {
  title: string
  width: number
  height: number
  area: { left: number; top: number; right: number; bottom: number }
  colours: { ground: string; text: string; faint: string; grid: string }
  x: PlotAxis
  y: PlotAxis
  legend: { name: string; colour: string; dash: number[]; shape: Shape | 'line' | 'bar' }[]
  lines: PlotLine[]
  bars: PlotBar[]
}

export interface PlotAxis {
  title: string
  /** `at` in pixels. */
  ticks: { at: number; label: string }[]
  /** Whether its ticks have lines across the chart. */
  grid: boolean
}

export interface PlotLine {
  colour: string
  width: number
  opacity: number
  dash: number[]
  points: [x: number, y: number][]
  dots: { x: number; y: number; radius: number; shape: Shape; ring: string | null }[]
}

export interface PlotBar {
  colour: string
  left: number
  top: number
  width: number
  height: number
  /** Its description, e.g. "NOUN: 1,234". */
  text: string
}
