/** Algorithm 1, step 6: which of a task's candidates becomes its subnet. */
import type { OptimizerConfig } from '../../shared/settings/config.ts'
import type { Candidate } from '../../shared/runs/report.ts'

/**
 * The candidate that does best on dev; on a tie, the one with the fewest remaining weights. Candidates that only a
 * search trained are left out. `keep`: 'last' takes the last round whatever its score. Throws a RangeError for none.
 */
export function chooseTicket(candidates: readonly Candidate[], keep: OptimizerConfig['keep'] = 'best'): Candidate {
  const eligible = candidates.filter(({ searchOnly }) => searchOnly !== true)
  if (eligible.length === 0) throw new RangeError('There are no candidates to choose from.')
  if (keep === 'last') return eligible.reduce((last, candidate) => (candidate.round > last.round ? candidate : last))
  return eligible.reduce((best, candidate) => {
    if (candidate.dev.value !== best.dev.value) return candidate.dev.value > best.dev.value ? candidate : best
    return candidate.kept < best.kept ? candidate : best
  })
}
