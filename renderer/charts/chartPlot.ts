/** What Chart.js shows on the screen, as plain shapes for saving as SVG or PNG. */
import type { Chart, Scale } from 'chart.js'
import type { DrawnPoint } from './drawing.ts'
import { RAW_OPACITY, spreadBars, type LineDataset } from './options.ts'
import type { Plot, PlotAxis, PlotLine } from '../../shared/util/plot.ts'
import { lineColour, lineDash, pointShape, type Theme } from './theme.ts'

export function linePlot(chart: Chart, title: string, theme: Theme): Plot {
  const datasets = chart.data.datasets as unknown as LineDataset[]
  const { x, y } = chart.scales
  const place = ({ x: a, y: b }: DrawnPoint): [number, number] => [x.getPixelForValue(a), y.getPixelForValue(b)]
  const raws = datasets
    .filter(({ drawn }) => drawn.raw.length > 0)
    .map(({ drawn, borderColor }): PlotLine => ({
      colour: borderColor as string,
      width: 1,
      opacity: RAW_OPACITY,
      dash: [],
      points: drawn.raw.map(place),
      dots: [],
    }))
  const bars = datasets.flatMap(({ drawn, borderColor }) =>
    spreadBars(drawn, x.getPixelForValue.bind(x), y.getPixelForValue.bind(y)).map((points): PlotLine => ({
      colour: borderColor as string,
      width: 1,
      opacity: 1,
      dash: [],
      points,
      dots: [],
    })),
  )
  return {
    ...framePlot(chart, title, theme),
    legend: datasets.map(({ drawn: { line } }) => ({
      name: line.name,
      colour: lineColour(line, theme),
      dash: lineDash(line),
      shape: 'series' in line ? 'line' : pointShape(line),
    })),
    lines: [...raws, ...bars, ...datasets.map((dataset) => linePlotted(dataset, place, theme))],
  }
}

function linePlotted(dataset: LineDataset, place: (point: DrawnPoint) => [number, number], theme: Theme): PlotLine {
  const {
    drawn: { line, points },
  } = dataset
  const radii = Array.isArray(dataset.pointRadius) ? (dataset.pointRadius as number[]) : points.map(() => 0)
  return {
    colour: lineColour(line, theme),
    width: dataset.borderWidth as number,
    opacity: 1,
    dash: dataset.borderDash as number[],
    points: points.map(place),
    dots: points.flatMap((point, i) => {
      const [x, y] = place(point)
      return radii[i] === 0
        ? []
        : [
            {
              x,
              y,
              radius: radii[i],
              shape: pointShape(line),
              ring: 'points' in line && line.points[point.index].marked ? theme.surface : null,
            },
          ]
    }),
  }
}

/** `text`: the tooltip of a bar. */
export function barPlot(
  chart: Chart,
  title: string,
  theme: Theme,
  legend: Plot['legend'],
  text: (series: number, category: number) => string,
): Plot {
  const bars = chart.getSortedVisibleDatasetMetas().flatMap(({ index: series, data }) =>
    data.map((element, category) => {
      const { x, y, base, width, height, horizontal } = element.getProps(
        ['x', 'y', 'base', 'width', 'height', 'horizontal'] as never[],
        true,
      ) as unknown as Record<string, number>
      const [left, top] = horizontal ? [Math.min(x, base), y - height / 2] : [x - width / 2, Math.min(y, base)]
      return {
        colour: legend[series].colour,
        left,
        top,
        width: horizontal ? Math.abs(x - base) : width,
        height: horizontal ? height : Math.abs(y - base),
        text: text(series, category),
      }
    }),
  )
  return {
    ...framePlot(chart, title, theme),
    legend,
    bars: bars.filter(({ width, height }) => width > 0 && height > 0),
  }
}

function framePlot(chart: Chart, title: string, theme: Theme): Plot {
  const { left, top, right, bottom } = chart.chartArea
  return {
    title,
    width: chart.width,
    height: chart.height,
    area: { left, top, right, bottom },
    colours: { ground: theme.surface, text: theme.text, faint: theme.faint, grid: theme.grid },
    x: axisPlot(chart.scales.x),
    y: axisPlot(chart.scales.y),
    legend: [],
    lines: [],
    bars: [],
  }
}

function axisPlot(scale: Scale): PlotAxis {
  const { title, grid } = scale.options as unknown as {
    title: { display: boolean; text: string }
    grid: { display?: boolean }
  }
  return {
    title: title.display ? title.text : '',
    ticks: scale.ticks.map(({ label }, i) => ({
      at: scale.getPixelForTick(i),
      label: Array.isArray(label) ? label.join(' ') : String(label ?? ''),
    })),
    grid: grid.display !== false,
  }
}
