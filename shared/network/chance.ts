/** The overlap that chance gives: see combinations.ts. */
import { countCombinations, expectedByChance, membership, overlapOf } from './combinations.ts'
import type { Mask } from './mask.ts'

/** The overlap ratio expected of independent random subnets with the densities of these in each layer. */
export function chanceOverlap(masks: readonly Mask[]): number {
  const layers = masks[0].layers.map((_, l) =>
    countCombinations(membership(masks.map(({ layers }) => layers[l].kept)), masks.length),
  )
  return overlapOf(expectedByChance(layers))
}
