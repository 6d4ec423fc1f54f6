/** How Chart.js draws our lines. */
import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip, type ChartConfiguration, type ChartDataset, type ScaleOptionsByType } from 'chart.js'
import { score } from '../../shared/format.ts'
import type { Line, Point } from './series.ts'
import { lineColour, type Theme } from './theme.ts'

Chart.register(LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip)

export { Chart }

export interface Axes {
  x: 'density' | 'epoch'
  y: 'dev' | 'loss'
}

export type LineConfiguration = ChartConfiguration<'line', Point[]>

/** Densities that make readable ticks, on an axis that runs from dense to sparse in equal factors. */
const DENSITY_TICKS = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01]
const FONT = { family: 'system-ui, sans-serif', size: 12 }

export function configuration(lines: readonly Line[], axes: Axes, theme: Theme): LineConfiguration {
  return {
    type: 'line',
    data: { datasets: lines.map((line) => dataset(line, theme)) },
    options: {
      parsing: false, animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
      interaction: { mode: 'nearest', intersect: false },
      layout: { padding: { top: 6, right: 8 } },
      scales: { x: axes.x === 'density' ? densityAxis(lines, theme) : epochAxis(theme), y: valueAxis(axes.y, theme) },
      plugins: {
        tooltip: {
          usePointStyle: true, boxPadding: 6, padding: 10, backgroundColor: theme.text, titleColor: theme.surface, bodyColor: theme.surface,
          callbacks: {
            title: ([item]) => (item === undefined ? '' : (item.raw as Point).label),
            label: ({ dataset: { label }, raw }) => ` ${label}: ${axes.y === 'loss' ? (raw as Point).y.toFixed(4) : score((raw as Point).y)}`,
          },
        },
      },
    },
  }
}

function dataset(line: Line, theme: Theme): ChartDataset<'line', Point[]> {
  const colour = lineColour(line, theme)
  const many = line.points.length > 40
  return {
    label: line.name, data: line.points, borderColor: colour, backgroundColor: colour, borderWidth: 2, tension: 0, clip: 8,
    pointRadius: line.points.map(({ marked }) => (marked ? 6 : many ? 0 : 2.5)),
    pointBorderColor: line.points.map(({ marked }) => (marked ? theme.surface : colour)),
    pointBorderWidth: line.points.map(({ marked }) => (marked ? 2 : 1)),
    pointHoverRadius: 6,
  }
}

type Axis = NonNullable<NonNullable<LineConfiguration['options']>['scales']>[string]

function common(title: string, theme: Theme) {
  return {
    title: { display: true, text: title, color: theme.faint, font: FONT },
    ticks: { color: theme.faint, font: FONT, maxRotation: 0 } as Partial<ScaleOptionsByType<'linear'>['ticks']>,
    grid: { color: theme.grid }, border: { color: theme.grid },
  }
}

function densityAxis(lines: readonly Line[], theme: Theme): Axis {
  const lowest = Math.min(1, ...lines.flatMap(({ points }) => points.map(({ x }) => x)))
  const base = common('density: weights kept', theme)
  return {
    ...base, type: 'logarithmic', reverse: true, max: 1, min: lowest * 0.95,
    ticks: { ...base.ticks, callback: (value) => `${Number((100 * Number(value)).toPrecision(3))} %` },
    afterBuildTicks(axis) {
      axis.ticks = densityTicks(lines, lowest).map((value) => ({ value }))
    },
  } as Axis
}

/** Those that the rounds have, where they are few enough to be read; else round numbers. */
function densityTicks(lines: readonly Line[], lowest: number): number[] {
  const rounds = (lines[0]?.points ?? []).map(({ x }) => x)
  return (rounds.length <= 6 ? rounds : DENSITY_TICKS.filter((value) => value >= lowest * 0.95)).toSorted((a, b) => a - b)
}

function epochAxis(theme: Theme): Axis {
  const base = common('epoch', theme)
  return { ...base, type: 'linear', min: 1, ticks: { ...base.ticks, precision: 0 } } as Axis
}

function valueAxis(measure: Axes['y'], theme: Theme): Axis {
  const base = common(measure === 'loss' ? 'loss per token, nats' : 'dev score, percent', theme)
  return { ...base, type: 'linear', ...(measure === 'loss' ? { beginAtZero: true } : { grace: '5%' }) } as Axis
}
