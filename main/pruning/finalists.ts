/**
 * Which candidates of a search are trained to the end. Rounds that end when their mask settles train for different
 * numbers of epochs, so their last dev scores cannot be compared: they are ranked after as many epochs as all of them
 * trained.
 */
import type { Candidate } from '../../shared/runs/report.ts'

export interface SearchedCandidate {
  candidate: Candidate
  /** Dev score after each epoch, in percent. */
  dev: readonly number[]
}

/**
 * The rounds of the `count` best pruned candidates, by their best dev score within the epochs that all of them trained;
 * on a tie, those with the fewest weights.
 */
export function chooseFinalists(searched: readonly SearchedCandidate[], count: number): number[] {
  const common = Math.min(...searched.map(({ dev }) => dev.length))
  const best = ({ dev }: SearchedCandidate) => Math.max(...dev.slice(0, common))
  return searched
    .toSorted((a, b) => best(b) - best(a) || a.candidate.kept - b.candidate.kept)
    .slice(0, count)
    .map(({ candidate }) => candidate.round)
    .toSorted((a, b) => a - b)
}
