/** Which rounds of a task the learning curves show: of 21 rounds at once nobody makes out one. */
import type { Group } from './series.ts'
import type { TrainingDetail } from '../../shared/protocol/api.ts'

export const LATEST = 5

/** latest: the last few, whichever they come to be. */
export type RoundChoice = 'latest' | 'all' | readonly number[]

/** The trainings of a group to be shown; of a joint training there is nothing to choose. */
export function chosenOf({ trainings }: Group, choice: RoundChoice): TrainingDetail[] {
  const sorted = trainings.toSorted((a, b) => (a.id.round ?? 0) - (b.id.round ?? 0))
  if (choice === 'all' || trainings.every(({ id }) => id.round === null)) return sorted
  return choice === 'latest' ? sorted.slice(-LATEST) : sorted.filter(({ id }) => choice.includes(id.round!))
}
