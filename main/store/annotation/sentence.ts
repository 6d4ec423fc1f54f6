/** Stored sentences: JSON without the parts that can be computed from the others. */
import { sentenceOfWords, type Sentence } from '../../../shared/tags/tagging.ts'
import { sentenceSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'

/** `offsets` and `text` only where they do not follow from the words, as they do where the source was words alone. */
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
    ...(start === null && text === words.join(' ') ? {} : { text, offsets: Array.from(offsets) }),
    ...(start === null ? {} : { start }),
    ...(source === null ? {} : { source }),
  }
  return JSON.stringify(stored)
}

export function fromStored(json: string): Sentence {
  const { words, text, offsets, start, source = null } = parseStored<StoredSentence>('A sentence', json, sentenceSchema)
  if (text === undefined) return sentenceOfWords(words, source)
  return { words, text, offsets: Int32Array.from(offsets!), start: start ?? null, source }
}
