/** Errors of requests about files and corpora, with a code that identifies the cause. */
export type DatasetErrorCode =
  /** The program does not hold the file, or not all of it. */
  | 'noFile'
  | 'incomplete'
  /** The page may import the file, but not see its content. */
  | 'notReadable'
  /** A piece or a file is larger than allowed, or out of order; all places are taken. */
  | 'tooLarge'
  | 'outOfOrder'
  | 'tooMany'
  /** The files cannot be imported; `problems`: only without the sentences that have problems. */
  | 'unusable'
  | 'problems'
  /** A database in memory cannot keep files. */
  | 'inMemory'
  /** Not annotated text that can be read; a corpus that cannot be written in this format; nothing to write. */
  | 'notAnnotated'
  | 'notWritten'
  | 'nothing'
  | 'diskFull'
  | 'io'

export class DatasetError extends Error {
  readonly code: DatasetErrorCode

  constructor(code: DatasetErrorCode, message: string) {
    super(message)
    this.name = 'DatasetError'
    this.code = code
  }
}

/** Runs `work`; errors of the file system become a DatasetError. */
export async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new DatasetError(
        'diskFull',
        `There is no space left for ${what}. Nothing was half written: free some space and try again.`,
      )
    if (typeof code === 'string' && syscall !== undefined)
      throw new DatasetError('io', `${what} could not be written or read (${code}).`)
    throw error
  }
}

/** Runs `work`; an Error without a code, which is about the request's text or run, gets this one. */
export async function withCode<T>(code: DatasetErrorCode, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && error.constructor === Error && (error as { code?: unknown }).code === undefined)
      throw new DatasetError(code, error.message)
    throw error
  }
}
