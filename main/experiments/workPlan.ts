/**
 * An experiment as cells of work that depend on each other: the search of a task for a seed, joint training of a method
 * for a seed, the reading of test, the report.
 */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { epochsOfRound, plannedTrainings, type PlannedTraining } from '../../shared/settings/plan.ts'
import type { Experiment } from './plan.ts'

export interface WorkCell {
  /** Of the run it belongs to, and what is done, e.g. "exp1, seed 2019: search, ner". */
  name: string
  /** Index of its run in the plan; null for the report, which is of all. */
  run: number | null
  /** Keys of its trainings. */
  trainings: string[]
  /** At most; rounds may end by patience. */
  epochs: number
  /** Names of the cells that must end before it. */
  needs: string[]
}

/** Every cell, in an order in which each comes after those it needs. Follow-up runs are not known before the searches end. */
export function workPlan({ runs, definition }: Experiment): WorkCell[] {
  const cells = runs.flatMap(({ config }, run) => cellsOfRun(config, run))
  const tests = cells.filter(({ name }) => name.endsWith(`: ${TEST}`)).map(({ name }) => name)
  return [...cells, { name: `${definition.name}: report`, run: null, trainings: [], epochs: 0, needs: tests }]
}

const TEST = 'test'

function cellsOfRun(config: ExperimentConfig, run: number): WorkCell[] {
  const plan = plannedTrainings(config, { taskEpoch: new Map(), jointEpoch: null })
  const cell = (what: string, trainings: PlannedTraining[], needs: string[]): WorkCell => ({
    name: `${config.name}: ${what}`,
    run,
    trainings: trainings.map(({ key }) => key),
    epochs: trainings.reduce((sum, training) => sum + epochsOf(config, training), 0),
    needs,
  })
  const needsOf = (method: string): string[] => {
    // Sparse sharing needs every mask. Soft and hierarchical sharing have other networks, which no warmup trains.
    if (method === 'sparse' && searches.length > 0) return names(searches)
    return method === 'sparse' || method === 'hard' ? names(warmup) : []
  }
  const warmups = plan.filter(({ phase }) => phase === 'warmup')
  const warmup = warmups.length === 0 ? [] : [cell('warmup', warmups, [])]
  const searches = [
    ...Map.groupBy(
      plan.filter(({ task }) => task !== null),
      ({ task }) => task,
    ),
  ].map(([task, rounds]) => cell(`search, ${task}`, rounds, names(warmup)))
  const joint = plan
    .filter(({ task, phase }) => task === null && phase !== 'warmup')
    .map((training) => cell(training.phase, [training], needsOf(training.phase)))
  const before = [...warmup, ...searches, ...joint]
  return [...before, cell(TEST, [], names(before))]
}

const names = (cells: readonly WorkCell[]) => cells.map(({ name }) => name)

function epochsOf({ warmup, imp, joint }: ExperimentConfig, { phase }: PlannedTraining): number {
  if (phase === 'warmup') return warmup.epochs
  return phase === 'imp' || phase === 'search' ? epochsOfRound(imp, phase) : joint.epochs
}
