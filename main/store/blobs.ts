/**
 * Large values: checkpoints, artifacts, documents. Bundles have a CRC-32, because neither SQLite nor the format notices
 * a flipped bit in an array.
 */
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Database } from 'better-sqlite3'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { toJson } from '../../shared/util/json.ts'
import { decodeBundle, encodeBundle } from './bundle.ts'
import { StoreError } from './errors.ts'
import { parseStored } from './stored.ts'
import type { Checkpoint } from './types.ts'

/** Call writes within a transaction. */
export function checkpointsTable(db: Database) {
  const write = db.prepare(
    'INSERT OR REPLACE INTO checkpoints (training, step, epoch, scalars, crc, state) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const read = db.prepare<[number], { step: number; epoch: number; scalars: string; crc: number; state: Buffer }>(
    'SELECT step, epoch, scalars, crc, state FROM checkpoints WHERE training = ?',
  )
  const drop = db.prepare('DELETE FROM checkpoints WHERE training = ?')
  return {
    save(training: number, { step, epoch, scalars, state }: Checkpoint): void {
      const bytes = encodeBundle(state)
      write.run(training, step, epoch, toJson(scalars), crc32(bytes), bytes)
    },
    load(training: number): Checkpoint | null {
      const row = read.get(training)
      if (row === undefined) return null
      return {
        step: row.step,
        epoch: row.epoch,
        scalars: parseStored('A checkpoint', row.scalars, z.looseObject({})),
        state: openBundle('A checkpoint', row.state, row.crc),
      }
    },
    drop: (training: number) => void drop.run(training),
  }
}

/** `training` is a trainingKey, '' for the run's own artifacts. */
export function artifactsTable(db: Database) {
  const write = db.prepare('INSERT OR REPLACE INTO artifacts (run, training, name, crc, data) VALUES (?, ?, ?, ?, ?)')
  const read = db.prepare<[string, string, string], { crc: number; data: Buffer }>(
    'SELECT crc, data FROM artifacts WHERE run = ? AND training = ? AND name = ?',
  )
  const drop = db.prepare('DELETE FROM artifacts WHERE run = ? AND training = ? AND name = ?')
  // length() reads only the header of a blob.
  const list = db.prepare<[string], { training: string; name: string; bytes: number }>(
    'SELECT training, name, length(data) AS bytes FROM artifacts WHERE run = ? ORDER BY training, name',
  )
  return {
    save(run: string, training: string, name: string, bundle: ArrayBundle | null): void {
      if (bundle === null) return void drop.run(run, training, name)
      const bytes = encodeBundle(bundle)
      write.run(run, training, name, crc32(bytes), bytes)
    },
    load(run: string, training: string, name: string): ArrayBundle | null {
      const row = read.get(run, training, name)
      return row === undefined ? null : openBundle(`The artifact ${name} of ${training || run}`, row.data, row.crc)
    },
    list: (run: string) => list.all(run),
  }
}

export function documentsTable(db: Database) {
  const write = db.prepare('INSERT OR REPLACE INTO documents (run, name, value) VALUES (?, ?, ?)')
  const read = db.prepare<[string, string], string>('SELECT value FROM documents WHERE run = ? AND name = ?').pluck()
  return {
    save: (run: string, name: string, value: unknown) => void write.run(run, name, toJson(value)),
    load<T>(run: string, name: string): T | null {
      const text = read.get(run, name)
      return text === undefined ? null : parseStored<T>(`The document ${name} of the run`, text, z.unknown())
    },
  }
}

function openBundle(what: string, bytes: Buffer, crc: number): ArrayBundle {
  requireIntact(what, bytes, crc)
  return decodeBundle(bytes)
}

/** Throws a StoreError 'damaged' unless the bytes are the ones that were written. */
export function requireIntact(what: string, bytes: Uint8Array, crc: number): void {
  if (crc32(bytes) !== crc)
    throw new StoreError(
      'damaged',
      `${what} is damaged: its bytes are not the ones that were written (CRC-32 differs).`,
    )
}
