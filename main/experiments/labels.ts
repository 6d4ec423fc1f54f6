/** F1 of every label over the seeds of an experiment. */
import { labelsOfRun, type TaskLabels } from '../../shared/analysis/runLabels.ts'
import { METHODS } from '../../shared/settings/methods.ts'
import type { Store } from '../store/types.ts'
import type { LabelReport } from './figures.ts'
import { spread } from '../../shared/util/spread.ts'

/** One report per task, on test where the runs have it. Empty where they kept no predictions. */
export function labelReports(store: Store, runs: readonly string[]): LabelReport[] {
  const all = runs.map((run) => labelsOfRun(store, run))
  const first = all[0] ?? []
  return first
    .filter(({ task, split }) => split === 'test' || !first.some((one) => one.task === task && one.split === 'test'))
    .map(({ task, split, kind }) => {
      const seeds = all.flatMap((found) => found.filter((one) => one.task === task && one.split === split))
      return { task, split, kind, labels: overSeeds(seeds) }
    })
}

function overSeeds(seeds: readonly TaskLabels[]): LabelReport['labels'] {
  const scoresOf = (label: string, method: string) =>
    seeds.flatMap(({ methods }) =>
      methods
        .filter((one) => one.method === method)
        .flatMap(({ scores }) => scores.labels.filter((one) => one.label === label)),
    )
  const labels = new Set(
    seeds.flatMap(({ methods }) => methods.flatMap(({ scores }) => scores.labels.map(({ label }) => label))),
  )
  return [...labels].toSorted().map((label) => {
    const found = METHODS.map((method) => [method, scoresOf(label, method)] as const)
    return {
      label,
      gold: found.find(([, scores]) => scores.length > 0)![1][0].gold,
      f1: new Map(
        found.flatMap(([method, scores]) => {
          const f1 = spread(scores.map((one) => one.f1))
          return f1 === null ? [] : [[method, f1] as const]
        }),
      ),
    }
  })
}
