/** Experiments as they are stored. What is in their definitions and plans is known to main/experiments. */
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { toJson } from '../../shared/util/json.ts'
import { parseStored } from './stored.ts'
import type { StoredExperiment } from './types.ts'

interface Row {
  id: string
  name: string
  created_at: string
  definition: string
  plan: string
}

/** Call writes within a transaction. */
export function experimentsTable(db: Database) {
  const list = db.prepare<[], Pick<Row, 'id' | 'name' | 'created_at'>>(
    'SELECT id, name, created_at FROM experiments ORDER BY created_at DESC, id',
  )
  const find = db.prepare<[string], Row>('SELECT * FROM experiments WHERE id = ?')
  const write = db.prepare(
    `INSERT INTO experiments (id, name, created_at, definition, plan) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition, plan = excluded.plan`,
  )
  const remove = db.prepare('DELETE FROM experiments WHERE id = ?')
  return {
    list: () => list.all(),
    get(id: string): StoredExperiment | null {
      const row = find.get(id)
      if (row === undefined) return null
      return {
        id,
        name: row.name,
        createdAt: row.created_at,
        definition: parseStored('The definition of the experiment', row.definition, z.looseObject({})),
        plan: parseStored('The plan of the experiment', row.plan, z.array(z.looseObject({}))),
      }
    },
    save: ({ id, name, createdAt, definition, plan }: StoredExperiment) =>
      void write.run(id, name, createdAt, toJson(definition), toJson(plan)),
    remove: (id: string) => void remove.run(id),
  }
}
