/** Copies the rows of a run from one database to another, and hashes them. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { withFiles } from '../files.ts'
import { canonicalJson } from '../json.ts'
import { runTables, type RunTable } from './tables.ts'

export type Row = Record<string, string | number | Buffer | null>

/** In the order of their keys, one at a time: a whole run may not fit into memory. */
export function rowsOf(db: Database, { name, columns, where, key }: RunTable, run: string): IterableIterator<Row> {
  return db
    .prepare<[{ run: string }], Row>(
      `SELECT ${columns.join(', ')} FROM ${name} WHERE ${where} ORDER BY ${key.join(', ')}`,
    )
    .iterate({ run })
}

/**
 * Copies a run as `newId`; `change` maps each row. Row ids are assigned again. Call it within a transaction of `to`,
 * which has the same schema and no run `newId`.
 */
export function copyRun(
  from: Database,
  to: Database,
  run: string,
  newId: string,
  change: (table: string, row: Row) => Row,
): void {
  const renamed = new Map<string, Map<unknown, string | number>>([['runs', new Map([[run, newId]])]])
  for (const table of runTables(from)) {
    const columns = table.columns.filter((column) => column !== table.numbered)
    const verb = table.shared ? 'INSERT OR IGNORE' : 'INSERT'
    const insert = to.prepare(
      `${verb} INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    )
    const numbers = new Map<unknown, number>()
    for (const row of rowsOf(from, table, run)) {
      const changed = change(table.name, row)
      const values = columns.map(
        (column) => renamed.get(table.references.get(column) ?? '')?.get(changed[column]) ?? changed[column],
      )
      if (table.name === 'runs') values[columns.indexOf('id')] = newId
      const { lastInsertRowid } = insert.run(values)
      if (table.numbered !== null) numbers.set(row[table.numbered], Number(lastInsertRowid))
    }
    if (table.numbered !== null) renamed.set(table.name, numbers)
  }
}

/** Columns that may differ between machines that have the same run: its name, the places of its files, its owner. */
const LOCAL: Record<string, string[]> = {
  runs: ['name', 'message', 'config_hash', 'owner', 'heard_at', 'digest'],
  run_datasets: ['path'],
}
/** What people add to a run on their machine. */
const ADDED = ['run_tags', 'run_notes']

/** SHA-256 over everything of a run that is the same on all machines. */
export function contentHash(db: Database, run: string): string {
  const hash = createHash('sha256')
  const feed = (value: Row[string]) => {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value))
    hash.update(`${value === null ? 'null' : typeof value} ${bytes.length}\n`).update(bytes)
  }
  const ranks = new Map<string, Map<unknown, number>>()
  for (const table of runTables(db)) {
    if (ADDED.includes(table.name)) continue
    const rank = new Map<unknown, number>()
    ranks.set(table.name, rank)
    for (const row of rowsOf(db, table, run)) {
      feed(table.name)
      for (const column of table.columns.filter((one) => LOCAL[table.name]?.includes(one) !== true)) {
        if (column === table.numbered) rank.set(row[column], rank.size)
        else if (table.name === 'runs' && column === 'config') feed(withoutPaths(String(row.config)))
        else feed(ranks.get(table.references.get(column) ?? '')?.get(row[column]) ?? row[column])
      }
    }
  }
  return hash.digest('hex')
}

/** The settings without the places of files; damaged settings as they are. */
function withoutPaths(config: string): string {
  try {
    return canonicalJson(withFiles(JSON.parse(config) as ExperimentConfig, () => ''))
  } catch {
    return config
  }
}
