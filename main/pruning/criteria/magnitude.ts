/** Magnitude pruning (Han et al. 2015), the paper's criterion: a weight's score is its value after the round. */
import type { ArrayBundle } from '../../../shared/util/arrays.ts'

export function magnitudeScores(thetaK: ArrayBundle): ArrayBundle {
  return thetaK
}
