/** Statistics over seeds. */

export interface Spread {
  values: number[]
  mean: number
  /** Sample standard deviation; null of a single value. */
  deviation: number | null
}

/** Null where there are no values. */
export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { values: [...values], mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) }
}

/**
 * The expected overlap ratio |A ∩ B| / |A ∪ B| of two random masks of these densities, up to terms of the order of 1 /
 * (number of weights): ab / (a + b − ab).
 */
export function overlapByChance(a: number, b: number): number {
  return (a * b) / (a + b - a * b)
}
