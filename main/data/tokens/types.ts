/** The interface of tokenisers. */
export interface Tokeniser {
  /**
   * [2n] offsets of the tokens of a text, in UTF-16 units: ascending, not overlapping, all of the text but white space.
   */
  offsets(text: string): number[]
  /** Whether a sentence ends with a token that holds its own dot (`U.S.`), where white space and `next` follow. */
  endsSentence(token: string, next: string): boolean
}
