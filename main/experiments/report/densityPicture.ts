/** Dev score against density: one picture per task. */
import { percent } from '../../../shared/util/format.ts'
import type { Plot, PlotLine } from '../../../shared/util/plot.ts'
import { svgOf } from '../../../shared/util/svg.ts'
import type { Spread } from '../../../shared/util/spread.ts'
import type { SubnetReport } from '../../../shared/runs/experiments.ts'
import type { VariantReport } from '../figures.ts'
import { AREA, FRAME, labelled, pictureFile, scoreScale, type Picture } from './pictureParts.ts'

const LINE = '#2f6fdf'

/** Density on a logarithmic axis, for each round prunes by the same factor. The mean ± one standard deviation. */
export function densityPicture({ variant }: VariantReport, { task, rounds, chosen }: SubnetReport): Picture {
  const title = `${task}: dev score against density${variant === null ? '' : `, ${variant}`}`
  const lowest = Math.min(...rounds.map(({ density }) => density), 0.99)
  const x = (density: number) => AREA.left + ((AREA.right - AREA.left) * Math.log(density)) / Math.log(lowest)
  const ends = ({ mean, deviation }: Spread): [number, number] => [
    Math.max(mean - (deviation ?? 0), 0),
    Math.min(mean + (deviation ?? 0), 100),
  ]
  const bounds = rounds.flatMap(({ dev }) => ends(dev))
  const { y, axis } = scoreScale(Math.min(...bounds), Math.max(...bounds))
  const marked = (round: number) => chosen.some((one) => one.round === round)
  const bar = (d: number, [from, to]: [number, number]): PlotLine => ({
    colour: LINE,
    width: 1,
    opacity: 0.6,
    dash: [],
    points: [
      [x(d), y(from)],
      [x(d), y(to)],
    ],
    dots: [],
  })
  const plot: Plot = {
    ...FRAME,
    title,
    x: {
      title: 'density: weights kept',
      grid: true,
      ticks: labelled(rounds.map(({ density }) => ({ at: x(density), label: percent(density, 0) }))),
    },
    y: axis,
    legend: [
      { name: 'mean over seeds, ± one standard deviation', colour: LINE, dash: [], shape: 'circle' },
      { name: 'large: chosen by a seed', colour: LINE, dash: [], shape: 'circle' },
    ],
    lines: [
      ...rounds.flatMap(({ density, dev }) => (dev.deviation === null ? [] : [bar(density, ends(dev))])),
      {
        colour: LINE,
        width: 2,
        opacity: 1,
        dash: [],
        points: rounds.map(({ density, dev }) => [x(density), y(dev.mean)]),
        dots: rounds.map(({ round, density, dev }) => ({
          x: x(density),
          y: y(dev.mean),
          radius: marked(round) ? 6 : 3,
          shape: 'circle',
          ring: marked(round) ? FRAME.colours.ground : null,
        })),
      },
    ],
  }
  return { file: pictureFile('density', task, variant), title, svg: svgOf(plot) }
}
