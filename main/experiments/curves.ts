/** Dev scores by epoch, from the recorded epochs of finished runs. */
import type { RunRecord } from '../../shared/runs/records.ts'
import { chosenRounds, trainingOf } from '../../shared/runs/methodNetworks.ts'
import type { Store } from '../store/types.ts'
import type { CurveReport } from './figures.ts'
import { spread } from '../../shared/util/spread.ts'

type Finished = { run: RunRecord; report: NonNullable<RunRecord['report']> }

/** The curves of every task and method. After a training's end, a curve continues with the other seeds. */
export function curves(store: Store, runs: readonly Finished[]): CurveReport[] {
  return runs[0].report.tasks
    .map(({ name: task }) => ({
      task,
      lines: runs[0].report.methods
        .map(({ method }) => {
          const seeds = runs.map((one) =>
            store
              .epochMetrics(one.run.id, trainingOf(method, task, chosenRounds(one.report.tickets))!)
              .map(({ dev }) => dev[task].value),
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
