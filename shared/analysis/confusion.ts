/** Which tags are taken for which. No Node, no DOM. */

/** [C, C] tokens by gold tag (row) and predicted tag (column), row-major. */
export function confusionCounts(gold: Int32Array, predicted: Int32Array, tags: number): Int32Array {
  const counts = new Int32Array(tags * tags)
  for (let t = 0; t < gold.length; t++) counts[gold[t] * tags + predicted[t]]++
  return counts
}

/** A confusion matrix of the tags that occur in gold or in the prediction. */
export interface Confusion {
  tags: string[]
  /** [C, C] tokens by gold tag (row) and predicted tag (column), row-major. */
  counts: number[]
}

export function confusionOf(tagNames: readonly string[], gold: Int32Array, predicted: Int32Array): Confusion {
  const C = tagNames.length
  const all = confusionCounts(gold, predicted, C)
  const used = tagNames
    .map((_, id) => id)
    .filter((id) => tagNames.some((_, o) => all[id * C + o] + all[o * C + id] > 0))
  return {
    tags: used.map((id) => tagNames[id]),
    counts: used.flatMap((row) => used.map((column) => all[row * C + column])),
  }
}

/** The share of each row, from 0 to 1; 0 where the row is empty. */
export function rowShares({ tags, counts }: Confusion): number[] {
  const C = tags.length
  const sums = tags.map((_, row) => counts.slice(row * C, (row + 1) * C).reduce((a, b) => a + b, 0))
  return counts.map((count, i) => {
    const sum = sums[Math.floor(i / C)]
    return sum === 0 ? 0 : count / sum
  })
}
