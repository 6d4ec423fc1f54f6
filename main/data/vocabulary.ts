/**
 * Maps words, characters and tags to ids. Stored with checkpoints and exports, so that text is encoded as in training.
 */
import type { EncodedTask, TagScheme } from './types.ts'

/** Entry 0 of words and characters: the unknown one, which is never looked up. */
export const UNKNOWN = '<unknown>'

export interface TaskVocabulary {
  kind: EncodedTask['kind']
  scheme: TagScheme | null
  /** Tags seen in train, by id: the head's outputs. */
  tagNames: string[]
}

export interface VocabularyJson {
  version: 1
  lowercaseWords: boolean
  words: string[]
  chars: string[]
  tasks: Record<string, TaskVocabulary>
}

/** Ids of words (lower-cased if configured) and characters (code points, case kept); 0 = unknown. */
export class Vocabulary {
  readonly lowercaseWords: boolean
  /** Words by id; entry 0 is the unknown word. */
  readonly words: string[]
  readonly chars: string[]
  readonly tasks: Record<string, TaskVocabulary>
  private readonly wordIds: Map<string, number>
  private readonly charIds: Map<string, number>

  constructor(lowercaseWords: boolean, words: string[], chars: string[], tasks: Record<string, TaskVocabulary>) {
    this.lowercaseWords = lowercaseWords
    this.words = words
    this.chars = chars
    this.tasks = tasks
    this.wordIds = new Map(words.slice(1).map((word, i) => [word, i + 1]))
    this.charIds = new Map(chars.slice(1).map((char, i) => [char, i + 1]))
  }

  wordId(spelling: string): number {
    return this.wordIds.get(wordForm(spelling, this.lowercaseWords)) ?? 0
  }

  /** One id per code point. */
  charIdsOf(spelling: string): number[] {
    return Array.from(spelling, (char) => this.charIds.get(char) ?? 0)
  }

  toJSON(): VocabularyJson {
    return { version: 1, lowercaseWords: this.lowercaseWords, words: this.words, chars: this.chars, tasks: this.tasks }
  }

  /** Throws an Error if `json` is not a vocabulary of this version. */
  static fromJSON(json: VocabularyJson): Vocabulary {
    if (json?.version !== 1 || !Array.isArray(json.words) || !Array.isArray(json.chars))
      throw new Error(`found a vocabulary of version ${json?.version}, expected version 1`)
    return new Vocabulary(json.lowercaseWords, json.words, json.chars, json.tasks)
  }
}

/** The vocabulary form of a spelling. */
export function wordForm(spelling: string, lowercaseWords: boolean): string {
  return lowercaseWords ? spelling.toLowerCase() : spelling
}

/** Frequency of each spelling in the train splits. */
export type SpellingCounts = Map<string, number>

/**
 * The word list: train words that occur at least minCount times or have a vector, most frequent first (ties in train
 * order), so that frequently used rows are adjacent; then those `others`, words of dev and test, that have a vector.
 */
export function buildWords(
  train: SpellingCounts,
  others: Iterable<string>,
  lowercaseWords: boolean,
  minCount: number,
  hasVector: (word: string) => boolean,
): string[] {
  const counts = new Map<string, number>()
  for (const [spelling, count] of train) {
    const word = wordForm(spelling, lowercaseWords)
    counts.set(word, (counts.get(word) ?? 0) + count)
  }
  const kept = [...counts].filter(([word, count]) => count >= minCount || hasVector(word))
  const words = kept.sort((a, b) => b[1] - a[1]).map(([word]) => word)
  const listed = new Set(words)
  for (const spelling of others) {
    const word = wordForm(spelling, lowercaseWords)
    if (!listed.has(word) && hasVector(word)) listed.add(word)
  }
  return [UNKNOWN, ...listed]
}

/** The characters (code points) that occur at least minCount times in train, most frequent first. */
export function buildChars(train: SpellingCounts, minCount: number): string[] {
  const counts = new Map<string, number>()
  for (const [spelling, count] of train) for (const char of spelling) counts.set(char, (counts.get(char) ?? 0) + count)
  const kept = [...counts].filter(([, count]) => count >= minCount)
  return [UNKNOWN, ...kept.sort((a, b) => b[1] - a[1]).map(([char]) => char)]
}
