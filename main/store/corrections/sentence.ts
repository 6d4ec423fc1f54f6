/** Sentences at rest: JSON that has of a sentence what cannot be told from the rest of it. */
import { sentenceOfWords, type Sentence } from '../../../shared/tags/tagging.ts'

/** `offsets` and `text` only where it came as text: of words alone both follow from them. */
interface StoredSentence {
  words: string[]
  text?: string
  offsets?: number[]
  start?: NonNullable<Sentence['start']>
  source?: NonNullable<Sentence['source']>
}

export function toStored({ words, text, offsets, start, source }: Sentence): string {
  const stored: StoredSentence = {
    words,
    ...(start === null ? {} : { text, offsets: Array.from(offsets), start }),
    ...(source === null ? {} : { source }),
  }
  return JSON.stringify(stored)
}

export function fromStored(json: string): Sentence {
  const { words, text, offsets, start, source = null } = JSON.parse(json) as StoredSentence
  if (text === undefined) return sentenceOfWords(words, source)
  return { words, text, offsets: Int32Array.from(offsets!), start: start ?? null, source }
}
