/** What a corpus has of the sentences that were corrected, word for word. */
import { IssueList } from '../../data/problems.ts'
import { readColumns, type ReadFile } from '../../data/read.ts'
import type { Corpus, Split } from '../../../shared/protocol/requests/datasets.ts'
import type { DecidedSentence } from '../../store/corrections/types.ts'

/** A line of each sentence of the same words as a corrected one, in their order, and what parts sentences in the file: see splitByFaults. */
export interface KnownSentences extends Pick<ReadFile, 'separates'> {
  lines: Int32Array
}

/** What two sentences of the same words have in common. */
export const keyOf = (words: readonly string[]) => words.join('\0')

/** How often which words were corrected. */
export function countsOf(decided: readonly DecidedSentence[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { sentence } of decided) counts.set(keyOf(sentence.words), (counts.get(keyOf(sentence.words)) ?? 0) + 1)
  return counts
}

/**
 * `most` says how many of the same words are wanted: all of them, or as many as were corrected, the last ones, for earlier versions have
 * theirs at the end. Null where the corpus has no such split. Throws a DataError where its file cannot be read any more.
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
  const read = await readColumns(file.path, file.name, corpus.format, { words: String(corpus.words), tags: [] }, issues)
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
