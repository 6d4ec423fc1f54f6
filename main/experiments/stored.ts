/** The experiments of a database: stored when they begin, found again with their runs. */
import { z } from 'zod'
import type { Damaged } from '../../shared/protocol/requests/damaged.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { statusOf, type RunSummary } from '../../shared/runs/records.ts'
import type { ExperimentCell, ExperimentSummary } from '../../shared/runs/experiments.ts'
import { checkSettings } from '../config/check.ts'
import { hashOf } from '../store/json.ts'
import { StoreError } from '../store/index.ts'
import { checkStored, partition } from '../store/stored.ts'
import type { Store } from '../store/types.ts'
import { storedDefinition, type Definition } from './definition.ts'
import { followUps } from './followUps.ts'
import type { Experiment, PlannedRun } from './plan.ts'
import { earlierRuns, isOf } from './runs.ts'

const planSchema = z.array(
  z.looseObject({ seed: z.number(), variant: z.string().nullable(), config: z.looseObject({ name: z.string() }) }),
)

export interface KnownExperiment extends Experiment {
  id: string
  createdAt: string
}

/** Equal for plans with the same name and settings, whatever their seeds: further seeds continue an experiment. */
export function experimentId({ definition, runs }: Experiment): string {
  const variants = new Map(
    runs.map(({ variant, config }): [string | null, ExperimentConfig] => [variant, { ...config, seed: 0, name: '' }]),
  )
  return hashOf({ name: definition.name, variants: [...variants] }).slice(0, 16)
}

/** Stores an experiment, or adds its seeds to the one that is stored. Returns its id. */
export function remember(store: Store, experiment: Experiment): string {
  const { name, ...definition } = experiment.definition
  return store.transaction(() => {
    const id = storedId(store, experiment)
    const known = store.getExperiment(id)
    const isPlanned = (run: PlannedRun) =>
      experiment.runs.some(({ seed, variant }) => seed === run.seed && variant === run.variant)
    const earlier = ((known?.plan ?? []) as PlannedRun[]).filter((run) => !isPlanned(run))
    const createdAt = known?.createdAt ?? new Date().toISOString()
    store.saveExperiment({ id, name, createdAt, definition, plan: [...earlier, ...experiment.runs] })
    return id
  })
}

/**
 * Its id, or the one under which an earlier version, whose plans lack the settings that came later, has stored it.
 */
export function storedId(store: Store, experiment: Experiment): string {
  const id = experimentId(experiment)
  if (store.getExperiment(id) !== null) return id
  const isTheSame = (other: string) => {
    try {
      return experimentId(recall(store, other)) === id
    } catch (error) {
      if (error instanceof StoreError) return false
      throw error
    }
  }
  const ids = store.listExperiments().map((one) => one.id)
  return ids.find(isTheSame) ?? id
}

/** Settings that were added since it was stored have their defaults. Throws a StoreError 'missing' or 'damaged'. */
export function recall(store: Store, id: string): KnownExperiment {
  const known = store.getExperiment(id)
  if (known === null) throw new StoreError('missing', `There is no experiment ${id}.`)
  return { id, createdAt: known.createdAt, definition: definitionIn(known), runs: plannedRuns(known) }
}

function definitionIn({ name, definition }: { name: string; definition: unknown }): Definition {
  try {
    return storedDefinition(definition, name)
  } catch (error) {
    throw new StoreError('damaged', `The experiment ${name} cannot be read: ${(error as Error).message}`, error)
  }
}

function plannedRuns({ name, plan }: { name: string; plan: unknown }): PlannedRun[] {
  return checkStored<PlannedRun[]>(`The plan of the experiment ${name}`, plan, planSchema).map((run) => {
    const { config, problems } = checkSettings(run.config)
    if (config !== null) return { ...run, config }
    const reason = problems.map(({ message }) => message).join('; ')
    throw new StoreError('damaged', `The experiment ${name} cannot be read: ${run.config.name}: ${reason}`)
  })
}

/** The experiments, newest first, with how far they are. Damaged ones are left out. */
export function listExperiments(store: Store): ExperimentSummary[] {
  const summaries = store.listSummaries()
  return partition(store.listExperiments(), ({ id }) => {
    const experiment = recall(store, id)
    const cells = cellsOf(store, experiment, summaries)
    return {
      id,
      name: experiment.definition.name,
      title: experiment.definition.title,
      createdAt: experiment.createdAt,
      seeds: [...new Set(experiment.runs.map(({ seed }) => seed))],
      methods: experiment.runs[0]?.config.methods ?? [],
      planned: cells.length,
      finished: cells.filter(({ status }) => status === 'finished').length,
    }
  }).whole
}

export function damagedExperiments(store: Store): Damaged[] {
  const summaries = store.listSummaries()
  return partition(store.listExperiments(), ({ id }) => cellsOf(store, recall(store, id), summaries)).damaged
}

/** The planned runs, and the follow-up runs that are known so far, each with its run where there is one. */
export function cellsOf(
  store: Store,
  experiment: Experiment,
  summaries: readonly RunSummary[] = store.listSummaries(),
): ExperimentCell[] {
  const byHash = Map.groupBy(
    summaries.filter(({ tags }) => isOf(experiment, tags)),
    ({ configHash }) => configHash,
  )
  const earlier = earlierRuns(
    store,
    experiment,
    summaries,
    new Set(experiment.runs.map(({ config }) => hashOf(config))),
  )
  const byId = new Map(summaries.map((summary) => [summary.id, summary]))
  const cell = (planned: PlannedRun, followUp: boolean): ExperimentCell => {
    const hash = hashOf(planned.config)
    const run = byHash.get(hash)?.[0] ?? byId.get(earlier.get(hash)?.id ?? '') ?? null
    return {
      name: planned.config.name,
      seed: planned.seed,
      variant: planned.variant,
      followUp,
      run: run?.id ?? null,
      status: run === null ? null : statusOf(run),
      done: run?.trainings.done ?? 0,
      planned: run?.trainings.planned ?? 0,
    }
  }
  return [
    ...experiment.runs.map((planned) => cell(planned, false)),
    ...followUps(store, experiment).map((planned) => cell(planned, true)),
  ]
}
