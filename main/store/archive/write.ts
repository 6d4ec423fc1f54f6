/**
 * Writes the archive of a run: a SQLite database with the schema of the studio's own, which holds this run alone, and a seal behind it.
 * Its migrations bring it up to date as they do a studio. It is not compressed: trained weights are nearly all of it, and make no
 * more than 8 % of room at ten times the time.
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
import { seal } from './seal.ts'

export const MANIFEST = `CREATE TABLE archive (
  run TEXT NOT NULL,
  product TEXT NOT NULL,               -- version of the program that wrote it
  created_at TEXT NOT NULL
) STRICT`

/** Expects to be within a transaction of `db`: what others write meanwhile is not in it. Throws a StoreError: 'exists', 'diskFull', 'io'. */
export function writeArchive(db: Database.Database, run: string, path: string, product: string): void {
  if (existsSync(path)) throw new StoreError('exists', `${path} is there already: choose another name, or remove it.`)
  const partial = `${path}.${process.pid}.part`
  explainedFile(path, 'written', () => {
    // Before anything is removed again: another's file of that name is not ours to remove.
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
    // A crash leaves a file without a seal, which is refused; the seal is what is waited for.
    archive.pragma('journal_mode = OFF')
    archive.pragma('synchronous = OFF')
    migrate(archive)
    archive.pragma(`application_id = ${ARCHIVE_ID}`)
    archive.exec(MANIFEST)
    archive.pragma('foreign_keys = ON')
    const config = JSON.parse(
      db.prepare<[string], string>('SELECT config FROM runs WHERE id = ?').pluck().get(run)!,
    ) as ExperimentConfig
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

/** So that the new name survives a power cut; Windows neither needs it nor can. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
