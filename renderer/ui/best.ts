/** Which scores of a column are printed bold. No DOM. */
import { score } from '../../shared/util/format.ts'

/**
 * The best of several scores as printed: scores that look equal are equally best. Null where there is nothing to
 * point out: fewer than two scores, or all equal, as where every method is still at 0.00.
 */
export function best(values: readonly (number | null)[]): string | null {
  const printed = values.filter((value) => value !== null).map(score)
  if (new Set(printed).size < 2) return null
  return score(Math.max(...values.map((value) => value ?? -Infinity)))
}
