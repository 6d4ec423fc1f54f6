/** Bisection in ascending numbers. No DOM. */

/** The number of values below `value`. */
export function countBelow(x: Float64Array, value: number): number {
  return bisect(x, (one) => one < value)
}

/** The number of values that are at most `value`. */
export function countUpTo(x: Float64Array, value: number): number {
  return bisect(x, (one) => one <= value)
}

function bisect(x: Float64Array, counts: (one: number) => boolean): number {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (counts(x[middle])) low = middle + 1
    else high = middle
  }
  return low
}
