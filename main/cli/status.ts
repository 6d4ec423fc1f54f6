/** The status of a run as the command line shows it. */
import { statusOf, type RunRecord } from '../../shared/runs/records.ts'

export const STATUSES = ['queued', 'running', 'interrupted', 'stopped', 'finished', 'failed'] as const
export type ShownStatus = (typeof STATUSES)[number]

/** The database calls a run that has not started yet `created`. */
export function shownStatus(run: Pick<RunRecord, 'status' | 'interrupted'>): ShownStatus {
  const status = statusOf(run)
  return status === 'created' ? 'queued' : status
}
