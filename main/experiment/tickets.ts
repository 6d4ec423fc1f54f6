/** What stage 1 leaves behind. */
import type { Mask } from '../../shared/network/mask.ts'
import { JOINT_METHODS } from '../../shared/settings/methods.ts'
import type { Candidate, TicketReport } from '../../shared/runs/report.ts'
import { chooseTicket } from '../pruning/choose.ts'
import { DOCUMENTS, TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { DatasetRecord, RunRecord, Store } from '../store/types.ts'
import type { ExperimentContext } from './context.ts'

/** A task's subnet and the candidates it was chosen from. */
export interface Ticket {
  task: string
  candidates: Candidate[]
  /** Round of the chosen candidate. */
  chosen: number
  mask: Mask
}

/**
 * Keeps the weights of the dense round (the single-task baseline) and of the best candidate so far (the subnet), and drops the
 * others: with their word vectors, twenty rounds of weights would be most of the database. All masks stay.
 */
export function dropUnusedWeights({ store, runId }: ExperimentContext, task: string, candidates: Candidate[]): void {
  const best = chooseTicket(candidates).round
  for (const { round } of candidates) {
    if (round === 0 || round === best) continue
    store.saveArtifact(runId, { phase: 'imp', task, round }, TRAINING_ARTIFACTS.bestWeights, null)
  }
}

/** The candidates of every task whose training is done, and the choice once it is made: also of a run that is still at it. */
export function foundTickets(
  store: Store,
  run: Pick<RunRecord, 'id' | 'config' | 'report'>,
): { task: string; candidates: Candidate[]; chosen: number | null }[] {
  const given = store.loadDocument<TicketReport[]>(run.id, DOCUMENTS.tickets) ?? []
  if (run.report !== null && run.report.tickets.length > 0) return run.report.tickets
  const trainings = store.trainings(run.id)
  const masks = store.listMasks(run.id)
  // Stage 2 begins when all have chosen.
  const over = trainings.some(({ id }) => JOINT_METHODS.some((method) => method === id.phase))
  return Object.keys(run.config.tasks).map((task) => {
    const known = given.find((ticket) => ticket.task === task)
    if (known !== undefined) return known
    const candidates = trainings.flatMap(({ id, result }): Candidate[] => {
      const mask = masks.find((one) => one.task === task && one.round === id.round)
      return id.phase === 'imp' && id.task === task && result !== null && mask !== undefined
        ? [{ round: mask.round, density: mask.density, kept: mask.kept, dev: result.dev[task] }]
        : []
    })
    return { task, candidates, chosen: over && candidates.length > 1 ? chooseTicket(candidates).round : null }
  })
}

/** Throws an Error where a file is not what it was when the run was created: the result would be of neither. */
export function requireSameFiles(recorded: DatasetRecord[], found: DatasetRecord[]): void {
  for (const { path, hash } of recorded) {
    const now = found.find((dataset) => dataset.path === path)
    if (now && now.hash !== hash) {
      throw new Error(
        `${path} has changed since the run was created (SHA-256 ${now.hash.slice(0, 12)}…, was ${hash.slice(0, 12)}…); restore it, or start a new run.`,
      )
    }
  }
}
