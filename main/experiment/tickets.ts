/** What stage 1 yields: each task's subnet and the candidates it was chosen from. */
import type { Mask } from '../../shared/network/mask.ts'
import type { Candidate, TicketReport } from '../../shared/runs/report.ts'
import { lastingRounds } from '../../shared/runs/curves.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import { chooseTicket } from '../pruning/choose.ts'
import { DOCUMENTS } from '../store/artifacts.ts'
import type { RunRecord, Store } from '../store/types.ts'

export interface Ticket extends TicketReport {
  /** Of the chosen candidate. */
  mask: Mask
}

/** The candidates of every task so far, also of a run that has not finished. `chosen` is null before the choice. */
export function foundTickets(
  store: Store,
  run: Pick<RunRecord, 'id' | 'config' | 'report'>,
): { task: string; candidates: Candidate[]; chosen: number | null }[] {
  const given = store.loadDocument<TicketReport[]>(run.id, DOCUMENTS.tickets) ?? []
  if (run.report !== null && run.report.tickets.length > 0) return run.report.tickets
  const trainings = store.trainings(run.id)
  const masks = store.listMasks(run.id)
  // Stage 2 begins once all tasks have chosen.
  const isChosen = trainings.some(({ id }) => JOINT_METHODS.some((method) => method === id.phase))
  return Object.keys(run.config.tasks).map((task) => {
    const known = given.find((ticket) => ticket.task === task)
    if (known !== undefined) return known
    const rounds = lastingRounds(trainings.filter(({ id, result }) => id.task === task && result !== null))
    const candidates = rounds.flatMap(({ id, result }): Candidate[] => {
      const mask = masks.find((one) => one.task === task && one.round === id.round)
      if (mask === undefined) return []
      const found = { round: mask.round, density: mask.density, kept: mask.kept, dev: result!.dev[task] }
      return [id.phase === 'search' ? { ...found, searchOnly: true } : found]
    })
    return {
      task,
      candidates,
      chosen: isChosen && candidates.length > 1 ? chooseTicket(candidates, run.config.optimizer.keep).round : null,
    }
  })
}
