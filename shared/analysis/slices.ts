/**
 * Scores by slice: by how often train has the word, how it is capitalised, the length of the span and of the sentence.
 * A span belongs to the slice of its rarest word and of the capitalisation of its first word. No Node, no DOM.
 */
import type { SpanCounts } from '../tags/scoring.ts'
import { tagTable, visitSpans } from '../tags/tags.ts'
import type { EvaluatedSplit } from './evaluated.ts'
import { ratesOf, type Rates } from './labels.ts'
import { CAPITALISATIONS, capitalisationOf, FREQUENCIES, frequencyOf } from './traits.ts'

export interface Slice extends SpanCounts, Rates {
  name: string
}

export interface SliceGroup {
  title: string
  slices: Slice[]
}

/** Tokens from `start` up to but excluding `end` of one sentence. */
interface Item {
  start: number
  end: number
  sentenceLength: number
}

interface Division {
  title: string
  names: readonly string[]
  /** Only for spans. */
  spansOnly?: boolean
  /** The slice of an item, as an index into `names`. */
  sliceOf(item: Item, traits: Uint8Array): number
}

const SENTENCE_LENGTHS = [10, 20, 30, 40]

function rarest({ start, end }: Item, traits: Uint8Array): number {
  let least = frequencyOf(traits[start])
  for (let t = start + 1; t < end; t++) least = Math.min(least, frequencyOf(traits[t]))
  return least
}

const DIVISIONS: Division[] = [
  {
    title: 'Seen in train',
    names: ['seen', 'unseen'],
    sliceOf: (item, traits) => (rarest(item, traits) === 0 ? 1 : 0),
  },
  { title: 'Frequency in train', names: FREQUENCIES, sliceOf: rarest },
  {
    title: 'Capitalisation',
    names: CAPITALISATIONS,
    sliceOf: ({ start }, traits) => capitalisationOf(traits[start]),
  },
  {
    title: 'Length of the span',
    names: ['1 word', '2 words', '3 words', '4 words or more'],
    spansOnly: true,
    sliceOf: ({ start, end }) => Math.min(3, end - start - 1),
  },
  {
    title: 'Length of the sentence',
    names: ['under 10 words', '10 to 19', '20 to 29', '30 to 39', '40 or more'],
    sliceOf: ({ sentenceLength }) => SENTENCE_LENGTHS.filter((least) => sentenceLength >= least).length,
  },
]

/** The scores of every slice that occurs. For token tasks, precision, recall and F1 are all the accuracy. */
export function sliceScores(evaluated: EvaluatedSplit, predicted: Int32Array): SliceGroup[] {
  const divisions = DIVISIONS.filter(({ spansOnly }) => evaluated.kind === 'span' || spansOnly !== true)
  const counts = divisions.map(({ names }) => names.map((): SpanCounts => ({ gold: 0, predicted: 0, correct: 0 })))
  const add = (item: Item, side: keyof SpanCounts) =>
    divisions.forEach(({ sliceOf }, d) => counts[d][sliceOf(item, evaluated.traits)][side]++)
  if (evaluated.kind === 'span') visitSpanItems(evaluated, predicted, add)
  else countTokens(evaluated, predicted, divisions, counts)
  return divisions.map(({ title, names }, d) => ({
    title,
    slices: counts[d]
      .map((own, i) => ({ name: names[i], ...own, ...ratesOf(own) }))
      .filter(({ gold, predicted: found }) => gold + found > 0),
  }))
}

type Add = (item: Item, side: keyof SpanCounts) => void

/** Every token is one item in gold and in the prediction. One object for all, because there are many. */
function countTokens(
  { sentenceStart, gold, traits }: EvaluatedSplit,
  predicted: Int32Array,
  divisions: readonly Division[],
  counts: SpanCounts[][],
): void {
  const item = { start: 0, end: 0, sentenceLength: 0 }
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    item.sentenceLength = sentenceStart[s + 1] - sentenceStart[s]
    for (let t = sentenceStart[s]; t < sentenceStart[s + 1]; t++) {
      item.start = t
      item.end = t + 1
      for (let d = 0; d < divisions.length; d++) {
        const own = counts[d][divisions[d].sliceOf(item, traits)]
        own.gold++
        own.predicted++
        if (gold[t] === predicted[t]) own.correct++
      }
    }
  }
}

function visitSpanItems({ tagNames, sentenceStart, gold }: EvaluatedSplit, predicted: Int32Array, add: Add): void {
  const table = tagTable(tagNames)
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    const [from, to] = [sentenceStart[s], sentenceStart[s + 1]]
    const found = new Map<number, [type: number, end: number]>()
    visitSpans(table, predicted, from, to, (type, start, end) => {
      found.set(start, [type, end])
      add({ start, end, sentenceLength: to - from }, 'predicted')
    })
    visitSpans(table, gold, from, to, (type, start, end) => {
      const item = { start, end, sentenceLength: to - from }
      add(item, 'gold')
      const same = found.get(start)
      if (same !== undefined && same[0] === type && same[1] === end) add(item, 'correct')
    })
  }
}
