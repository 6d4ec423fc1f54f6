/** Archives with a valid seal and wrong content: rows of a real one, changed at random. */
import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { seal, unseal } from '../../main/store/archive/seal.ts'
import type { Dice } from './random.ts'

const TEXTS = [
  '',
  '{',
  '[]',
  '{}',
  'null',
  '3',
  '"x"',
  '{"a":1}',
  '\u0000',
  '__proto__',
  'x'.repeat(2000),
  '{"$number":"NaN"}',
]
const NUMBERS = [-1, 0, 1, 2 ** 40, Number.MAX_SAFE_INTEGER]

/** Writes a variant of the archive `from` to `to`. Returns what was changed. */
export function makeUpArchive(dice: Dice, from: string, to: string): string {
  rmSync(to, { force: true })
  unseal(from, to)
  const db = new Database(to)
  const done: string[] = []
  try {
    db.pragma('foreign_keys = OFF')
    db.pragma('ignore_check_constraints = ON')
    for (let n = 1 + dice.below(3); n > 0; n--) done.push(changeOne(dice, db))
  } finally {
    db.close()
  }
  seal(to)
  return done.join('; ')
}

function changeOne(dice: Dice, db: Database.Database): string {
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
  const table = dice.pick(tables)
  const columns = db.pragma(`table_info(${table})`) as { name: string; type: string; notnull: number }[]
  const { name, type, notnull } = dice.pick(columns)
  const value = valueFor(dice, type, notnull === 0)
  const attempt = (sql: string, ...values: unknown[]) => {
    try {
      db.prepare(sql).run(...values)
      return `${sql} [${String(values[0]).slice(0, 20)}]`
    } catch (error) {
      return `${table}.${name} unchanged (${(error as Error).message})`
    }
  }
  if (dice.chance(0.08)) return attempt(`DELETE FROM ${table}`)
  if (dice.chance(0.04)) return `user_version ${String(db.pragma(`user_version = ${dice.below(9) - 1}`))}`
  if (dice.chance(0.3) && type === 'TEXT') return attempt(`UPDATE ${table} SET ${name} = ${jsonChange(dice, name)}`)
  return attempt(`UPDATE ${table} SET ${name} = ?`, value)
}

/** Changes one key within JSON, where the column has JSON. */
function jsonChange(dice: Dice, column: string): string {
  const key = dice.pick([
    'methods',
    'tasks',
    'seed',
    'corpora',
    'imp',
    'tickets',
    'model',
    'dev',
    'density',
    'words',
    'x',
  ])
  const value = dice.pick(['3', 'null', '"x"', '[]', '{}', '[1,{}]', '1e999'])
  return `CASE WHEN json_valid(${column}) THEN json_set(${column}, '$.${key}', json('${value === '1e999' ? '9e99' : value}')) ELSE ${column} END`
}

function valueFor(dice: Dice, type: string, nullable: boolean): unknown {
  if (nullable && dice.chance(0.2)) return null
  if (type === 'BLOB') return Buffer.from(Array.from({ length: dice.below(40) }, () => dice.below(256)))
  if (type === 'INTEGER') return dice.pick(NUMBERS)
  if (type === 'REAL') return dice.pick([...NUMBERS, 0.5, Infinity])
  return dice.pick(TEXTS)
}
