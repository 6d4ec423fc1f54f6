/** The one vocabulary for the status of a run: queued, running, paused, stopped, interrupted, failed, finished. */
import type { ActiveState } from '../../shared/protocol/requests/training.ts'
import { statusOf, type RunRecord } from '../../shared/runs/records.ts'

export type ShownStatus =
  | 'queued'
  | 'running'
  | 'paused'
  | 'stopped'
  | 'interrupted'
  | 'failed'
  | 'finished'
  /** The run cannot be read; its row in the list says why. */
  | 'damaged'

/** Of a run that this program trains. One that is stopping still runs to its next checkpoint. */
export function activeStatus(state: ActiveState): ShownStatus {
  return state === 'stopping' ? 'running' : state
}

/**
 * Of any run: `active` is its state where this program trains it, which the stored record does not know in full
 * (a paused run is stored as running). A run that was recorded but never started is queued.
 */
export function shownStatus(
  run: Pick<RunRecord, 'status' | 'interrupted'> & { damaged?: string | null },
  active: { state: ActiveState } | null,
): ShownStatus {
  if (run.damaged) return 'damaged'
  if (active !== null) return activeStatus(active.state)
  const status = statusOf(run)
  return status === 'created' ? 'queued' : status
}
