/** The configuration of bar charts for Chart.js. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js'
import { grouped, score } from '../../shared/util/format.ts'
import { FONT, scale } from './axes.ts'
import { tooltipLook } from './options.ts'
import type { LineColour } from './series.ts'
import { lineColour, type Theme } from './theme.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip)

export interface BarSeries {
  name: string
  colour: LineColour
  /** One per category. */
  values: number[]
}

/** percent: values from 0 to 100. */
export type BarUnit = 'percent' | 'count'

export interface BarLook {
  unit: BarUnit
  stacked: boolean
  horizontal: boolean
}

export const barText = (value: number, unit: BarUnit) => (unit === 'percent' ? `${score(value)} %` : grouped(value))

export function barConfiguration(
  categories: readonly string[],
  series: readonly BarSeries[],
  { unit, stacked, horizontal }: BarLook,
  theme: Theme,
): ChartConfiguration<'bar', number[], string> {
  const values = {
    ...scale('', theme, false, (value) => (unit === 'percent' ? `${Number(value.toPrecision(4))} %` : grouped(value))),
    beginAtZero: true,
    stacked,
  }
  // Parts of a whole may add up to a little more than 100 by rounding; the axis still ends at 100 percent.
  if (unit === 'percent' && stacked) Object.assign(values, { max: 100 })
  if (unit === 'count') Object.assign(values.ticks, { precision: 0 })
  const names = {
    type: 'category',
    stacked,
    grid: { display: false },
    border: { color: theme.grid },
    title: { display: false, text: '' },
    ticks: { color: theme.faint, font: FONT, maxRotation: 60, autoSkip: !horizontal, autoSkipPadding: 6 },
  }
  return {
    type: 'bar',
    data: {
      labels: [...categories],
      datasets: series.map((one) => ({
        label: one.name,
        data: one.values,
        backgroundColor: lineColour(one, theme),
        borderRadius: stacked ? 0 : 2,
        maxBarThickness: 36,
        categoryPercentage: 0.78,
        barPercentage: 0.92,
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: horizontal ? 'y' : 'x',
      interaction: { mode: 'index', axis: horizontal ? 'y' : 'x', intersect: false },
      layout: { padding: { top: 8, right: 10 } },
      scales: (horizontal ? { x: values, y: names } : { x: names, y: values }) as never,
      plugins: {
        tooltip: {
          ...tooltipLook(theme),
          callbacks: { label: ({ dataset: { label }, raw }) => ` ${label}: ${barText(raw as number, unit)}` },
        },
      },
    },
  }
}
