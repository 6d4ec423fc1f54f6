/** The IMP curve: dev score against density for each task, and which subnet was chosen. */
import type { TrainingRecord } from './records.ts'
import type { TicketReport } from './report.ts'
import { isRound, type TrainingId } from './training.ts'

/** A candidate as far as it is known, also of an unfinished run. */
export interface CandidatePoint {
  round: number
  density: number
  kept: number | null
  dev: number
  /** Of a short training that only found a mask: not comparable with the others. */
  searchOnly?: boolean
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
    candidates: candidates.map(({ round, density, kept, dev, searchOnly = false }) => ({
      round,
      density,
      kept,
      dev: dev.value,
      searchOnly,
    })),
  }))
}

/** The curves of an unfinished run: the rounds that have finished. */
export function curvesSoFar(trainings: readonly TrainingRecord[], tasks: readonly string[]): Curve[] {
  return tasks
    .map((task) => ({
      task,
      chosen: null,
      candidates: lastingRounds(trainings.filter(({ id, result }) => id.task === task && result !== null)).map(
        ({ id, result }) => ({
          round: id.round!,
          density: result!.density[task],
          kept: null,
          dev: result!.dev[task].value,
          searchOnly: id.phase === 'search',
        }),
      ),
    }))
    .filter(({ candidates }) => candidates.length > 0)
}

/** The rounds of one task, in order: where a round was searched and later trained to the end, only the latter. */
export function lastingRounds<T extends { id: TrainingId }>(trainings: readonly T[]): T[] {
  const rounds = trainings.filter(({ id }) => isRound(id.phase))
  const trained = new Set(rounds.filter(({ id }) => id.phase === 'imp').map(({ id }) => id.round))
  return rounds
    .filter(({ id }) => id.phase === 'imp' || !trained.has(id.round))
    .toSorted((a, b) => a.id.round! - b.id.round!)
}
