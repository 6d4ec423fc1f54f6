/** Finds the sentences that a method gets wrong, on compact arrays. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'
import type { EvaluatedSplit } from './evaluated.ts'
import { UNTYPED } from './labels.ts'
import { mcNemar, type McNemar } from './mcnemar.ts'
import { SPAN_OUTCOMES, visitOutcomes, type SpanOutcome } from './spanErrors.ts'
import { frequencyOf } from './traits.ts'

/** error: any; right: no error; the kinds are of spans (spanErrors.ts). */
export const WANTED = ['any', 'error', 'right', 'type', 'boundary', 'both', 'missed', 'spurious'] as const
export type Wanted = (typeof WANTED)[number]

export interface SentenceFilter {
  /** The method whose errors are looked for. */
  method: Method
  wanted: Wanted
  /** A type of spans, or a tag, in gold or in the prediction; null for all. */
  label: string | null
  /** Only sentences that this other method has entirely right; with `wanted` error: right with it, wrong with `method`. */
  rightWith: Method | null
  /** Part of a word, without regard to case; needs words. */
  word: string
  /** Only sentences with a word that train does not have. */
  unseen: boolean
  least: number
  /** Null: no limit. */
  most: number | null
}

/** What happened in the sentences of a split with one method: K gold spans, spurious spans or tokens, in order. */
export interface Happenings {
  /** Types of spans, or tags. */
  labels: string[]
  /** [K] */
  sentence: Int32Array
  /** [K] index in SPAN_OUTCOMES; for tokens 'right' or 'type'. */
  outcome: Uint8Array
  /** [K] label in gold and in the prediction; −1 where one of them has none. */
  gold: Int32Array
  predicted: Int32Array
  /** [S] 1 where nothing in the sentence is wrong. */
  right: Uint8Array
}

export function happeningsOf(evaluated: EvaluatedSplit, tags: Int32Array): Happenings {
  const [sentence, outcome, gold, predicted]: number[][] = [[], [], [], []]
  const right = new Uint8Array(evaluated.sentenceStart.length - 1).fill(1)
  const add = (s: number, kind: SpanOutcome, one: number, other: number) => {
    sentence.push(s)
    outcome.push(SPAN_OUTCOMES.indexOf(kind))
    gold.push(one)
    predicted.push(other)
    if (kind !== 'right') right[s] = 0
  }
  let labels = evaluated.tagNames
  if (evaluated.kind === 'span') {
    const types = visitOutcomes(evaluated, tags, (kind, one, other, s) =>
      add(s, kind, one?.type ?? -1, other?.type ?? -1),
    )
    labels = types.map((type) => (type === '' ? UNTYPED : type))
  } else {
    const { sentenceStart, gold: own } = evaluated
    for (let s = 0; s + 1 < sentenceStart.length; s++)
      for (let t = sentenceStart[s]; t < sentenceStart[s + 1]; t++)
        add(s, own[t] === tags[t] ? 'right' : 'type', own[t], tags[t])
  }
  return {
    labels,
    sentence: Int32Array.from(sentence),
    outcome: Uint8Array.from(outcome),
    gold: Int32Array.from(gold),
    predicted: Int32Array.from(predicted),
    right,
  }
}

/** The words of a split: token t is names[ids[t]]. */
export interface SplitWords {
  names: string[]
  ids: Int32Array
}

/** The sentences that fit, in order. Without words, a filter by word finds none. */
export function findSentences(
  evaluated: EvaluatedSplit,
  happenings: (method: Method) => Happenings,
  words: SplitWords | null,
  filter: SentenceFilter,
): Int32Array {
  const { sentenceStart, traits } = evaluated
  const S = sentenceStart.length - 1
  const fits = sentencesWith(happenings(filter.method), filter, S)
  if (filter.rightWith !== null) {
    const { right } = happenings(filter.rightWith)
    for (let s = 0; s < S; s++) if (right[s] === 0) fits[s] = 0
  }
  const sought = filter.word.trim().toLowerCase()
  const matching = sought === '' ? null : (words?.names.map((name) => name.toLowerCase().includes(sought)) ?? [])
  const found: number[] = []
  for (let s = 0; s < S; s++) {
    if (fits[s] === 0) continue
    const [from, to] = [sentenceStart[s], sentenceStart[s + 1]]
    if (to - from < filter.least || (filter.most !== null && to - from > filter.most)) continue
    if (filter.unseen && !some(from, to, (t) => frequencyOf(traits[t]) === 0)) continue
    if (matching !== null && !some(from, to, (t) => words !== null && matching[words.ids[t]])) continue
    found.push(s)
  }
  return Int32Array.from(found)
}

function sentencesWith(own: Happenings, { wanted, label }: SentenceFilter, S: number): Uint8Array {
  if (label === null && wanted === 'any') return new Uint8Array(S).fill(1)
  if (label === null && wanted === 'right') return own.right.slice()
  const id = label === null ? null : own.labels.indexOf(label)
  const kind = SPAN_OUTCOMES.indexOf(wanted as SpanOutcome)
  const fits = new Uint8Array(S)
  own.sentence.forEach((s, k) => {
    if (id !== null && (id < 0 || (own.gold[k] !== id && own.predicted[k] !== id))) return
    if (wanted === 'any' || (wanted === 'error' ? own.outcome[k] !== 0 : own.outcome[k] === kind)) fits[s] = 1
  })
  return fits
}

function some(from: number, to: number, holds: (t: number) => boolean): boolean {
  for (let t = from; t < to; t++) if (holds(t)) return true
  return false
}

/** Sentences that only one of two methods has entirely right. */
export function compareSentences(first: Happenings, second: Happenings): McNemar {
  let [onlyFirst, onlySecond] = [0, 0]
  first.right.forEach((right, s) => {
    if (right > second.right[s]) onlyFirst++
    if (right < second.right[s]) onlySecond++
  })
  return mcNemar(onlyFirst, onlySecond)
}
