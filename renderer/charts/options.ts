/** The configuration of line charts for Chart.js. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type Plugin,
} from 'chart.js'
import { score } from '../../shared/util/format.ts'
import { xScale, yScale } from './axes.ts'
import { labelOf, type Axes, type Drawing, type DrawnLine, type DrawnPoint } from './drawing.ts'
import { lineColour, lineDash, pointShape, type Theme } from './theme.ts'

Chart.register(LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip)

export { Chart }
export type { Axes }

export type LineConfiguration = ChartConfiguration<'line', DrawnPoint[]>
export type LineDataset = ChartDataset<'line', DrawnPoint[]> & { drawn: DrawnLine }

/** Lines with more points have dots at marked points only. */
const DOTS = 40
/** Of the raw line behind a smoothed one. */
export const RAW_OPACITY = 0.28

export function configuration(drawing: Drawing, axes: Axes, theme: Theme): LineConfiguration {
  return {
    type: 'line',
    data: { datasets: drawing.lines.map((line) => dataset(line, theme)) },
    options: {
      parsing: false,
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      normalized: true,
      events: ['mousemove', 'mouseout', 'touchstart'],
      interaction: { mode: 'nearest', intersect: false },
      layout: { padding: { top: 8, right: 10 } },
      scales: { x: xScale(drawing, axes, theme), y: yScale(drawing, axes, theme) },
      plugins: { tooltip: { ...tooltipLook(theme), callbacks: tooltipText(axes) } },
    },
    plugins: [rawLines, spreads],
  }
}

export function tooltipLook(theme: Theme) {
  return {
    usePointStyle: true,
    boxPadding: 6,
    padding: 10,
    cornerRadius: 6,
    backgroundColor: theme.text,
    titleColor: theme.surface,
    bodyColor: theme.surface,
    titleFont: { size: 12 },
    bodyFont: { size: 12 },
  }
}

function tooltipText({ y: measure }: Axes) {
  return {
    title: ([item]: { raw: unknown; dataset: object }[]) =>
      item === undefined ? '' : labelOf((item.dataset as LineDataset).drawn.line, (item.raw as DrawnPoint).index),
    label: ({ dataset: { label }, raw }: { dataset: { label?: string | undefined }; raw: unknown }) =>
      ` ${label}: ${valueText((raw as DrawnPoint).y, measure)}`,
  }
}

const DIGITS: Record<Axes['y'], number> = { loss: 4, dev: 2, kept: 2, overlap: 3 }
export const valueText = (value: number, measure: Axes['y']) =>
  Number.isFinite(value) ? value.toFixed(DIGITS[measure]) : score(null)

function dataset(drawn: DrawnLine, theme: Theme): LineDataset {
  const { line, points } = drawn
  const colour = lineColour(line, theme)
  const base = {
    label: line.name,
    data: points,
    drawn,
    borderColor: colour,
    backgroundColor: colour,
    pointBackgroundColor: colour,
    tension: 0,
    clip: 8,
    pointStyle: pointShape(line),
    pointHoverRadius: 5,
  }
  // Dashes on a noisy line are unreadable, and round joins only cost time.
  if ('series' in line)
    return {
      ...base,
      borderJoinStyle: 'bevel',
      borderWidth: drawn.raw.length > 0 ? 2 : 1.25,
      borderDash: drawn.raw.length > 0 ? lineDash(line) : [],
      pointRadius: 0,
      pointHitRadius: 0,
    }
  const marked = points.map(({ index }) => line.points[index].marked)
  return {
    ...base,
    borderWidth: 2,
    borderJoinStyle: 'round',
    borderDash: lineDash(line),
    pointRadius: marked.map((is) => (is ? 6 : points.length > DOTS ? 0 : 3)),
    pointBorderColor: marked.map((is) => (is ? theme.surface : colour)),
    pointBorderWidth: marked.map((is) => (is ? 2 : 1)),
  }
}

/** Draws each line before smoothing faintly behind all: thousands of points without tooltips or hover. */
const rawLines: Plugin<'line'> = {
  id: 'rawLines',
  beforeDatasetsDraw({ ctx, chartArea: { left, top, right, bottom }, data, scales: { x, y } }) {
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, top, right - left, bottom - top)
    ctx.clip()
    ctx.globalAlpha = RAW_OPACITY
    for (const { drawn, borderColor } of data.datasets as unknown as LineDataset[]) {
      ctx.beginPath()
      ctx.strokeStyle = borderColor as string
      for (const point of drawn.raw) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.y))
      ctx.stroke()
    }
    ctx.restore()
  },
}

/** Half the width of the ends of a bar, in pixels. */
const CAP = 3

/** The bars from y − spread to y + spread of points that have a spread, in pixels: one polyline each. */
export function spreadBars(
  { line, points }: DrawnLine,
  x: (value: number) => number,
  y: (value: number) => number,
): [number, number][][] {
  if ('series' in line) return []
  return points.flatMap((point) => {
    const { spread } = line.points[point.index]
    if (spread === undefined || spread === 0) return []
    const [at, low, high] = [x(point.x), y(point.y - spread), y(point.y + spread)]
    return [
      [
        [at - CAP, low],
        [at + CAP, low],
        [at, low],
        [at, high],
        [at - CAP, high],
        [at + CAP, high],
      ] as [number, number][],
    ]
  })
}

const spreads: Plugin<'line'> = {
  id: 'spreads',
  beforeDatasetsDraw({ ctx, data, scales: { x, y } }) {
    ctx.save()
    for (const { drawn, borderColor } of data.datasets as unknown as LineDataset[]) {
      ctx.strokeStyle = borderColor as string
      const bars = spreadBars(drawn, x.getPixelForValue.bind(x), y.getPixelForValue.bind(y))
      for (const bar of bars) {
        ctx.beginPath()
        for (const [left, top] of bar) ctx.lineTo(left, top)
        ctx.stroke()
      }
    }
    ctx.restore()
  },
}
