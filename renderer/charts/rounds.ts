/** Which rounds of a task the learning curves show (21 at once cannot be told apart), and their colours. No DOM. */
import type { Group, LineColour } from './series.ts'
import type { TrainingDetail } from '../../shared/protocol/api.ts'

export const LATEST = 5

/** latest: the last few rounds, also as new ones start. */
export type RoundChoice = 'latest' | 'all' | readonly number[]

/** The trainings of a group that are shown; of a joint training there is nothing to choose. */
export function chosenOf({ trainings }: Group, choice: RoundChoice): TrainingDetail[] {
  const sorted = trainings.toSorted((a, b) => (a.id.round ?? 0) - (b.id.round ?? 0))
  if (choice === 'all' || trainings.every(({ id }) => id.round === null)) return sorted
  return choice === 'latest' ? sorted.slice(-LATEST) : sorted.filter(({ id }) => choice.includes(id.round!))
}

/** Colours in the scale of rounds. */
const COLOURS = 8

/**
 * The colour of a round depends on its number alone, so that it stays when the next round starts: a place on a scale up
 * to the last planned round, or, where those are more than colours can be told apart, one of eight in turn.
 */
export function roundColour(round: number, last: number): LineColour {
  return last < COLOURS ? { step: round, of: last } : { step: round % COLOURS, of: COLOURS - 1 }
}
