/** The sentences of an evaluated split that fit a filter, one page at a time. */
import { compareSentences, findSentences, type SentenceFilter } from '../../../shared/analysis/sentenceFilter.ts'
import { frequencyOf } from '../../../shared/analysis/traits.ts'
import type { EvaluatedSentence, SentencePage } from '../../../shared/protocol/requests/analysis.ts'
import type { CachedEvaluation } from './cache.ts'

/** The most sentences that an annotation project takes. */
const MOST_FOUND = 50_000

/** The numbers of all sentences that fit. */
export async function foundSentences(cached: CachedEvaluation, filter: SentenceFilter): Promise<number[]> {
  const { words } = await cached.words()
  return [...findSentences(cached.evaluated, cached.happenings, words, filter).subarray(0, MOST_FOUND)]
}

export async function sentencePage(
  cached: CachedEvaluation,
  { offset, limit, ...filter }: SentenceFilter & { offset: number; limit: number },
): Promise<SentencePage> {
  const { evaluated, predictions, happenings } = cached
  const { words, missing } = await cached.words()
  const found = findSentences(evaluated, happenings, words, filter)
  const { sentenceStart, tagNames, gold, traits } = evaluated
  const sentences = Array.from(found.subarray(offset, offset + limit), (index): EvaluatedSentence => {
    const [from, to] = [sentenceStart[index], sentenceStart[index + 1]]
    const named = (ids: Int32Array) => Array.from(ids.subarray(from, to), (id) => tagNames[id])
    return {
      index,
      words: words && Array.from(words.ids.subarray(from, to), (id) => words.names[id]),
      unseen: Array.from(traits.subarray(from, to), (trait) => frequencyOf(trait) === 0),
      gold: named(gold),
      predicted: predictions.map(({ tags }) => named(tags)),
    }
  })
  return {
    total: sentenceStart.length - 1,
    found: found.length,
    missing,
    methods: predictions.map(({ method }) => method),
    sentences,
    comparison:
      filter.rightWith === null ? null : compareSentences(happenings(filter.rightWith), happenings(filter.method)),
  }
}
