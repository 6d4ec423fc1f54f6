/**
 * Runs that take the subnets of a study's finished runs, for its analyses: every pair of tasks trained jointly (does overlap
 * foretell what sharing gains?), and combinations of densities (does it pay to choose each task's own?).
 */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Report } from '../../shared/runs/report.ts'
import type { RunRecord, Store } from '../store/types.ts'
import { runOf, type PlannedRun, type Study } from './plan.ts'

export type FollowUp = PlannedRun &
  ({ kind: 'pair'; pair: [string, string] } | { kind: 'densities'; rounds: Record<string, number> })

/** In the order of the runs they follow, of which only finished ones with subnets count. */
export function followUps(store: Store, study: Study): FollowUp[] {
  const { pairs, densities } = study.definition.analyses
  if (!pairs && densities.length === 0) return []
  return study.runs.flatMap((planned) => {
    const run = runOf(store, study, planned)
    if (run?.status !== 'finished' || !run.report || run.report.tickets.length === 0) return []
    return [...(pairs ? pairRuns(planned, run, run.report) : []), ...densityRuns(planned, run, run.report, densities)]
  })
}

/** Two tasks, hard and sparse: of three or more tasks, for two are all there are. */
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

/** Every combination of the grid, each task at the round whose density is nearest. Densities that come to the same round count once. */
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

/** The settings of the run followed, for the tasks that `rounds` names. */
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
