/** Mean and standard deviation of a few values, e.g. over seeds. */

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
