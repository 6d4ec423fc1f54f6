/** The analyses of an experiment, from its finished follow-up runs. */
import type { Report } from '../../shared/runs/report.ts'
import type { Store } from '../store/types.ts'
import type { CombinationReport, PairReport } from './figures.ts'
import { followUps } from './followUps.ts'
import type { Experiment } from './plan.ts'
import { runOf } from './runs.ts'
import { spread } from '../../shared/util/spread.ts'

/** The analyses over the finished seeds. */
export function analyses(
  store: Store,
  experiment: Experiment,
  variant: string | null,
): { pairs: PairReport[]; combinations: CombinationReport[] } {
  const found = followUps(store, experiment)
    .filter((one) => one.variant === variant)
    .flatMap((planned) => {
      const run = runOf(store, experiment, planned)
      return run?.status === 'finished' && run.report !== null ? [{ planned, report: run.report }] : []
    })
  const pairs = grouped(
    found.flatMap(({ planned, report }) =>
      planned.kind === 'pair' ? [{ key: planned.pair.join(' & '), pair: planned.pair, report }] : [],
    ),
  )
  const combinations = grouped(
    found.flatMap(({ planned, report }) =>
      planned.kind === 'densities' ? [{ key: JSON.stringify(planned.rounds), rounds: planned.rounds, report }] : [],
    ),
  )
  return {
    pairs: pairs.map((runs) =>
      pairReport(
        runs[0].pair,
        runs.map(({ report }) => report),
      ),
    ),
    combinations: combinations.map((runs) =>
      combinationReport(
        runs[0].rounds,
        runs.map(({ report }) => report),
      ),
    ),
  }
}

function pairReport(pair: [string, string], reports: Report[]): PairReport {
  const value = (report: Report, method: 'hard' | 'sparse', task: string) => {
    const { dev, test } = report.methods.find((line) => line.method === method)!.scores[task]
    return (test ?? dev).value
  }
  const gains = pair.map(
    (task) =>
      [task, spread(reports.map((report) => value(report, 'sparse', task) - value(report, 'hard', task)))!] as const,
  )
  return { pair, overlap: spread(reports.map(({ overlap }) => overlap!.all))!, gains: Object.fromEntries(gains) }
}

function combinationReport(rounds: Record<string, number>, reports: Report[]): CombinationReport {
  const tasks = Object.keys(rounds)
  const densities = tasks.map(
    (task) =>
      [
        task,
        reports[0].tickets
          .find((ticket) => ticket.task === task)!
          .candidates.find(({ round }) => round === rounds[task])!.density,
      ] as const,
  )
  const dev = tasks.map(
    (task) =>
      [
        task,
        spread(
          reports.map(({ methods }) => methods.find(({ method }) => method === 'sparse')!.scores[task].dev.value),
        )!,
      ] as const,
  )
  return { rounds, densities: Object.fromEntries(densities), dev: Object.fromEntries(dev) }
}

function grouped<T extends { key: string }>(items: readonly T[]): T[][] {
  return [...Map.groupBy(items, ({ key }) => key).values()]
}
