/** Messages between a tagger and its threads. */
import type { TaskTags } from './engine.ts'
import type { TaggerModel } from './model.ts'

export type ToThread =
  | { type: 'model'; model: TaggerModel }
  /** The words of the sentences as one string, which is cloned much faster than many: see packWords. */
  | { type: 'tag'; id: number; words: string; withConfidence: boolean }

export type FromThread =
  /** The model is loaded. `warning` says what makes tagging slow, if anything does. */
  | { type: 'ready'; warning: string | null }
  | { type: 'tags'; id: number; tags: TaskTags[] }
  /** `id` is null if the model cannot be loaded. */
  | { type: 'failed'; id: number | null; message: string }

/**
 * Words separated by a line feed, sentences by an empty line. No word contains a line feed: files are read by lines,
 * and tokens hold no white space.
 */
export function packWords(sentences: readonly { words: readonly string[] }[]): string {
  return sentences.map(({ words }) => words.join('\n')).join('\n\n')
}

export function unpackWords(text: string): string[][] {
  return text === '' ? [] : text.split('\n\n').map((sentence) => sentence.split('\n'))
}
