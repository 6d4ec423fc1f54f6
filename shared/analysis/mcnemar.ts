/** McNemar's test: whether two methods that tag the same sentences differ by more than chance. No Node, no DOM. */

export interface McNemar {
  /** Items that only the first gets right, and that only the second gets right. */
  onlyFirst: number
  onlySecond: number
  /** Two-sided, exact: the binomial test of onlyFirst among onlyFirst + onlySecond with probability 1/2. */
  p: number
}

export function mcNemar(onlyFirst: number, onlySecond: number): McNemar {
  const n = onlyFirst + onlySecond
  const k = Math.min(onlyFirst, onlySecond)
  // Σ C(n, i) / 2ⁿ for i ≤ k, in logarithms, because both factors leave the range of numbers.
  let logChoose = 0
  let sum = 0
  for (let i = 0; i <= k; i++) {
    if (i > 0) logChoose += Math.log(n - i + 1) - Math.log(i)
    sum += Math.exp(logChoose - n * Math.LN2)
  }
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * sum) }
}
