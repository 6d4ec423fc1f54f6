/** What goes wrong in the store, in words a user can act on. */

export type StoreErrorCode =
  /** The database was written by a newer version, or is not ours at all. */
  | 'newer'
  | 'foreign'
  /** No run, training or database of that name. */
  | 'missing'
  | 'ambiguous'
  /** Something of that name is there already. */
  | 'exists'
  /** Something else was decided meanwhile. */
  | 'changed'
  /** The run is being worked on by another process, or has been taken over by one. */
  | 'owned'
  /** Stored data does not read back as what was written. */
  | 'damaged'
  | 'diskFull'
  | 'readOnly'
  | 'locked'
  | 'io'

export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StoreError'
    this.code = code
  }
}

/** SQLite's result codes (sqlite.org/rescode.html), matched by prefix because of the extended ones. */
const REASONS: [prefix: string, code: StoreErrorCode, reason: string][] = [
  [
    'SQLITE_FULL',
    'diskFull',
    'there is no space left for it. Nothing was half written: free some space, then resume the run',
  ],
  ['SQLITE_READONLY', 'readOnly', 'it cannot be written to; check the permissions of the file and of its folder'],
  ['SQLITE_CANTOPEN', 'io', 'it cannot be opened; check that the path is right and the folder is writable'],
  ['SQLITE_BUSY', 'locked', 'another process kept it locked for too long'],
  ['SQLITE_LOCKED', 'locked', 'another process kept it locked for too long'],
  ['SQLITE_CORRUPT', 'damaged', 'it is damaged'],
  ['SQLITE_NOTADB', 'foreign', 'it is not a database of this program'],
  ['SQLITE_IOERR', 'io', 'the disk reported an error'],
]

/** A SQLite error as a StoreError that names the file and the reason; any other error as it is. */
export function explain(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (error instanceof StoreError || typeof code !== 'string') return error
  const known = REASONS.find(([prefix]) => code.startsWith(prefix))
  if (known === undefined) return error
  return new StoreError(known[1], `The database ${path} cannot be used: ${known[2]} (${code}).`, error)
}

/** Runs `work`, explaining SQLite's errors. Throws StoreError. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explain(error, path)
  }
}
