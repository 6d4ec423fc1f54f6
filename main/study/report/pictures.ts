/** The report's pictures: dev score against density, a picture a task. */
import { percent } from '../../../shared/format.ts'
import type { Plot, PlotAxis, PlotLine } from '../../../shared/plot.ts'
import { svgOf } from '../../../shared/svg.ts'
import type { StudyReport, SubnetReport, VariantReport } from '../figures.ts'

export interface Picture {
  file: string
  title: string
  svg: string
}

const AREA = { left: 64, top: 12, right: 620, bottom: 250 }
const COLOURS = { ground: '#ffffff', text: '#1b2130', faint: '#5a6478', grid: '#dfe3ea' }
const LINE = '#2f6fdf'

export function pictures({ variants }: StudyReport): Picture[] {
  return variants.flatMap((variant) => variant.subnets.map((subnet) => densityPicture(variant, subnet)))
}

/** Density on a scale of equal factors, from dense to sparse, as every round prunes by the same one. The mean, and one deviation about it. */
function densityPicture({ variant }: VariantReport, { task, rounds, chosen }: SubnetReport): Picture {
  const title = `${task}: dev score against density${variant === null ? '' : `, ${variant}`}`
  const lowest = Math.min(...rounds.map(({ density }) => density), 0.99)
  const x = (density: number) => AREA.left + ((AREA.right - AREA.left) * Math.log(density)) / Math.log(lowest)
  const bounds = rounds.flatMap(({ dev }) => [dev.mean - (dev.deviation ?? 0), dev.mean + (dev.deviation ?? 0)])
  const scale = scaleOf(Math.min(...bounds), Math.max(...bounds))
  const y = (score: number) => AREA.bottom - ((AREA.bottom - AREA.top) * (score - scale.low)) / (scale.high - scale.low)
  const marked = (round: number) => chosen.some((one) => one.round === round)
  const bar = (d: number, from: number, to: number): PlotLine => ({ colour: LINE, width: 1, opacity: 0.6, dash: [], points: [[x(d), y(from)], [x(d), y(to)]], dots: [] })
  const plot: Plot = {
    title, width: 640, height: 300, area: AREA, colours: COLOURS,
    x: { title: 'density: weights kept', grid: true, ticks: labelled(rounds.map(({ density }) => ({ at: x(density), label: percent(density, 0) }))) },
    y: { title: 'dev score, percent', grid: true, ticks: scale.ticks.map((value) => ({ at: y(value), label: String(Number(value.toFixed(2))) })) },
    legend: [{ name: 'mean over seeds, ± one standard deviation', colour: LINE, dash: [], shape: 'circle' }, { name: 'large: chosen by a seed', colour: LINE, dash: [], shape: 'circle' }],
    lines: [
      ...rounds.flatMap(({ density, dev }) => (dev.deviation === null ? [] : [bar(density, dev.mean - dev.deviation, dev.mean + dev.deviation)])),
      {
        colour: LINE, width: 2, opacity: 1, dash: [], points: rounds.map(({ density, dev }) => [x(density), y(dev.mean)]),
        dots: rounds.map(({ round, density, dev }) => ({ x: x(density), y: y(dev.mean), radius: marked(round) ? 6 : 3, shape: 'circle', ring: marked(round) ? COLOURS.ground : null })),
      },
    ],
    bars: [],
  }
  return { file: `density-${[task, ...(variant === null ? [] : [variant])].join('-').replace(/[^\w.-]+/g, '-')}.svg`, title, svg: svgOf(plot) }
}

/** Labels that would run into each other are left out; their grid lines stay. */
function labelled(ticks: PlotAxis['ticks']): PlotAxis['ticks'] {
  let free = -Infinity
  return ticks.map(({ at, label }) => {
    if (at < free) return { at, label: '' }
    free = at + 42
    return { at, label }
  })
}

/** Round numbers about a range, and some room. */
function scaleOf(least: number, most: number): { low: number; high: number; ticks: number[] } {
  const room = Math.max(most - least, 0.1) * 0.1
  const [low, high] = [least - room, most + room]
  const rough = (high - low) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!
  const first = Math.ceil(low / step)
  return { low, high, ticks: Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step) }
}
