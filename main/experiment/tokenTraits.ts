/** The traits of tokens (shared/analysis/traits.ts), from their spellings as encoded. */
import { capitalisationClass, frequencyClass, traitOf } from '../../shared/analysis/traits.ts'
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { wordForm, type Vocabulary } from '../data/vocabulary.ts'

/** Stands for characters that train does not have: a word with one cannot be in train. */
const UNKNOWN_CHARACTER = '\uFFFF'

type Words = Pick<EncodedSplit, 'words' | 'spellings'>

/**
 * Returns the traits [N] of splits whose train split has the words of `train`. A word counts as seen in the form that
 * the network looks it up in: lower-cased if so configured.
 */
export function traitsAfter(
  train: Words,
  trainSpellings: SpellingTable,
  vocabulary: Vocabulary,
): (split: Words, spellings: SpellingTable) => Uint8Array {
  const decode = (table: SpellingTable, id: number) =>
    Array.from(table.chars.subarray(table.charStart[id], table.charStart[id + 1]), (char) =>
      char === 0 ? UNKNOWN_CHARACTER : vocabulary.chars[char],
    ).join('')
  const form = (word: string) => wordForm(word, vocabulary.lowercaseWords)
  const counts = new Map<string, number>()
  countBySpelling(train.spellings).forEach((count, id) => {
    const word = form(decode(trainSpellings, id))
    counts.set(word, (counts.get(word) ?? 0) + count)
  })
  return (split, spellings) => {
    const bySpelling = new Map<number, number>()
    return Uint8Array.from(split.spellings, (id) => {
      let trait = bySpelling.get(id)
      if (trait === undefined) {
        const word = decode(spellings, id)
        trait = traitOf(frequencyClass(counts.get(form(word)) ?? 0), capitalisationClass(word))
        bySpelling.set(id, trait)
      }
      return trait
    })
  }
}

function countBySpelling(spellings: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const id of spellings) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
