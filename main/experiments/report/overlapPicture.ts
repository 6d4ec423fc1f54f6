/** Overlap of the chosen subnets, pair by pair, beside that of random masks of the same densities. */
import type { Plot, PlotBar, PlotLine } from '../../../shared/util/plot.ts'
import type { Spread } from '../../../shared/util/spread.ts'
import { svgOf } from '../../../shared/util/svg.ts'
import type { VariantReport } from '../figures.ts'
import { AREA, FRAME, type Picture } from './pictureParts.ts'

const SUBNETS = '#2f6fdf'
const CHANCE = '#b6bdca'
/** Of the room of a pair, which the two bars take together. */
const BARS = 0.5
/** Width of a letter of the labels, in pixels. */
const LETTER = 6.5

/** Overlap ratio from 0 to 1, the mean ± one standard deviation over seeds. Null if no two tasks have a subnet. */
export function overlapPicture({ variant, overlaps }: VariantReport): Picture | null {
  if (overlaps.length === 0) return null
  const title = `overlap of the chosen subnets${variant === null ? '' : `, ${variant}`}`
  const longest = Math.max(...overlaps.map(({ a, b }) => `${a} & ${b}`.length))
  // The picture grows with the pairs, so that their names do not overlap.
  const room = Math.max((AREA.right - AREA.left) / overlaps.length, longest * LETTER + 12)
  const right = AREA.left + room * overlaps.length
  const width = Math.min((room * BARS) / 2, 60)
  const y = (ratio: number) => AREA.bottom - (AREA.bottom - AREA.top) * ratio
  const middle = (pair: number) => AREA.left + room * (pair + 0.5)
  const bar = (left: number, { mean }: Spread, colour: string, name: string): PlotBar => ({
    colour,
    left,
    top: y(mean),
    width,
    height: AREA.bottom - y(mean),
    text: `${name}: ${mean.toFixed(3)}`,
  })
  const deviation = (x: number, { mean, deviation }: Spread): PlotLine[] =>
    deviation === null
      ? []
      : [
          {
            colour: FRAME.colours.text,
            width: 1.5,
            opacity: 1,
            dash: [],
            points: [
              [x, y(Math.min(mean + deviation, 1))],
              [x, y(Math.max(mean - deviation, 0))],
            ],
            dots: [],
          },
        ]
  const plot: Plot = {
    ...FRAME,
    width: FRAME.width + right - AREA.right,
    area: { ...AREA, right },
    title,
    x: {
      title: 'pair of tasks',
      grid: false,
      ticks: overlaps.map(({ a, b }, pair) => ({ at: middle(pair), label: `${a} & ${b}` })),
    },
    y: {
      title: 'overlap ratio',
      grid: true,
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => ({ at: y(value), label: String(value) })),
    },
    legend: [
      { name: 'chosen subnets', colour: SUBNETS, dash: [], shape: 'bar' },
      { name: 'random masks of the same densities', colour: CHANCE, dash: [], shape: 'bar' },
    ],
    lines: overlaps.flatMap(({ ratio }, pair) => deviation(middle(pair) - width / 2, ratio)),
    bars: overlaps.flatMap(({ a, b, ratio, chance }, pair) => [
      bar(middle(pair) - width, ratio, SUBNETS, `${a} & ${b}`),
      bar(middle(pair), chance, CHANCE, `${a} & ${b} by chance`),
    ]),
  }
  return {
    file: variant === null ? 'overlap.svg' : `overlap-${variant.replace(/[^\w.-]+/g, '-')}.svg`,
    title,
    svg: svgOf(plot),
  }
}
