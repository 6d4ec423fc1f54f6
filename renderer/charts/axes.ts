/** The axes of line charts in the form of Chart.js: titles with units, readable ticks. */
import type { ChartConfiguration } from 'chart.js'
import { grouped } from '../../shared/util/format.ts'
import type { Axes, Drawing, DrawnPoint } from './drawing.ts'
import type { Theme } from './theme.ts'
import { percentRange } from './percentRange.ts'
import type { Range } from './zoom.ts'

export type Scale = NonNullable<NonNullable<ChartConfiguration<'line', DrawnPoint[]>['options']>['scales']>[string]

export const FONT = { family: 'system-ui, sans-serif', size: 12 }

/** Readable ticks for the logarithmic axis of density. */
const DENSITY_TICKS = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01]
const TIME_UNITS = [
  { name: 's', seconds: 1, upTo: 180 },
  { name: 'min', seconds: 60, upTo: 10_800 },
  { name: 'h', seconds: 3600, upTo: Infinity },
]
/** The approximate number of ticks on a time axis. */
const TIME_TICKS = 7

export function xScale(drawing: Drawing, { x }: Axes, theme: Theme): Scale {
  const range: Range = drawing.x ?? [drawing.logX ? 1 : 0, drawing.logX ? 10 : 1]
  const unit = TIME_UNITS.find(({ upTo }) => range[1] <= upTo)!
  const title = {
    density: 'density: weights kept',
    epoch: 'epoch',
    step: 'step',
    time: `training time, ${unit.name}`,
    round: 'round of pruning',
    sentences: 'labelled sentences',
  }[x]
  const label: Record<Axes['x'], (value: number) => string> = {
    density: (value) => `${Number((100 * value).toPrecision(3))} %`,
    epoch: plain,
    round: plain,
    step: (value) => (Number.isInteger(value) ? grouped(value) : plain(value)),
    time: (value) => plain(value / unit.seconds),
    sentences: (value) => (Number.isInteger(value) ? grouped(value) : plain(value)),
  }
  const base = scale(title, theme, drawing.logX, label[x])
  const ticks =
    x === 'density'
      ? densityTicks(drawing, range)
      : x === 'time' && !drawing.logX
        ? evenTicks(range, unit.seconds)
        : null
  // The last point is rarely a round number and gets no tick.
  Object.assign(base.ticks, { includeBounds: drawing.logX })
  // Scores are known at the ends of epochs only, losses in between too.
  if ((x === 'round' || (x === 'epoch' && range[0] >= 1)) && !drawing.logX) Object.assign(base.ticks, { precision: 0 })
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

const Y_TITLES: Record<Axes['y'], string> = {
  loss: 'loss per token, nats',
  dev: 'dev score, percent',
  kept: 'density: weights kept, percent',
  overlap: 'overlap ratio',
}

export function yScale({ y, logY, lines }: Drawing, { y: measure }: Axes, theme: Theme): Scale {
  const base = scale(Y_TITLES[measure], theme, logY, plain)
  if (y !== null) return { ...base, min: y[0], max: y[1] }
  return {
    ...base,
    ...(measure === 'dev' && !logY ? percentRange(valuesOf(lines)) : rawExtent(lines)),
    ...(logY || measure === 'dev' ? {} : { beginAtZero: true }),
  }
}

const valuesOf = (lines: Drawing['lines']) =>
  lines.flatMap(({ points, raw }) => [...points, ...raw].map(({ y }) => y)).filter(Number.isFinite)

/** Makes room for the lines before smoothing, which Chart.js does not know. */
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

/** As many digits per power of ten as there is room for; for less than one power, the ticks of Chart.js. */
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

/** The densities of the rounds where they are few enough to be read; else round numbers. */
function densityTicks({ lines }: Drawing, [low, high]: Range): number[] {
  const rounds = (lines[0]?.points ?? []).map(({ x }) => x)
  const ticks = rounds.length <= 6 ? rounds : DENSITY_TICKS
  return ticks.filter((value) => value >= low && value <= high).toSorted((a, b) => a - b)
}

/** Multiples of 1, 2 or 5 of the unit. */
function evenTicks([low, high]: Range, unit: number): number[] {
  const rough = (high - low) / unit / TIME_TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = unit * power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
}
