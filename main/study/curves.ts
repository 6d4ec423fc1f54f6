/** Dev scores epoch by epoch, from what the trainings of finished runs recorded. */
import type { Method } from '../../shared/settings/methods.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import type { Store } from '../store/types.ts'
import type { CurveReport } from './figures.ts'
import { spread } from './statistics.ts'

type Finished = { run: RunRecord; report: NonNullable<RunRecord['report']> }

/** Of every task and method. Epochs after a training's end are those of the other seeds alone. */
export function curves(store: Store, runs: readonly Finished[]): CurveReport[] {
  return runs[0].report.tasks
    .map(({ name: task }) => ({
      task,
      lines: runs[0].report.methods
        .map(({ method }) => {
          const seeds = runs.map((one) =>
            store.epochMetrics(one.run.id, trainingOf(one, method, task)).map(({ dev }) => dev[task].value),
          )
          const epochs = Math.max(...seeds.map((values) => values.length))
          return {
            method,
            dev: Array.from({ length: epochs }, (_, e) => spread(seeds.flatMap((values) => values[e] ?? []))!),
          }
        })
        .filter(({ dev }) => dev.length > 0),
    }))
    .filter(({ lines }) => lines.length > 0)
}

/** The training that a method's score of a task comes from. */
function trainingOf({ report }: Finished, method: Method, task: string): TrainingId {
  if (method === 'single') return { phase: 'imp', task, round: 0 }
  if (method === 'subnet')
    return { phase: 'imp', task, round: report.tickets.find((ticket) => ticket.task === task)!.chosen }
  return { phase: method, task: null, round: null }
}
