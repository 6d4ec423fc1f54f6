/** Opens the SQLite file: pragmas, schema, and errors that explain the problem. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { StoreError, explained } from './errors.ts'
import { APPLICATION_ID, ARCHIVE_ID, VERSION, migrate, versionOf } from './migrations.ts'
import type { OpenOptions } from './types.ts'

/** How long a statement waits for another process's write, in ms: the longest such write is one checkpoint. */
const BUSY_MS = 15_000
/**
 * Bytes that the write-ahead log keeps on disk after a checkpoint of SQLite. More than one training checkpoint of the
 * paper's network, so that the file is reused instead of being allocated again each time.
 */
const WAL_BYTES = 64 * 2 ** 20

/** Throws StoreError: missing (read-only), newer, foreign, readOnly, diskFull, damaged, io. */
export function openDatabase(path: string, { readonly = false, maxBytes }: OpenOptions): Database.Database {
  const inMemory = path === ':memory:'
  if (readonly && !inMemory && !existsSync(path)) throw new StoreError('missing', `There is no database at ${path}.`)
  if (!readonly && !inMemory) makeFolder(dirname(path))
  return explained(path, () => {
    const db = new Database(path, { readonly, timeout: BUSY_MS })
    try {
      refuseForeign(db, path)
      if (!readonly) prepareForWriting(db, maxBytes)
      db.pragma('foreign_keys = ON')
      if (readonly && versionOf(db) < VERSION) {
        throw new StoreError(
          'readOnly',
          `The database ${path} was written by an older version; open it once for writing to bring it up to date.`,
        )
      }
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

function prepareForWriting(db: Database.Database, maxBytes: number | undefined): void {
  // Both take effect only before the first table is created.
  if (versionOf(db) === 0) {
    // Large pages: writing a checkpoint of 30 MB takes two thirds of the time that it takes with SQLite's default of
    // 4096.
    db.pragma('page_size = 16384')
    // So that deleting a run can give its space back to the file system.
    db.pragma('auto_vacuum = INCREMENTAL')
  }
  db.pragma('journal_mode = WAL')
  // FULL syncs the log at every commit: a commit that returned survives a power failure, not only a kill.
  db.pragma('synchronous = FULL')
  db.pragma(`journal_size_limit = ${WAL_BYTES}`)
  // In pages: 4 MB. A large commit is thus written back at once, and the next one reuses the log from its start.
  db.pragma('wal_autocheckpoint = 256')
  if (maxBytes !== undefined) db.pragma(`max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize(db)))}`)
  migrate(db)
}

function refuseForeign(db: Database.Database, path: string): void {
  // In this order: a process that creates the database at this moment sets tables and application id together.
  const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
  const application = db.pragma('application_id', { simple: true }) as number
  const version = versionOf(db)
  if (application === ARCHIVE_ID)
    throw new StoreError(
      'foreign',
      `${path} is the archive of a run, not a database: open it in the studio, or with unarchive on the command line.`,
    )
  if (application !== APPLICATION_ID && !empty) {
    throw new StoreError('foreign', `${path} is the database of another program.`)
  }
  if (version > VERSION) {
    throw new StoreError(
      'newer',
      `The database ${path} has version ${version}, this program knows versions up to ${VERSION}: ` +
        'it was written by a newer Sparse Sharing Studio. Update the program, or choose another database.',
    )
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new StoreError(
      'io',
      `The folder ${folder} for the database cannot be created: ${(error as Error).message}.`,
      error,
    )
  }
}

export function pageSize(db: Database.Database): number {
  return db.pragma('page_size', { simple: true }) as number
}

/**
 * Returns a check that throws where the file was removed or replaced while it is open: what is written then would be
 * lost with the last process that has it open, without any error of SQLite.
 */
export function presenceCheck(path: string): () => void {
  if (path === ':memory:') return () => {}
  const identity = () => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false })
    return found === undefined ? null : `${found.dev}/${found.ino}`
  }
  const opened = identity()
  return () => {
    if (identity() !== opened)
      throw new StoreError(
        'io',
        `The database ${path} was removed or replaced while it was open. ` +
          'Nothing more is written to it: restore the file, then resume the run.',
      )
  }
}

/** Bytes of the file. */
export function fileBytes(db: Database.Database): number {
  return pageSize(db) * (db.pragma('page_count', { simple: true }) as number)
}

/**
 * Pages moved at a time when space is returned: 8 MB, so that a run that trains in another process waits only briefly.
 */
const SLICE_PAGES = 512

/** Returns free pages to the file system. Returns the number of bytes by which the file shrank. */
export function shrink(db: Database.Database): number {
  const before = fileBytes(db)
  for (let free = freePages(db); free > 0;) {
    db.pragma(`incremental_vacuum(${SLICE_PAGES})`)
    const left = freePages(db)
    if (left >= free) break
    free = left
  }
  // In WAL mode the file shrinks when the log is written back. A reader may delay that until the next write.
  db.pragma('wal_checkpoint(PASSIVE)')
  return Math.max(0, before - fileBytes(db))
}

function freePages(db: Database.Database): number {
  return db.pragma('freelist_count', { simple: true }) as number
}
