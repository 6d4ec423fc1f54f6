/** The learning curve of each task as a line of a chart. No DOM. */
import type { CurvePoint } from '../../../shared/annotation/series.ts'
import { grouped } from '../../../shared/util/format.ts'
import type { Line } from '../../charts/series.ts'

/** In the order of the tasks. */
export function curveLines(points: readonly CurvePoint[]): Line[] {
  const tasks = points[0]?.scores.map(({ task }) => task) ?? []
  return tasks.map((task, i) => ({
    name: task,
    colour: { task: i },
    points: points.map(({ share, sentences, scores }) => {
      const { value, deviation } = scores.find((score) => score.task === task)!
      const spread = deviation === null ? '' : `, ± ${deviation.toFixed(1)} over folds`
      return { x: sentences, y: value, marked: share === 1, label: `${grouped(sentences)} sentences${spread}` }
    }),
  }))
}
