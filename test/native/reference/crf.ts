/** The CRF in float64: by enumerating all paths, and by the forward recursion. */
export interface Crf<A = ArrayLike<number>> {
  emissions: A
  transitions: A
  start: A
  end: A
  classes: number
}

/** Rows of the tokens of every sentence of a packed batch. */
export function sentenceRows(batchSizes: Int32Array): number[][] {
  const sentences: number[][] = Array.from({ length: batchSizes[0] ?? 0 }, () => [])
  let row = 0
  for (const size of batchSizes) for (let b = 0; b < size; b++) sentences[b].push(row++)
  return sentences
}

export function pathScore(crf: Crf, rows: number[], tags: ArrayLike<number>): number {
  let score = crf.start[tags[0]] + crf.end[tags[rows.length - 1]]
  rows.forEach((row, t) => {
    score += crf.emissions[row * crf.classes + tags[t]]
    if (t > 0) score += crf.transitions[tags[t - 1] * crf.classes + tags[t]]
  })
  return score
}

/** All tag sequences; the last tag changes slowest, so decoding prefers the first of equal scores. */
export function* allPaths(length: number, classes: number): Generator<number[]> {
  for (let code = 0; code < classes ** length; code++) {
    yield Array.from({ length }, (_, t) => Math.floor(code / classes ** t) % classes)
  }
}

export function logSumExp(x: number[]): number {
  const largest = Math.max(...x)
  return largest + Math.log(x.reduce((sum, value) => sum + Math.exp(value - largest), 0))
}

export function logPartition(crf: Crf, rows: number[]): number {
  const tags = Array.from({ length: crf.classes }, (_, i) => i)
  let alpha = tags.map((j) => crf.start[j] + crf.emissions[rows[0] * crf.classes + j])
  for (const row of rows.slice(1)) {
    alpha = tags.map(
      (j) =>
        crf.emissions[row * crf.classes + j] +
        logSumExp(tags.map((i) => alpha[i] + crf.transitions[i * crf.classes + j])),
    )
  }
  return logSumExp(tags.map((j) => alpha[j] + crf.end[j]))
}

export function crfLoss(crf: Crf, tags: ArrayLike<number>, batchSizes: Int32Array): number {
  const tokens = batchSizes.reduce((sum, size) => sum + size, 0)
  return (
    sentenceRows(batchSizes).reduce(
      (sum, rows) =>
        sum +
        logPartition(crf, rows) -
        pathScore(
          crf,
          rows,
          rows.map((row) => tags[row]),
        ),
      0,
    ) / tokens
  )
}
