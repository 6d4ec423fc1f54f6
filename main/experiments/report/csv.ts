/** The report's numbers for other programs: one line per run, method, task and split. */
import { toCsv as rowsToCsv } from '../../../shared/util/csv.ts'
import type { EvaluationSource } from '../../../shared/analysis/evaluated.ts'
import { labelsOfRun } from '../../../shared/analysis/runLabels.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'

const COUNTS = ['gold', 'predicted', 'correct'] as const
const RATES = ['precision', 'recall', 'f1'] as const

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

/** The scores of every label: one line per run, method, task, split and label. */
export function labelsToCsv(
  source: EvaluationSource,
  runs: readonly { variant: string | null; run: RunRecord }[],
): string {
  const head = ['variant', 'run', 'seed', 'method', 'task', 'split', 'label', ...COUNTS, ...RATES]
  const lines = runs.flatMap(({ variant, run }) =>
    labelsOfRun(source, run.id).flatMap(({ task, split, methods }) =>
      methods.flatMap(({ method, scores }) =>
        scores.labels.map((one) => [
          ...[variant ?? '', run.id, run.config.seed, method, task, split, one.label],
          ...[...COUNTS, ...RATES].map((figure) => one[figure]),
        ]),
      ),
    ),
  )
  return rowsToCsv([head, ...lines])
}
