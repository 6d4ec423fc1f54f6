/** What a tagger and its threads say to each other. */
import type { TaskTags } from './engine.ts'
import type { TaggerModel } from './model.ts'

export type ToThread =
  | { type: 'model'; model: TaggerModel }
  /** The words of the sentences as one text, which crosses over much faster than many: words end with \n, sentences with another. */
  | { type: 'tag'; id: number; words: string; withConfidence: boolean }

export type FromThread =
  /** Loaded; what makes it slow, if anything does. */
  | { type: 'ready'; warning: string | null }
  | { type: 'tags'; id: number; tags: TaskTags[] }
  /** `id` null: the model cannot be loaded. */
  | { type: 'failed'; id: number | null; message: string }

/** No word holds a line feed: files are read by lines, and the tokeniser takes white space for none. */
export function packWords(sentences: readonly { words: readonly string[] }[]): string {
  return sentences.map(({ words }) => words.join('\n')).join('\n\n')
}

export function unpackWords(text: string): string[][] {
  return text === '' ? [] : text.split('\n\n').map((sentence) => sentence.split('\n'))
}
