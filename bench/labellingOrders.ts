/** In which order sentences are labelled: at random, or by what the current model makes of them. */
import { uncertaintyOf } from '../shared/annotation/project.ts'
import type { SentenceTags } from '../shared/tags/tagging.ts'

export interface OpenSentence {
  index: number
  tags: SentenceTags[]
}

export type Order = keyof typeof ORDERS

/** The next `count` sentences. Of equally uncertain ones the first, which is random: the corpus is shuffled. */
export const ORDERS = {
  random: (open: readonly OpenSentence[], count: number) => open.slice(0, count).map(({ index }) => index),
  /** As the studio's queue: by the least certain word. */
  least: byMost(({ tags }) => uncertaintyOf(tags)),
  /** By the probability that some word is wrong if all are independent: prefers long sentences. */
  sequence: byMost(({ tags }) => logsOf(tags).reduce((sum, log) => sum - log, 0)),
  /** By the mean uncertainty of a word. */
  mean: byMost(({ tags }) => logsOf(tags).reduce((sum, log, _, all) => sum - log / all.length, 0)),
}

function byMost(uncertainty: (open: OpenSentence) => number) {
  return (open: readonly OpenSentence[], count: number) =>
    open
      .map((one) => ({ index: one.index, value: uncertainty(one) }))
      .toSorted((a, b) => b.value - a.value)
      .slice(0, count)
      .map(({ index }) => index)
}

const logsOf = (tags: readonly SentenceTags[]) =>
  tags.flatMap(({ confidence }) => (confidence ?? []).map((value) => Math.log(Math.max(value, 1e-12))))
