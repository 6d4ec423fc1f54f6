/** The runs of an experiment, found by their settings, so that an experiment that continues trains nothing twice. */
import type { RunRecord, RunSummary } from '../../shared/runs/records.ts'
import { StoreError } from '../store/index.ts'
import { hashOf } from '../store/json.ts'
import type { Store } from '../store/types.ts'
import type { Definition } from './definition.ts'
import type { Experiment, PlannedRun } from './plan.ts'

/** The tag of every run of an experiment. */
export const experimentTag = ({ name }: Pick<Definition, 'name'>) => `experiment:${name}`

/** The tag that earlier versions gave to the runs of an experiment. */
const formerTag = ({ name }: Pick<Definition, 'name'>) => `study:${name}`

/** Whether a run with these tags belongs to the experiment. */
export function isOf({ definition }: Pick<Experiment, 'definition'>, tags: readonly string[]): boolean {
  return tags.includes(experimentTag(definition)) || tags.includes(formerTag(definition))
}

/** The run of a plan; null where it was not created yet. */
export function runOf(store: Store, experiment: Experiment, planned: PlannedRun): RunRecord | null {
  const hash = hashOf(planned.config)
  const exact = store.runsWithConfig(hash).find((run) => isOf(experiment, run.tags))
  return exact ?? earlierRuns(store, experiment, store.listSummaries(), new Set([hash])).get(hash) ?? null
}

/**
 * Runs of the experiment by the hash that their settings have now. A run of an earlier version was stored without the
 * settings that came later; read with their defaults, it has the hash of a plan again. Runs whose stored hash is among
 * `known` are left out, and so are damaged ones.
 */
export function earlierRuns(
  store: Store,
  experiment: Pick<Experiment, 'definition'>,
  summaries: readonly RunSummary[],
  known: ReadonlySet<string>,
): Map<string, RunRecord> {
  const found = new Map<string, RunRecord>()
  for (const { id, tags, configHash } of summaries) {
    if (!isOf(experiment, tags) || known.has(configHash)) continue
    const run = readable(store, id)
    if (run === null) continue
    const hash = hashOf(run.config)
    // Newest first, as everywhere.
    if (!found.has(hash)) found.set(hash, run)
  }
  return found
}

function readable(store: Store, run: string): RunRecord | null {
  try {
    return store.getRun(run)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') return null
    throw error
  }
}
