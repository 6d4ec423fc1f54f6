/**
 * Traits of tokens that scores are divided by: how frequent the word is in train, and how it is capitalised. One byte
 * per token, so that they are known where the corpus is not. No Node, no DOM.
 */

/** Frequency of the word in the train split of its corpus, in classes. */
export const FREQUENCIES = ['unseen', 'once', '2 to 9 times', '10 to 99 times', '100 times or more'] as const
export const CAPITALISATIONS = ['lower case', 'Capitalised', 'ALL CAPITALS', 'miXed', 'no letters'] as const

const FREQUENCY_BITS = 3

export function frequencyClass(count: number): number {
  return count === 0 ? 0 : count === 1 ? 1 : count < 10 ? 2 : count < 100 ? 3 : 4
}

/** Letters without case (as in Chinese) count as lower case. A single capital is Capitalised. */
export function capitalisationClass(word: string): number {
  const letters = Array.from(word).filter((char) => /\p{L}/u.test(char))
  if (letters.length === 0) return 4
  const upper = letters.filter((char) => char !== char.toLowerCase()).length
  if (upper === 0) return 0
  const first = letters[0] !== letters[0].toLowerCase()
  if (first && upper === 1) return 1
  return upper === letters.length ? 2 : 3
}

export const traitOf = (frequency: number, capitalisation: number) => frequency | (capitalisation << FREQUENCY_BITS)
export const frequencyOf = (trait: number) => trait & ((1 << FREQUENCY_BITS) - 1)
export const capitalisationOf = (trait: number) => trait >> FREQUENCY_BITS
