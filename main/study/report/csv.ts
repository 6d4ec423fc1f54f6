/** The report's numbers for other programs: one line per run, method, task and split. */
import { toCsv as rowsToCsv } from '../../../shared/util/csv.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'

export function toCsv(runs: readonly { variant: string | null; run: RunRecord }[]): string {
  const head = ['variant', 'run', 'seed', 'method', 'params', 'task', 'measure', 'split', 'value', 'bestEpoch']
  const lines = runs.flatMap(({ variant, run }) =>
    (run.report?.methods ?? []).flatMap(({ method, params, scores }) =>
      Object.entries(scores).flatMap(([task, { dev, test, bestEpoch }]) =>
        [['dev', dev] as const, ['test', test] as const].flatMap(([split, found]) =>
          found === null
            ? []
            : [
                [
                  variant ?? '',
                  run.id,
                  run.config.seed,
                  method,
                  params,
                  task,
                  found.name,
                  split,
                  found.value,
                  bestEpoch + 1,
                ],
              ],
        ),
      ),
    ),
  )
  return rowsToCsv([head, ...lines])
}
