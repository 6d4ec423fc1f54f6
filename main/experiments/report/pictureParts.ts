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

/** Scores are percent. A flat line gets one point of room, so that its ticks differ. */
const LEAST_SPAN = 1

/** A score axis around a range, with round numbers and some margin, within 0 to 100. */
export function scoreScale(least: number, most: number): Scale {
  const { low, high } = rangeAround(least, most)
  const y = (score: number) => AREA.bottom - ((AREA.bottom - AREA.top) * (score - low)) / (high - low)
  const { values, digits } = roundNumbers(low, high)
  return {
    y,
    axis: {
      title: 'dev score, percent',
      grid: true,
      ticks: values.map((value) => ({ at: y(value), label: value.toFixed(digits) })),
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

function rangeAround(least: number, most: number): { low: number; high: number } {
  const room = (most - least) * 0.1
  if (most - least + 2 * room >= LEAST_SPAN) return { low: Math.max(least - room, 0), high: Math.min(most + room, 100) }
  const low = Math.min(Math.max((least + most - LEAST_SPAN) / 2, 0), 100 - LEAST_SPAN)
  return { low, high: low + LEAST_SPAN }
}

/** Multiples of 1, 2 or 5 times a power of ten, and the digits after the point that tell them apart. */
function roundNumbers(low: number, high: number): { values: number[]; digits: number } {
  // At least three ticks: a step is at most 2.5 times this.
  const rough = (high - low) / 8
  const power = 10 ** Math.floor(Math.log10(rough))
  // Rounding errors must not drop the tick at an end of the axis.
  const slack = 1e-9
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * (1 - slack))!
  const first = Math.ceil(low / step - slack)
  const last = Math.floor(high / step + slack)
  return {
    values: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step),
    digits: Math.max(0, -Math.floor(Math.log10(step) + slack)),
  }
}
