/** Deletes an experiment: the plan with its report, and its runs where that is asked for. */
import { StoreError } from '../store/index.ts'
import type { Store } from '../store/types.ts'
import { cellsOf, recall } from './stored.ts'

/**
 * Its runs stay in the list of runs unless `withRuns`. Returns the ids of the deleted runs. Throws a StoreError
 * 'missing', or 'used' where one of its runs is in training or queued here (`isActive`; null is a run that does not
 * exist yet), or in training in another process.
 */
export function deleteExperiment(
  store: Store,
  id: string,
  withRuns: boolean,
  isActive: (run: string | null) => boolean = () => false,
): string[] {
  const experiment = recall(store, id)
  const cells = cellsOf(store, experiment)
  const busy = cells.find(({ run, status }) => status === 'running' || isActive(run))
  if (busy !== undefined)
    throw new StoreError(
      'used',
      `The experiment ${experiment.definition.name} cannot be deleted: its run “${busy.name}” is in training ` +
        'or queued. Stop it first.',
    )
  const deleted = withRuns ? cells.flatMap(({ run }) => run ?? []) : []
  // The experiment goes last: where a run cannot be deleted, the others can still be found.
  for (const run of deleted) store.deleteRun(run)
  store.deleteExperiment(id)
  return deleted
}
