/** What a request about corrections can be refused for, with a code to tell refusals apart. */
export type CorrectionErrorCode =
  /** The source has no sentence, or more than a correction takes. */
  | 'noSentence'
  | 'tooMany'
  /** The run lacks a task, or has it in another kind. */
  | 'otherTasks'
  /** Answers that do not fit the sentence, or a label that cannot be written. */
  | 'badAnswer'
  /** No dataset version can be made so; the message says why, and what helps. */
  | 'noVersion'

export class CorrectionError extends Error {
  readonly code: CorrectionErrorCode

  constructor(code: CorrectionErrorCode, message: string) {
    super(message)
    this.name = 'CorrectionError'
    this.code = code
  }
}
