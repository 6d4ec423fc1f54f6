/** Encodes words as integers: word ids, spelling ids and the characters of each spelling. */
import { intern } from '../../shared/tags/tags.ts'
import type { Column, ColumnTable } from './columns.ts'
import { mapIds, shareInt32, sharedInt32 } from './sharedArrays.ts'
import type { EncodedSplit, SpellingTable } from './types.ts'
import type { SpellingCounts, Vocabulary } from './vocabulary.ts'

/** A split without tags: the arrays that all tasks of a corpus share. */
export type EncodedWords = Omit<EncodedSplit, 'tags'>

/** Adds the frequency of each spelling in a column to `counts`. */
export function countSpellings({ names, ids }: Column, counts: SpellingCounts): void {
  const own = new Int32Array(names.length)
  for (const id of ids) own[id]++
  names.forEach((name, i) => {
    if (own[i] > 0) counts.set(name, (counts.get(name) ?? 0) + own[i])
  })
}

/** Encodes splits and collects their spellings; call table() after the last one. */
export class WordEncoder {
  private readonly vocabulary: Vocabulary
  private readonly spellings = new Map<string, number>()

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary
  }

  encode(table: Pick<ColumnTable, 'sentenceStart' | 'words'>): EncodedWords {
    const { names, ids } = table.words
    const words = Int32Array.from(names, (name) => this.vocabulary.wordId(name))
    const used = new Uint8Array(names.length)
    for (const id of ids) used[id] = 1
    const spellings = Int32Array.from(names, (name, i) => (used[i] === 1 ? this.spellingId(name) : -1))
    return {
      sentenceStart: shareInt32(table.sentenceStart),
      words: mapIds(ids, words),
      spellings: mapIds(ids, spellings),
    }
  }

  private spellingId(spelling: string): number {
    let id = this.spellings.get(spelling)
    if (id === undefined) this.spellings.set(spelling, (id = this.spellings.size))
    return id
  }

  table(): SpellingTable {
    const chars = [...this.spellings.keys()].map((spelling) => this.vocabulary.charIdsOf(spelling))
    const charStart = sharedInt32(chars.length + 1)
    chars.forEach((ids, i) => (charStart[i + 1] = charStart[i] + ids.length))
    const all = sharedInt32(charStart[chars.length])
    chars.forEach((ids, i) => all.set(ids, charStart[i]))
    return { charStart, chars: all }
  }
}

/** Encodes sentences in memory, for the tagger: word arrays [N] and the spelling table that they index. */
export function encodeSentences(
  sentences: string[][],
  vocabulary: Vocabulary,
): { words: EncodedWords; spellings: SpellingTable } {
  const sentenceStart = new Int32Array(sentences.length + 1)
  sentences.forEach((sentence, s) => (sentenceStart[s + 1] = sentenceStart[s] + sentence.length))
  const encoder = new WordEncoder(vocabulary)
  const words = encoder.encode({ sentenceStart, words: intern(sentences.flat()) })
  return { words, spellings: encoder.table() }
}
