/** Collects the report of an experiment from its finished runs. Plain data. */
import { pairedBootstrap, type Counts } from '../../shared/runs/bootstrap.ts'
import { density, overlapRatio } from '../../shared/network/mask.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import { changedSettings } from '../config/changed.ts'
import type { Store } from '../store/types.ts'
import { analyses } from './analyses.ts'
import { curves } from './curves.ts'
import type { ExperimentResults, MethodReport, SubnetReport } from '../../shared/runs/experiments.ts'
import type { ExperimentReport, Overlap, VariantReport } from './figures.ts'
import { labelReports } from './labels.ts'
import { followUps } from './followUps.ts'
import type { Experiment } from './plan.ts'
import { runOf } from './runs.ts'
import { spread } from '../../shared/util/spread.ts'
import { overlapByChance } from './statistics.ts'
import { testCounts } from './testCounts.ts'

/** The report of an experiment. Throws an Error where no run has finished. */
export function collect(store: Store, experiment: Experiment): ExperimentReport {
  const all = experiment.runs.map((planned) => ({ planned, run: runOf(store, experiment, planned) }))
  const finished = all.flatMap(({ planned, run }) =>
    run?.status === 'finished' && run.report !== null ? [{ ...planned, run, report: run.report }] : [],
  )
  if (finished.length === 0) throw new Error(`No run of ${experiment.definition.name} is finished yet.`)
  const variants = [...new Set(experiment.runs.map(({ variant }) => variant))]
  const { run } = finished[0]
  const follow = followUps(store, experiment).map((planned) => ({ planned, run: runOf(store, experiment, planned) }))
  return {
    definition: experiment.definition,
    variants: variants.flatMap((variant) => {
      const runs = finished.filter((one) => one.variant === variant)
      return runs.length === 0
        ? []
        : [{ ...variantReport(store, variant, runs), ...analyses(store, experiment, variant) }]
    }),
    changes: changedSettings(run.config),
    environment: run.environment,
    datasets: run.datasets,
    unfinished: [...all, ...follow]
      .filter((one) => one.run?.status !== 'finished')
      .map(({ planned, run: found }) => ({ name: planned.config.name, status: found?.status ?? 'not started' })),
  }
}

/** The results for the window: methods and subnets of each variant. Empty where no run has finished. */
export function results(store: Store, experiment: Experiment): ExperimentResults {
  const finished = finishedRuns(store, experiment)
  const variants = [...new Set(experiment.runs.map(({ variant }) => variant))]
  return {
    variants: variants.flatMap((variant) => {
      const runs = finished.filter((one) => one.variant === variant)
      if (runs.length === 0) return []
      const tasks = runs[0].report.tasks.map(({ name, score }) => ({ name, score }))
      return [{ variant, seeds: runs.length, tasks, methods: methodReports(store, runs), subnets: subnets(runs) }]
    }),
  }
}

function finishedRuns(store: Store, experiment: Experiment) {
  return experiment.runs.flatMap((planned) => {
    const run = runOf(store, experiment, planned)
    return run?.status === 'finished' && run.report !== null ? [{ ...planned, run, report: run.report }] : []
  })
}

type Finished = { seed: number; run: RunRecord; report: NonNullable<RunRecord['report']> }

function variantReport(
  store: Store,
  variant: string | null,
  runs: Finished[],
): Omit<VariantReport, 'pairs' | 'combinations'> {
  const { tasks } = runs[0].report
  const masks = runs.map(({ run, report }) =>
    report.tickets.map(({ task, chosen }) => ({ task, mask: store.loadMask(run.id, task, chosen)! })),
  )
  return {
    variant,
    runs: runs.map(({ seed, run }) => ({ id: run.id, seed, workedSeconds: run.workedSeconds })),
    tasks: tasks.map(({ name, score }) => ({ name, score })),
    methods: methodReports(store, runs),
    labels: labelReports(
      store,
      runs.map(({ run }) => run.id),
    ),
    subnets: subnets(runs),
    overlaps: overlaps(masks),
    stability: runs.length < 2 || masks[0].length === 0 ? null : stability(masks),
    curves: curves(store, runs),
  }
}

