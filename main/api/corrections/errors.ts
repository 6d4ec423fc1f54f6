/** Errors of requests about correction projects, with a code that identifies the cause. */
export type CorrectionErrorCode =
  /** The source has no sentence, or too many. */
  | 'noSentence'
  | 'tooMany'
  /** The run lacks a task, or its kind differs. */
  | 'otherTasks'
  /** The answers do not fit the sentence, or a label cannot be written. */
  | 'badAnswer'
  /** No dataset version can be created; the message says why and what to do. */
  | 'noVersion'

export class CorrectionError extends Error {
  readonly code: CorrectionErrorCode

  constructor(code: CorrectionErrorCode, message: string) {
    super(message)
    this.name = 'CorrectionError'
    this.code = code
  }
}
