/** Opens archives. Nothing in one is trusted before its seal, version and schema are checked. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreError } from '../errors.ts'
import { ARCHIVE_ID, migrate, VERSION, versionOf } from '../migrations.ts'
import { explainedFile } from './errors.ts'
import { unseal } from './seal.ts'
import { MANIFEST } from './write.ts'

/**
 * Calls `work` with the content of an archive, migrated in a copy beside the database, and the id of its run. Throws a
 * StoreError: 'missing', 'foreign', 'damaged', 'newer', 'diskFull', 'io'.
 */
export function withArchive<T>(
  path: string,
  database: string,
  work: (archive: Database.Database, run: string) => T,
): T {
  return explainedFile(path, 'read', () => {
    // The system's temporary folder may be small. The disk of the database needs room for the run anyway.
    const folder = mkdtempSync(join(database === ':memory:' ? tmpdir() : dirname(database), 'unarchive-'))
    try {
      const copy = join(folder, 'run.db')
      unseal(path, copy)
      const archive = new Database(copy)
      try {
        return work(archive, openedRun(archive, path))
      } finally {
        archive.close()
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

function openedRun(archive: Database.Database, path: string): string {
  archive.pragma('trusted_schema = OFF')
  archive.pragma('synchronous = OFF')
  const version = versionOf(archive)
  if (archive.pragma('application_id', { simple: true }) !== ARCHIVE_ID)
    throw new StoreError('foreign', `${path} is not the archive of a run.`)
  if (version > VERSION) {
    throw new StoreError(
      'newer',
      `${path} was written by a newer Sparse Sharing Studio ` +
        `(${written(archive)}, schema ${version}; this program knows schemas up to ${VERSION}): update the program.`,
    )
  }
  if (version < 1) throw new StoreError('damaged', `${path} is damaged: found schema version ${version}.`)
  migrate(archive)
  if (schemaOf(archive) !== expectedSchema())
    throw new StoreError('foreign', `${path} is not the archive of a run: it has other tables.`)
  const runs = archive.prepare<[], string>('SELECT id FROM runs').pluck().all()
  const named = archive.prepare<[], string>('SELECT run FROM archive').pluck().all()
  if (runs.length !== 1 || named.length !== 1 || runs[0] !== named[0])
    throw new StoreError('damaged', `${path} is damaged: found ${runs.length} runs in it, expected one.`)
  return runs[0]
}

/** The version of the program that wrote it, if it can be read. */
function written(archive: Database.Database): string {
  try {
    return `version ${archive.prepare<[], string>('SELECT product FROM archive').pluck().get()!}`
  } catch {
    return 'its version is unknown'
  }
}

/** Tables and indices, and triggers and views, which could run SQL of their own. */
function schemaOf(db: Database.Database): string {
  return JSON.stringify(
    db
      .prepare(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
      )
      .all(),
  )
}

function expectedSchema(): string {
  const db = new Database(':memory:')
  try {
    migrate(db)
    db.exec(MANIFEST)
    return schemaOf(db)
  } finally {
    db.close()
  }
}
