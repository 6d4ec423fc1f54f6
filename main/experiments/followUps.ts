/**
 * The runs of an experiment's analyses, which use the subnets of its finished runs: each pair of tasks trained jointly
 * (does overlap predict the gain of sharing?), and combinations of densities (is it worth choosing each task's
 * density?).
 */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Report } from '../../shared/runs/report.ts'
import type { RunRecord, Store } from '../store/types.ts'
import type { Experiment, PlannedRun } from './plan.ts'
import { runOf } from './runs.ts'

export type FollowUp = PlannedRun &
  ({ kind: 'pair'; pair: [string, string] } | { kind: 'densities'; rounds: Record<string, number> })

/** The follow-up runs of all finished runs with subnets, in their order. */
export function followUps(store: Store, experiment: Experiment): FollowUp[] {
  const { pairs, densities } = experiment.definition.analyses
  if (!pairs && densities.length === 0) return []
  return experiment.runs.flatMap((planned) => {
    const run = runOf(store, experiment, planned)
    if (run?.status !== 'finished' || !run.report || run.report.tickets.length === 0) return []
    return [...(pairs ? pairRuns(planned, run, run.report) : []), ...densityRuns(planned, run, run.report, densities)]
  })
}

/** Each pair of three or more tasks, hard and sparse. With two tasks, the run itself is the pair. */
function pairRuns(planned: PlannedRun, run: RunRecord, { tickets }: Report): FollowUp[] {
  if (tickets.length < 3) return []
  return tickets.flatMap((a, i) =>
    tickets.slice(i + 1).map((b): FollowUp => {
      const rounds = { [a.task]: a.chosen, [b.task]: b.chosen }
      return {
        ...planned,
        kind: 'pair',
        pair: [a.task, b.task],
        config: configOf(planned, run, ['hard', 'sparse'], rounds, `${a.task} & ${b.task}`),
      }
    }),
  )
}

/**
 * Every combination of densities, each task at the round with the nearest density. Densities with the same round count
 * once.
 */
function densityRuns(
  planned: PlannedRun,
  run: RunRecord,
  { tickets }: Report,
  densities: readonly number[],
): FollowUp[] {
  if (densities.length === 0) return []
  const choices = tickets.map(({ task, candidates }) => {
    const nearest = (wanted: number) =>
      candidates.reduce((best, one) => (Math.abs(one.density - wanted) < Math.abs(best.density - wanted) ? one : best))
        .round
    return { task, rounds: [...new Set(densities.map(nearest))] }
  })
  const combinations = choices.reduce<Record<string, number>[]>(
    (made, { task, rounds }) => made.flatMap((one) => rounds.map((round) => ({ ...one, [task]: round }))),
    [{}],
  )
  return combinations.map((rounds): FollowUp => {
    const name = Object.entries(rounds)
      .map(([task, round]) => `${task} ${round}`)
      .join(', ')
    return {
      ...planned,
      kind: 'densities',
      rounds,
      config: configOf(planned, run, ['sparse'], rounds, `rounds ${name}`),
    }
  })
}

/** The settings of the original run, for the tasks in `rounds`. */
function configOf(
  { config }: PlannedRun,
  run: RunRecord,
  methods: ExperimentConfig['methods'],
  rounds: Record<string, number>,
  name: string,
): ExperimentConfig {
  const tasks = Object.fromEntries(Object.entries(config.tasks).filter(([task]) => Object.hasOwn(rounds, task)))
  const used = new Set(Object.values(tasks).map(({ corpus }) => corpus ?? Object.keys(config.corpora)[0]))
  const corpora = Object.fromEntries(Object.entries(config.corpora).filter(([corpus]) => used.has(corpus)))
  return { ...config, name: `${config.name}, ${name}`, methods, corpora, tasks, tickets: { run: run.id, rounds } }
}
