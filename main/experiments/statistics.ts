/** What chance would give. */

/**
 * The expected overlap ratio |A ∩ B| / |A ∪ B| of two random masks of these densities, up to terms of the order of 1 /
 * (number of weights): ab / (a + b − ab).
 */
export function overlapByChance(a: number, b: number): number {
  return (a * b) / (a + b - a * b)
}
