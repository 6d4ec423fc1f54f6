/** The tags of a packed batch as people see them: span tags well-formed. */
import type { TaggedTask } from '../../shared/tags/tagging.ts'
import { convertTagIds } from '../../shared/tags/tags.ts'

/**
 * [N] ids by row (native/contract.ts has the order of rows); −1 for a tag that the task lacks. Repaired as
 * taggedSentences does.
 */
export function shownTags(
  { scheme, tagNames }: Pick<TaggedTask, 'scheme' | 'tagNames'>,
  ids: Int32Array,
  batchSizes: Int32Array,
): Int32Array {
  if (scheme === null) return ids
  const { rows, sentenceStart } = bySentence(batchSizes)
  const repaired = convertTagIds(
    tagNames,
    rows.map((row) => ids[row]),
    sentenceStart,
    scheme,
  )
  const own = repaired.names.map((name) => tagNames.indexOf(name))
  const shown = new Int32Array(ids.length)
  rows.forEach((row, n) => (shown[row] = own[repaired.ids[n]]))
  return shown
}

/** [N] the rows of a packed batch, one sentence after the other, and where each sentence begins in them [S + 1]. */
function bySentence(batchSizes: Int32Array): { rows: Int32Array; sentenceStart: Int32Array } {
  const stepStart = new Int32Array(batchSizes.length + 1)
  batchSizes.forEach((size, t) => (stepStart[t + 1] = stepStart[t] + size))
  const rows = new Int32Array(stepStart[batchSizes.length])
  const sentences = batchSizes[0] ?? 0
  const sentenceStart = new Int32Array(sentences + 1)
  let n = 0
  for (let s = 0; s < sentences; s++) {
    for (let t = 0; t < batchSizes.length && batchSizes[t] > s; t++) rows[n++] = stepStart[t] + s
    sentenceStart[s + 1] = n
  }
  return { rows, sentenceStart }
}
