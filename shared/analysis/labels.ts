/** Precision, recall and F1 of every label: of span types as conlleval counts them, or of tags. No Node, no DOM. */
import { countSpans, type ScoreInput, type SpanCounts } from '../tags/scoring.ts'
import type { EvaluatedSplit } from './evaluated.ts'

/** In percent; each is 0 if its denominator is 0. */
export interface Rates {
  precision: number
  recall: number
  f1: number
}

export interface LabelScore extends Rates, SpanCounts {
  label: string
}

export interface LabelScores {
  /** Types of spans, or tags; those that occur in gold or in the prediction, by name. */
  labels: LabelScore[]
  /** Over all spans, or all tokens: the score of the task. */
  micro: Rates
  /** The mean over the labels, each with the same weight. */
  macro: Rates
  /** The mean over the labels, weighted by their number in gold. */
  weighted: Rates
  /** Spans or tokens in gold, in the prediction, and in both. */
  total: SpanCounts
  /** Tokens whose tag is right, in percent; conlleval prints it for spans too. */
  accuracy: number
  tokens: number
}

/** A span without a type, as in the tags B and I, has this label. */
export const UNTYPED = 'span'

/** The scores of a prediction [N] of tag ids. */
export function labelScores(
  evaluated: Omit<EvaluatedSplit, 'task' | 'split' | 'traits'>,
  predicted: Int32Array,
): LabelScores {
  const counts = countsByLabel({ ...evaluated, predicted })
  const labels = [...counts]
    .filter(([, { gold, predicted: found }]) => gold + found > 0)
    .map(([label, own]) => ({ label: label === '' ? UNTYPED : label, ...own, ...ratesOf(own) }))
    .toSorted((a, b) => (a.label < b.label ? -1 : 1))
  const total = labels.reduce(
    (sum, one) => ({
      gold: sum.gold + one.gold,
      predicted: sum.predicted + one.predicted,
      correct: sum.correct + one.correct,
    }),
    { gold: 0, predicted: 0, correct: 0 },
  )
  const tokens = evaluated.gold.length
  let right = 0
  for (let t = 0; t < tokens; t++) if (evaluated.gold[t] === predicted[t]) right++
  return {
    labels,
    micro: ratesOf(total),
    macro: mean(labels, () => 1),
    weighted: mean(labels, ({ gold }) => gold),
    total,
    accuracy: tokens === 0 ? 0 : (100 * right) / tokens,
    tokens,
  }
}

export function ratesOf({ gold, predicted, correct }: SpanCounts): Rates {
  return {
    precision: predicted === 0 ? 0 : (100 * correct) / predicted,
    recall: gold === 0 ? 0 : (100 * correct) / gold,
    // 2PR / (P + R), rearranged so that a perfect label scores exactly 100.
    f1: gold + predicted === 0 ? 0 : (200 * correct) / (gold + predicted),
  }
}

/** A Map, because a label may be called `__proto__`. */
function countsByLabel(input: ScoreInput): Map<string, SpanCounts> {
  if (input.score === 'spanF1') return new Map(Object.entries(countSpans(input)))
  const counts = input.tagNames.map((): SpanCounts => ({ gold: 0, predicted: 0, correct: 0 }))
  for (let t = 0; t < input.gold.length; t++) {
    counts[input.gold[t]].gold++
    counts[input.predicted[t]].predicted++
    if (input.gold[t] === input.predicted[t]) counts[input.gold[t]].correct++
  }
  return new Map(input.tagNames.map((name, id) => [name, counts[id]]))
}

function mean(labels: readonly LabelScore[], weightOf: (label: LabelScore) => number): Rates {
  const weight = labels.reduce((sum, label) => sum + weightOf(label), 0)
  const of = (rate: keyof Rates) =>
    weight === 0 ? 0 : labels.reduce((sum, label) => sum + weightOf(label) * label[rate], 0) / weight
  return { precision: of('precision'), recall: of('recall'), f1: of('f1') }
}
