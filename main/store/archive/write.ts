/**
 * Writes the archive of a run: a SQLite database with the studio's schema and this run only, and a seal after it. Later
 * versions migrate it like a studio's database. It is not compressed: it consists mostly of trained weights, and
 * compression saves 8 % of them at ten times the time.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { StoreError } from '../errors.ts'
import { ARCHIVE_ID, migrate } from '../migrations.ts'
import { explainedFile } from './errors.ts'
import { portable } from './portable.ts'
import { copyRun } from './rows.ts'
import { parseConfig } from '../stored.ts'
import { seal } from './seal.ts'

export const MANIFEST = `CREATE TABLE archive (
  run TEXT NOT NULL,
  product TEXT NOT NULL,               -- version of the program that wrote it
  created_at TEXT NOT NULL
) STRICT`

/**
 * Call it within a transaction of `db`, so that the archive is consistent. Throws a StoreError: 'exists', 'diskFull',
 * 'io'.
 */
export function writeArchive(db: Database.Database, run: string, path: string, product: string): void {
  if (existsSync(path)) throw new StoreError('exists', `${path} already exists: choose another name, or remove it.`)
  const partial = `${path}.${process.pid}.part`
  explainedFile(path, 'written', () => {
    // Outside of the try block: an existing file of that name is not ours to remove.
    closeSync(openSync(partial, 'wx'))
    try {
      fill(db, run, partial, product)
      seal(partial)
      renameSync(partial, path)
      syncFolder(dirname(path))
    } catch (error) {
      rmSync(partial, { force: true })
      throw error
    }
  })
}

function fill(db: Database.Database, run: string, path: string, product: string): void {
  const archive = new Database(path)
  try {
    // A crash leaves a file without a seal, which is refused, so only the sealed file has to be synced.
    archive.pragma('journal_mode = OFF')
    archive.pragma('synchronous = OFF')
    migrate(archive)
    archive.pragma(`application_id = ${ARCHIVE_ID}`)
    archive.exec(MANIFEST)
    archive.pragma('foreign_keys = ON')
    const config = configOf(db, run)
    const paths = db.prepare<[string], string>('SELECT path FROM run_datasets WHERE run = ?').pluck().all(run)
    archive.transaction(() => {
      copyRun(db, archive, run, run, portable(config, paths))
      archive
        .prepare('INSERT INTO archive (run, product, created_at) VALUES (?, ?, ?)')
        .run(run, product, new Date().toISOString())
    })()
  } finally {
    archive.close()
  }
}

/** Null where the settings are damaged: such a run can be archived too, to rescue what else it has. */
function configOf(db: Database.Database, run: string): ExperimentConfig | null {
  try {
    return parseConfig(db.prepare<[string], string>('SELECT config FROM runs WHERE id = ?').pluck().get(run)!)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') return null
    throw error
  }
}

/** Syncs the folder, so that the new name survives a power failure. Windows neither needs nor supports this. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
