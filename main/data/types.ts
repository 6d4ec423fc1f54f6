/** The types that the readers produce and training consumes. */
import type { TagScheme } from '../../shared/tags/tags.ts'
import type { Notation } from '../../shared/tags/notation.ts'
import type { ScoreName } from '../../shared/runs/training.ts'

export type { TagScheme }

/** One sentence of one task: tags[i] is the tag of words[i]. */
export interface TaggedSentence {
  words: string[]
  tags: string[]
  /** Line on which it starts, from 1. */
  line: number
}

/** A problem found in the data, reported before training. An `error` stops the run, a `warning` does not. */
export interface DataIssue {
  severity: 'error' | 'warning'
  file: string
  /** From 1; null for a problem of the whole file. */
  line: number | null
  task: string | null
  /** What was found and what was expected, in one sentence. */
  message: string
}

/**
 * One split of one task as flat arrays over S sentences and N tokens. All arrays lie on SharedArrayBuffers,
 * so that every training thread reads the same memory.
 */
export interface EncodedSplit {
  /** [S + 1] first token of each sentence; the last entry is N. */
  sentenceStart: Int32Array
  /** [N] word ids; 0 = unknown word. */
  words: Int32Array
  /** [N] spelling ids: rows of the SpellingTable (case kept). */
  spellings: Int32Array
  /** [N] tag ids. Ids >= EncodedTask.tagCount are tags never seen in train. */
  tags: Int32Array
}

/** The characters of every distinct spelling, case kept; F spellings, K characters in all. */
export interface SpellingTable {
  /** [F + 1] first character of each spelling. */
  charStart: Int32Array
  /** [K] character ids; 0 = unknown character. */
  chars: Int32Array
}

export interface EncodedTask {
  name: string
  kind: 'span' | 'token'
  score: ScoreName
  /** Scheme of tagNames where kind is span. */
  scheme: TagScheme | null
  /** Scheme found in the files. */
  fileScheme: TagScheme | null
  /** Notation of span tags in the files; absent for the standard notation. */
  notation?: Notation
  /** Tags by id: first the tagCount seen in train (the head’s outputs), then those only seen elsewhere. */
  tagNames: string[]
  tagCount: number
  train: EncodedSplit
  dev: EncodedSplit
}

/** Everything training needs; structured-clonable. The test split is not in it: see loadTestSplits. */
export interface EncodedData {
  /** Word vocabulary size, unknown word (id 0) included. */
  wordCount: number
  /** Character vocabulary size, unknown character (id 0) included. */
  charCount: number
  /**
   * [wordCount, wordDim] initial embeddings from the vectors file; NaN rows for words without one. Null without a
   * file.
   */
  vectors: Float32Array | null
  spellings: SpellingTable
  tasks: EncodedTask[]
}
