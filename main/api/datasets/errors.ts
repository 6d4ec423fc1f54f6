/** What a request about corpora can be refused for, with a code to tell refusals apart. */
export type DatasetErrorCode =
  /** The program does not hold the file, or not all of it. */
  | 'noFile'
  | 'incomplete'
  /** A piece or a file that is larger than allowed, or out of order. */
  | 'tooLarge'
  | 'outOfOrder'
  /** The files cannot be imported; `problems`: only without the sentences that have problems. */
  | 'unusable'
  | 'problems'
  /** A database in memory can keep no files. */
  | 'inMemory'
  /** No annotated text that can be read; a corpus that is not written in other dialects; nothing to be written. */
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

/** Runs `work`; what the disk refuses is told as a DatasetError, everything else as it is. */
export async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new DatasetError(
        'diskFull',
        `There is no space left for ${what}. Nothing was half written: free some space and try again.`,
      )
    if (typeof code === 'string' && (error as NodeJS.ErrnoException).syscall !== undefined)
      throw new DatasetError('io', `${what} could not be written or read (${code}).`)
    throw error
  }
}
