/** Dev score over the epochs of every method: one picture per task. */
import { METHOD_NAMES, type Method } from '../../../shared/settings/methods.ts'
import type { Plot } from '../../../shared/util/plot.ts'
import { svgOf } from '../../../shared/util/svg.ts'
import type { CurveReport, VariantReport } from '../figures.ts'
import { AREA, FRAME, labelled, pictureFile, scoreScale, type Picture } from './pictureParts.ts'

/** Colours that are distinguishable with common colour blindness. Single-task networks are dashed. */
const LOOKS: Record<Method, { colour: string; dash: number[] }> = {
  single: { colour: '#5a6478', dash: [5, 4] },
  subnet: { colour: '#7b4fc9', dash: [5, 4] },
  hard: { colour: '#c2452d', dash: [] },
  soft: { colour: '#b8860b', dash: [] },
  hierarchical: { colour: '#2b8a7e', dash: [] },
  sparse: { colour: '#2f6fdf', dash: [] },
}

/**
 * The mean over the seeds. The axis omits the lowest fifth of all points, for the first epochs would flatten the rest.
 */
export function curvePicture({ variant }: VariantReport, { task, lines }: CurveReport): Picture {
  const title = `${task}: dev score over the epochs${variant === null ? '' : `, ${variant}`}`
  const values = lines.flatMap(({ dev }) => dev.map(({ mean }) => mean)).toSorted((a, b) => a - b)
  const least = values[Math.floor(values.length / 5)]
  const { y, axis } = scoreScale(least, values.at(-1)!)
  const epochs = Math.max(...lines.map(({ dev }) => dev.length))
  const x = (epoch: number) => AREA.left + ((AREA.right - AREA.left) * (epoch - 1)) / Math.max(epochs - 1, 1)
  const plot: Plot = {
    ...FRAME,
    title,
    x: {
      title: 'epoch',
      grid: false,
      ticks: labelled(Array.from({ length: epochs }, (_, e) => ({ at: x(e + 1), label: String(e + 1) }))),
    },
    y: axis,
    legend: lines.map(({ method }) => ({ name: METHOD_NAMES[method], ...LOOKS[method], shape: 'line' })),
    lines: lines.map(({ method, dev }) => {
      const points = dev
        .map(({ mean }, e): [number, number] => [x(e + 1), y(mean)])
        .filter(([, at]) => at <= AREA.bottom)
      return {
        ...LOOKS[method],
        width: method === 'sparse' ? 2.5 : 1.5,
        opacity: 1,
        points,
        dots: points.map(([px, py]) => ({ x: px, y: py, radius: 2.5, shape: 'circle' as const, ring: null })),
      }
    }),
  }
  return { file: pictureFile('curves', task, variant), title, svg: svgOf(plot) }
}
