/** Finds corrected sentences in a corpus, by their words. */
import { IssueList } from '../../data/problems.ts'
import { readColumns, type ReadFile } from '../../data/read.ts'
import type { Corpus, Split } from '../../../shared/protocol/requests/datasets.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'

/**
 * One line of each sentence that has the words of a corrected one, in file order, and what separates sentences: see
 * splitByProblems.
 */
export interface KnownSentences extends Pick<ReadFile, 'separates'> {
  lines: Int32Array
}

/** Equal for sentences with the same words. */
export const keyOf = (words: readonly string[]) => words.join('\0')

/** Number of corrected sentences by their words. */
export function countsOf(decided: readonly DecidedSentence[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { sentence } of decided) counts.set(keyOf(sentence.words), (counts.get(keyOf(sentence.words)) ?? 0) + 1)
  return counts
}

/**
 * `most`: all sentences with the words, or as many as were corrected. Then the last ones are taken, because earlier
 * dataset versions append theirs. Null where the corpus has no such split. Throws a DataError where its file cannot be
 * read.
 */
export async function knownIn(
  corpus: Corpus,
  split: Split,
  counts: ReadonlyMap<string, number>,
  most: 'all' | 'asCorrected',
): Promise<KnownSentences | null> {
  const file = corpus.files.find((one) => one.split === split)
  if (file === undefined) return null
  const issues = new IssueList()
  const read = await readColumns(
    file.path,
    file.name,
    { format: corpus.format },
    { words: String(corpus.words), tags: [] },
    issues,
  )
  issues.throwIfErrors()
  const {
    table: { sentenceStart, words, lines },
    separates,
  } = read!
  const left = new Map(counts)
  const known: number[] = []
  for (let s = sentenceStart.length - 2; s >= 0; s--) {
    const key = keyOf(Array.from(words.ids.subarray(sentenceStart[s], sentenceStart[s + 1]), (id) => words.names[id]))
    const wanted = left.get(key) ?? 0
    if (wanted === 0) continue
    if (most === 'asCorrected') left.set(key, wanted - 1)
    known.push(lines[sentenceStart[s]])
  }
  return { lines: Int32Array.from(known.toReversed()), separates }
}
