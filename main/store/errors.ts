/** Errors of the store, with messages that say what to do. */

export type StoreErrorCode =
  /** The database was written by a newer version, or by another program. */
  | 'newer'
  | 'foreign'
  /** No run, training or database of that name. */
  | 'missing'
  | 'ambiguous'
  /** The name is taken. */
  | 'exists'
  /** What is in use cannot be taken away. */
  | 'used'
  /** The data changed meanwhile. */
  | 'changed'
  /** Another process works on the run, or has taken it over. */
  | 'owned'
  /** Stored data cannot be read, or is not what was written. */
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

/** Turns a SQLite error into a StoreError with the file and the reason; other errors stay as they are. */
export function explain(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (error instanceof StoreError || typeof code !== 'string') return error
  const known = REASONS.find(([prefix]) => code.startsWith(prefix))
  if (known === undefined) return error
  return new StoreError(known[1], `The database ${path} cannot be used: ${known[2]} (${code}).`, error)
}

/** Runs `work`. SQLite's errors become StoreErrors. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explain(error, path)
  }
}
