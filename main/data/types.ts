/** What the readers produce and what training consumes. Everything between is in this folder. */
import type { TagScheme } from '../../shared/tags/tags.ts'
import type { Notation } from '../../shared/tags/notation.ts'
import type { ScoreName } from '../../shared/runs/training.ts'

export type { TagScheme }

/** One sentence of one task, as read: words[i] carries tags[i]. */
export interface TaggedSentence {
  words: string[]
  tags: string[]
  /** Where it starts, counted from 1. */
  line: number
}

/** A problem found in the data, told before training starts. An `error` stops the run, a `warning` does not. */
export interface DataIssue {
  severity: 'error' | 'warning'
  file: string
  /** Counted from 1; null where the whole file is meant. */
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
  /** How the files spell span tags; absent: in the standard notation. */
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
  /** [wordCount, wordDim] start vectors: rows of words found in the vectors file, elsewhere NaN in the whole row. Null without a file. */
  vectors: Float32Array | null
  spellings: SpellingTable
  tasks: EncodedTask[]
}
