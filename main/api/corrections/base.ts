/** What a corpus has of the sentences that were corrected, word for word. */
import { IssueList } from '../../data/issues.ts'
import { readColumns, type ReadFile } from '../../data/read.ts'
import type { Corpus, Split } from '../../../shared/requests/datasets.ts'
import type { DecidedSentence } from '../../store/corrections/types.ts'

/** A line of each sentence that is among the corrected ones, and what parts sentences in the file: see splitByFaults. */
export interface KnownSentences extends Pick<ReadFile, 'separates'> {
  lines: Int32Array
}

/** What two sentences of the same words have in common. */
export const keyOf = (words: readonly string[]) => words.join('\0')

export function keysOf(decided: readonly DecidedSentence[]): Set<string> {
  return new Set(decided.map(({ sentence }) => keyOf(sentence.words)))
}

/** Null where the corpus has no such split. Throws a DataError where its file cannot be read any more. */
export async function knownIn(corpus: Corpus, split: Split, keys: ReadonlySet<string>): Promise<KnownSentences | null> {
  const file = corpus.files.find((one) => one.split === split)
  if (file === undefined) return null
  const issues = new IssueList()
  const read = await readColumns(file.path, file.name, corpus.format, { words: String(corpus.words), tags: [] }, issues)
  issues.throwIfErrors()
  const { table, separates } = read!
  const { sentenceStart, words, lines } = table
  const known: number[] = []
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    const own = Array.from(words.ids.subarray(sentenceStart[s], sentenceStart[s + 1]), (id) => words.names[id])
    if (keys.has(keyOf(own))) known.push(lines[sentenceStart[s]])
  }
  return { lines: Int32Array.from(known), separates }
}
