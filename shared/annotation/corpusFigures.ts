/** Figures of a corpus: what the program counts and the window shows. No Node, no DOM. */

/** Width of a bin of `lengths`, in tokens. */
export const LENGTH_BIN = 5

/** Figures of one split for one task. */
export interface SplitFigures {
  sentences: number
  tokens: number
  longest: number
  /**
   * How many sentences have 1–5, 6–10, … tokens: entry i counts lengths 5i + 1 to 5i + 5; the last has an entry above
   * 0.
   */
  lengths: number[]
  /** Tokens by tag, the most frequent first. */
  labels: { tag: string; count: number }[]
  /** Spans by type, the most frequent first; null for token tasks. */
  spans: { type: string; count: number }[] | null
}

/** Words and tags that occur in dev but not in train. */
export interface UnseenFigures {
  /** Dev tokens whose word, lower-cased, train does not have; how many, and which share of all, 0 to 1. */
  tokens: number
  share: number
  /** The most frequent of these words. */
  words: { word: string; count: number }[]
  /** By task: dev tokens with a tag that train does not have, and those tags. No head can ever predict them. */
  tags: { task: string; tokens: number; tags: string[] }[]
}
