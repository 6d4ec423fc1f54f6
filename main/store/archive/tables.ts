/**
 * Which tables hold the rows of a run. Read from the schema, so that a new table cannot be forgotten: tables that refer
 * to runs, directly or through others, belong to the run; tables that these refer to (environments, datasets) are
 * shared.
 */
import type { Database } from 'better-sqlite3'

export interface RunTable {
  name: string
  columns: string[]
  /** Condition for the rows of run @run. */
  where: string
  /** The primary key. */
  key: string[]
  /** The column of the row id that other tables refer to; null where there is none. */
  numbered: string | null
  /** The table that each foreign key refers to, by column. */
  references: Map<string, string>
  shared: boolean
}

interface Reference {
  table: string
  from: string
  to: string
}
interface Column {
  name: string
  type: string
  pk: number
}

/** Tables that others refer to come first. */
export function runTables(db: Database): RunTable[] {
  const names = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )
    .pluck()
    .all()
  const references = new Map(names.map((name) => [name, db.pragma(`foreign_key_list(${name})`) as Reference[]]))
  const owned = new Map([['runs', 'id = @run']])
  // Iterating a Map includes entries that are added meanwhile.
  for (const [parent, where] of owned) {
    for (const [name, all] of references) {
      const link = all.find(({ table }) => table === parent)
      if (link !== undefined && !owned.has(name))
        owned.set(name, parent === 'runs' ? `${link.from} = @run` : within(link.from, link.to, parent, where))
    }
  }
  const shared = new Map(
    [...owned].flatMap(([child, where]) =>
      references
        .get(child)!
        .filter(({ table }) => !owned.has(table))
        .map(({ table, from, to }) => [table, within(to, from, child, where)]),
    ),
  )
  const describe =
    (isShared: boolean) =>
    ([name, where]: [string, string]) =>
      describeTable(db, name, where, references.get(name)!, isShared)
  return [...[...shared].map(describe(true)), ...[...owned].map(describe(false))]
}

function within(column: string, other: string, table: string, where: string): string {
  return `${column} IN (SELECT ${other} FROM ${table} WHERE ${where})`
}

function describeTable(db: Database, name: string, where: string, references: Reference[], shared: boolean): RunTable {
  const columns = db.pragma(`table_info(${name})`) as Column[]
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
  const refers = new Map(references.map(({ from, table }) => [from, table]))
  const numbered = key.length === 1 && key[0].type === 'INTEGER' && !refers.has(key[0].name) ? key[0].name : null
  return {
    name,
    columns: columns.map((column) => column.name),
    where,
    key: key.map((column) => column.name),
    numbered,
    references: refers,
    shared,
  }
}
