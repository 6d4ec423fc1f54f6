/** Errors of requests about annotation projects, with a code that identifies the cause. */
import { MOST_SENTENCES } from '../../../shared/annotation/project.ts'
import { grouped } from '../../../shared/util/format.ts'

export type AnnotateErrorCode =
  /** The source has no sentence, or too many, or is not text. */
  | 'noSentence'
  | 'tooMany'
  | 'notText'
  /** The run lacks a task, or its kind differs. */
  | 'otherTasks'
  /** There is no such task or label, or its name is taken. */
  | 'noTask'
  | 'noLabel'
  | 'taken'
  /** A label that is in use cannot be deleted. */
  | 'used'
  /** The answers do not fit the sentence, or a label cannot be written. */
  | 'badAnswer'
  /** A rule cannot be read. */
  | 'badRule'
  /** No dataset version can be created, or no run started; the message says why and what to do. */
  | 'noVersion'
  | 'noTraining'
  /** The decisions of a file do not belong to this project, or its owner is not named. */
  | 'noDecision'

export class AnnotateError extends Error {
  readonly code: AnnotateErrorCode

  constructor(code: AnnotateErrorCode, message: string) {
    super(message)
    this.name = 'AnnotateError'
    this.code = code
  }
}

export function tooMany(name: string): AnnotateError {
  return new AnnotateError(
    'tooMany',
    `${name}: found more than ${grouped(MOST_SENTENCES)} sentences, ` +
      'which is the limit: split the file and label it in parts',
  )
}
