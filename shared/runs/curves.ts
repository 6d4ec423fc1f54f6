/** The IMP curve: dev score against density for each task, and which subnet was chosen. */
import type { TrainingRecord } from './records.ts'
import type { TicketReport } from './report.ts'

/** A candidate as far as it is known, also of an unfinished run. */
export interface CandidatePoint {
  round: number
  density: number
  kept: number | null
  dev: number
}

export interface Curve {
  task: string
  candidates: CandidatePoint[]
  /** Null before the choice is made. */
  chosen: number | null
}

export function curvesOf(tickets: readonly TicketReport[]): Curve[] {
  return tickets.map(({ task, candidates, chosen }) => ({
    task,
    chosen,
    candidates: candidates.map(({ round, density, kept, dev }) => ({ round, density, kept, dev: dev.value })),
  }))
}

/** The curves of an unfinished run: the rounds that have finished. */
export function curvesSoFar(trainings: readonly TrainingRecord[], tasks: readonly string[]): Curve[] {
  return tasks
    .map((task) => ({
      task,
      chosen: null,
      candidates: trainings.flatMap(({ id, result }) =>
        id.phase === 'imp' && id.task === task && result !== null
          ? [{ round: id.round!, density: result.density[task], kept: null, dev: result.dev[task].value }]
          : [],
      ),
    }))
    .filter(({ candidates }) => candidates.length > 0)
}
