/** The range of an axis of percentages. No DOM. */

/**
 * The range of an axis of scores: a little wider than the values, but never below 0 or above 100 percent. Equal values
 * get a range of at least one point.
 */
export function percentRange(values: readonly number[]): { suggestedMin?: number; suggestedMax?: number } {
  if (values.length === 0) return {}
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const margin = Math.max(0.5, 0.05 * (high - low))
  return { suggestedMin: Math.max(0, low - margin), suggestedMax: Math.min(100, high + margin) }
}
