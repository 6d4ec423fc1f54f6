/** Figures over seeds. */

export interface Spread {
  values: number[]
  mean: number
  /** Sample standard deviation; null of a single value. */
  deviation: number | null
}

/** Null where there is no value. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { values: [...values], mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) }
}

/**
 * Overlap ratio |A ∩ B| / |A ∪ B| that two random masks of these densities are expected to have, up to terms of the order of one
 * over the number of weights: ab / (a + b − ab).
 */
export function overlapByChance(a: number, b: number): number {
  return (a * b) / (a + b - a * b)
}
