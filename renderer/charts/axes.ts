/** The axes of line charts as Chart.js takes them: titles with units, readable ticks. */
import type { ChartConfiguration } from 'chart.js'
import { grouped } from '../../shared/util/format.ts'
import type { Axes, Drawing, DrawnPoint } from './drawing.ts'
import type { Theme } from './theme.ts'
import type { Range } from './zoom.ts'

export type Scale = NonNullable<NonNullable<ChartConfiguration<'line', DrawnPoint[]>['options']>['scales']>[string]

export const FONT = { family: 'system-ui, sans-serif', size: 12 }

/** Densities that make readable ticks, on an axis that runs from dense to sparse in equal factors. */
const DENSITY_TICKS = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01]
const TIME_UNITS = [
  { name: 's', seconds: 1, upTo: 180 },
  { name: 'min', seconds: 60, upTo: 10_800 },
  { name: 'h', seconds: 3600, upTo: Infinity },
]
/** About so many ticks on an axis of time. */
const TIME_TICKS = 7

export function xScale(drawing: Drawing, { x }: Axes, theme: Theme): Scale {
  const range: Range = drawing.x ?? [drawing.logX ? 1 : 0, drawing.logX ? 10 : 1]
  const unit = TIME_UNITS.find(({ upTo }) => range[1] <= upTo)!
  const title = { density: 'density: weights kept', epoch: 'epoch', step: 'step', time: `training time, ${unit.name}` }[
    x
  ]
  const label: Record<Axes['x'], (value: number) => string> = {
    density: (value) => `${Number((100 * value).toPrecision(3))} %`,
    epoch: plain,
    step: (value) => (Number.isInteger(value) ? grouped(value) : plain(value)),
    time: (value) => plain(value / unit.seconds),
  }
  const base = scale(title, theme, drawing.logX, label[x])
  const ticks =
    x === 'density'
      ? densityTicks(drawing, range)
      : x === 'time' && !drawing.logX
        ? evenTicks(range, unit.seconds)
        : null
  // The last point is seldom a round number: no tick of its own.
  Object.assign(base.ticks, { includeBounds: drawing.logX })
  // Scores come at the ends of epochs, losses in between too.
  if (x === 'epoch' && range[0] >= 1 && !drawing.logX) Object.assign(base.ticks, { precision: 0 })
  return {
    ...base,
    min: range[0],
    max: range[1],
    reverse: x === 'density',
    ...(ticks !== null && {
      afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
        axis.ticks = ticks.map((value) => ({ value }))
      },
    }),
  }
}

export function yScale({ y, logY, lines }: Drawing, { y: measure }: Axes, theme: Theme): Scale {
  const base = scale(measure === 'loss' ? 'loss per token, nats' : 'dev score, percent', theme, logY, plain)
  if (y !== null) return { ...base, min: y[0], max: y[1] }
  return {
    ...base,
    ...rawExtent(lines),
    ...(logY ? {} : measure === 'loss' ? { beginAtZero: true } : { grace: '5%' }),
  }
}

/** Room for the lines before smoothing, of which Chart.js knows nothing. */
function rawExtent(lines: Drawing['lines']): { suggestedMin?: number; suggestedMax?: number } {
  const values = lines.flatMap(({ raw }) => raw.map(({ y }) => y)).filter(Number.isFinite)
  if (values.length === 0) return {}
  return {
    suggestedMin: values.reduce((a, b) => Math.min(a, b)),
    suggestedMax: values.reduce((a, b) => Math.max(a, b)),
  }
}

export function scale(
  title: string,
  theme: Theme,
  log: boolean,
  label: (value: number) => string,
): Record<string, unknown> & { ticks: object } {
  return {
    type: log ? 'logarithmic' : 'linear',
    title: { display: title !== '', text: title, color: theme.faint, font: FONT },
    ticks: {
      color: theme.faint,
      font: FONT,
      maxRotation: 0,
      autoSkipPadding: 14,
      padding: 6,
      callback: (value: number) => label(value),
    },
    ...(log && {
      afterBuildTicks(axis: { min: number; max: number; ticks: { value: number }[] }) {
        axis.ticks = logTicks(axis.min, axis.max)?.map((value) => ({ value })) ?? axis.ticks
      },
    }),
    grid: { color: theme.grid, lineWidth: 1, drawTicks: false },
    border: { display: false },
  }
}

/** Of every power of ten as many digits as there is room for; of less than one power, whatever Chart.js takes. */
function logTicks(low: number, high: number): number[] | null {
  const powers = Math.log10(high / low)
  if (!(powers >= 1)) return null
  const digits = powers > 4 ? [1] : powers > 2 ? [1, 3] : [1, 2, 5]
  const first = Math.floor(Math.log10(low))
  const ticks = Array.from({ length: Math.ceil(powers) + 2 }, (_, i) =>
    digits.map((digit) => digit * 10 ** (first + i)),
  ).flat()
  return ticks.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
}

const plain = (value: number) => String(Number(value.toPrecision(6)))

/** Those that the rounds have, where they are few enough to be read; else round numbers. */
function densityTicks({ lines }: Drawing, [low, high]: Range): number[] {
  const rounds = (lines[0]?.points ?? []).map(({ x }) => x)
  const ticks = rounds.length <= 6 ? rounds : DENSITY_TICKS
  return ticks.filter((value) => value >= low && value <= high).toSorted((a, b) => a - b)
}

/** Round numbers of a unit. */
function evenTicks([low, high]: Range, unit: number): number[] {
  const rough = (high - low) / unit / TIME_TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = unit * power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
}
