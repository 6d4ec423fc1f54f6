/** Common parts of the report's pictures. */
import type { Plot, PlotAxis } from '../../../shared/util/plot.ts'

export interface Picture {
  file: string
  title: string
  svg: string
}

/** The frame of every picture. */
export const AREA = { left: 64, top: 12, right: 620, bottom: 250 }
const COLOURS = { ground: '#ffffff', text: '#1b2130', faint: '#5a6478', grid: '#dfe3ea' }
export const FRAME = { width: 640, height: 300, area: AREA, colours: COLOURS, bars: [] } satisfies Partial<Plot>

export interface Scale {
  /** The position of a score, in pixels. */
  y(score: number): number
  axis: PlotAxis
}

/** A score axis around a range, with round numbers and some margin. */
export function scoreScale(least: number, most: number): Scale {
  const { low, high, ticks } = scaleOf(least, most)
  const y = (score: number) => AREA.bottom - ((AREA.bottom - AREA.top) * (score - low)) / (high - low)
  return {
    y,
    axis: {
      title: 'dev score, percent',
      grid: true,
      ticks: ticks.map((value) => ({ at: y(value), label: String(Number(value.toFixed(2))) })),
    },
  }
}

/** A file name from the letters and digits of a text. */
export function pictureFile(kind: string, task: string, variant: string | null): string {
  return `${kind}-${[task, ...(variant === null ? [] : [variant])].join('-').replace(/[^\w.-]+/g, '-')}.svg`
}

/** Leaves out labels that would overlap; their grid lines stay. */
export function labelled(ticks: PlotAxis['ticks']): PlotAxis['ticks'] {
  let free = -Infinity
  return ticks.map(({ at, label }) => {
    if (at < free) return { at, label: '' }
    free = at + 42
    return { at, label }
  })
}

function scaleOf(least: number, most: number): { low: number; high: number; ticks: number[] } {
  const room = Math.max(most - least, 0.1) * 0.1
  const [low, high] = [least - room, most + room]
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!
  const first = Math.ceil(low / step)
  return { low, high, ticks: Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step) }
}