/** The methods over the seeds, in their order. */
function methodReports(store: Store, runs: Finished[]): MethodReport[] {
  const countsOf = testCounts(
    store,
    runs.map(({ run }) => run.id),
  )
  return METHODS.flatMap((method) => methodReport(method, runs, countsOf))
}

function methodReport(
  method: Method,
  runs: Finished[],
  countsOf: (method: Method, task: string) => Counts,
): MethodReport[] {
  const lines = runs.flatMap(({ report }) => report.methods.filter((line) => line.method === method))
  if (lines.length === 0) return []
  const versus = (other: Method, task: string) => {
    const [own, others] = [countsOf(method, task), countsOf(other, task)]
    return other === method || own.length === 0 || others.length === 0 ? null : pairedBootstrap(own, others)
  }
  const scores = runs[0].report.tasks.map(
    ({ name }) =>
      [
        name,
        {
          dev: spread(lines.map((line) => line.scores[name].dev.value))!,
          test: spread(lines.flatMap((line) => line.scores[name].test?.value ?? [])),
          versusSingle: versus('single', name),
          versusHard: versus('hard', name),
        },
      ] as const,
  )
  return [{ method, params: spread(lines.map(({ params }) => params))!, scores: Object.fromEntries(scores) }]
}

function subnets(runs: Finished[]): SubnetReport[] {
  return runs[0].report.tickets.map(({ task, candidates }) => {
    const tickets = runs.map(({ seed, report }) => ({
      seed,
      ...report.tickets.find((ticket) => ticket.task === task)!,
    }))
    const at = (round: number) =>
      tickets.flatMap((ticket) => ticket.candidates.filter((candidate) => candidate.round === round))
    return {
      task,
      chosen: tickets.map(({ seed, chosen, candidates: own }) => ({
        seed,
        round: chosen,
        density: own.find(({ round }) => round === chosen)!.density,
      })),
      rounds: candidates.map(({ round, density: kept }) => ({
        round,
        density: kept,
        dev: spread(at(round).map(({ dev }) => dev.value))!,
      })),
    }
  })
}

type TaskMasks = { task: string; mask: Parameters<typeof density>[0] }[]

/** The overlap of every pair of tasks within each seed. */
function overlaps(seeds: TaskMasks[]): VariantReport['overlaps'] {
  const tasks = seeds[0].map(({ task }) => task)
  return tasks.flatMap((a, i) =>
    tasks.slice(i + 1).map((b) => {
      const pairs = seeds.map(
        (masks) => [masks.find(({ task }) => task === a)!.mask, masks.find(({ task }) => task === b)!.mask] as const,
      )
      return { a, b, ...ratios(pairs) }
    }),
  )
}

/** The overlap of every task between each two seeds: with itself, and with the other tasks. */
function stability(seeds: TaskMasks[]): NonNullable<VariantReport['stability']> {
  const pairs = seeds.flatMap((a, i) => seeds.slice(i + 1).map((b) => [a, b] as const))
  return seeds[0].map(({ task }, t) => {
    const foreign = pairs.flatMap(([a, b]) =>
      seeds[0].flatMap((_, o) => (o === t ? [] : [[a[t].mask, b[o].mask] as const, [b[t].mask, a[o].mask] as const])),
    )
    return {
      task,
      own: ratios(pairs.map(([a, b]) => [a[t].mask, b[t].mask])),
      others: foreign.length === 0 ? null : ratios(foreign),
    }
  })
}

function ratios(pairs: (readonly [TaskMasks[number]['mask'], TaskMasks[number]['mask']])[]): Overlap {
  return {
    ratio: spread(pairs.map(([a, b]) => overlapRatio([a, b])))!,
    chance: spread(pairs.map(([a, b]) => overlapByChance(density(a), density(b))))!,
  }
}
