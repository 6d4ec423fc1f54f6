/** Computes token accuracy and conlleval's span F1 from flat tag ids. No Node, no DOM. */
import { OUTSIDE, startsSpan, tagTable, type TagScheme } from './tags.ts'
import type { Score, ScoreName } from '../runs/training.ts'

export interface ScoreInput {
  score: ScoreName
  /** Scheme of tagNames; null for token tasks. One rule reads all four, so the score does not depend on it. */
  scheme: TagScheme | null
  /** By tag id. */
  tagNames: string[]
  /** [S + 1] first token of each sentence; the last entry is N. */
  sentenceStart: Int32Array
  /** [N] tag ids. Both may hold ids of any name in tagNames. */
  gold: Int32Array
  predicted: Int32Array
}

/** Span counts of one type or of all types. */
export interface SpanCounts {
  /** Spans in gold, in the prediction, and in both with the same tokens and type. */
  gold: number
  predicted: number
  correct: number
}

/** Score in percent; 0 if there is nothing to score. Throws a RangeError if the array lengths differ. */
export function scoreTags(input: ScoreInput): Score {
  const { score, sentenceStart, gold, predicted } = input
  const tokens = sentenceStart[sentenceStart.length - 1]
  if (gold.length !== tokens || predicted.length !== tokens) {
    throw new RangeError(`found ${gold.length} gold and ${predicted.length} predicted tags, expected ${tokens}`)
  }
  if (score === 'accuracy') return { name: score, value: accuracy(gold, predicted) }
  const total: SpanCounts = { gold: 0, predicted: 0, correct: 0 }
  for (const counts of Object.values(countSpans(input))) {
    total.gold += counts.gold
    total.predicted += counts.predicted
    total.correct += counts.correct
  }
  return spanScore(total)
}

/**
 * [S, 3] counts per sentence: gold, predicted, correct; of spans, or of tokens for accuracy. For a bootstrap over
 * sentences: the score of any sample is 200 · correct / (gold + predicted), computed from the sums.
 */
export function countsBySentence(input: ScoreInput): Int32Array {
  const { score, sentenceStart, gold, predicted } = input
  const sentences = sentenceStart.length - 1
  const counts = new Int32Array(3 * sentences)
  for (let s = 0; s < sentences; s++) {
    const [from, to] = [sentenceStart[s], sentenceStart[s + 1]]
    const one = {
      ...input,
      sentenceStart: Int32Array.of(0, to - from),
      gold: gold.subarray(from, to),
      predicted: predicted.subarray(from, to),
    }
    const parts =
      score === 'accuracy'
        ? [{ gold: to - from, predicted: to - from, correct: matches(one.gold, one.predicted) }]
        : Object.values(countSpans(one))
    for (const part of parts) {
      counts[3 * s] += part.gold
      counts[3 * s + 1] += part.predicted
      counts[3 * s + 2] += part.correct
    }
  }
  return counts
}

/** Precision, recall and F1 in percent; each is 0 if its denominator is 0. */
export function spanScore({ gold, predicted, correct }: SpanCounts): Score {
  const precision = predicted === 0 ? 0 : (100 * correct) / predicted
  const recall = gold === 0 ? 0 : (100 * correct) / gold
  // 2PR / (P + R), rearranged so that perfect spans score exactly 100.
  const value = gold + predicted === 0 ? 0 : (200 * correct) / (gold + predicted)
  return { name: 'spanF1', value, precision, recall }
}

function accuracy(gold: Int32Array, predicted: Int32Array): number {
  return gold.length === 0 ? 0 : (100 * matches(gold, predicted)) / gold.length
}

function matches(gold: Int32Array, predicted: Int32Array): number {
  let correct = 0
  for (let t = 0; t < gold.length; t++) if (gold[t] === predicted[t]) correct++
  return correct
}

/**
 * Counts spans by type in one pass, like conlleval: a predicted span is correct if a gold span of the same type starts
 * and ends at the same tokens. Only the spans matter, not the scheme: BIOES gives the same counts as IOB2.
 */
export function countSpans({ tagNames, sentenceStart, gold, predicted }: ScoreInput): Record<string, SpanCounts> {
  const { role, type, types } = tagTable(tagNames)
  const counts = types.map((): SpanCounts => ({ gold: 0, predicted: 0, correct: 0 }))
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    let goldRole = OUTSIDE,
      goldType = -1
    let otherRole = OUTSIDE,
      otherType = -1
    // Type of the open gold and predicted spans if they started at the same token; -1 = none.
    let common = -1
    for (let t = sentenceStart[s]; t < sentenceStart[s + 1]; t++) {
      const g = gold[t],
        p = predicted[t]
      const goldStarts = startsSpan(goldRole, goldType, role[g], type[g])
      const otherStarts = startsSpan(otherRole, otherType, role[p], type[p])
      if (common >= 0) {
        const goldEnds = goldStarts || role[g] === OUTSIDE
        const otherEnds = otherStarts || role[p] === OUTSIDE
        if (goldEnds && otherEnds) counts[common].correct++
        if (goldEnds || otherEnds) common = -1
      }
      if (goldStarts) counts[type[g]].gold++
      if (otherStarts) counts[type[p]].predicted++
      if (goldStarts && otherStarts && type[g] === type[p]) common = type[g]
      goldRole = role[g]
      goldType = type[g]
      otherRole = role[p]
      otherType = type[p]
    }
    if (common >= 0) counts[common].correct++
  }
  return Object.fromEntries(types.map((name, i) => [name, counts[i]]))
}
