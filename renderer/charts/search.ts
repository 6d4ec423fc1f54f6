/** Places in rising numbers, by halving. No DOM. */

/** How many of them are below `value`. */
export function countBelow(x: Float64Array, value: number): number {
  return halve(x, (one) => one < value)
}

/** How many of them are at most `value`. */
export function countUpTo(x: Float64Array, value: number): number {
  return halve(x, (one) => one <= value)
}

function halve(x: Float64Array, counts: (one: number) => boolean): number {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (counts(x[middle])) low = middle + 1
    else high = middle
  }
  return low
}
