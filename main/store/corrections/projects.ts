/** Correction projects: their source, the suggesting model, their progress. */
import type { Database } from 'better-sqlite3'
import type { z } from 'zod'
import {
  ITEM_STATES,
  type CorrectedTask,
  type CorrectionSource,
  type ItemState,
  type QueuePlace,
  type SuggestingModel,
} from '../../../shared/annotation/correcting.ts'
import type { CorrectionSummary } from '../../../shared/protocol/requests/corrections.ts'
import { StoreError } from '../errors.ts'
import { placeSchema, projectSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'
import { toStored } from './sentence.ts'
import type { CorrectionRecord, NewCorrection } from './types.ts'

interface Row {
  id: string
  name: string
  created_at: string
  source: string
  tasks: string
  model: string
  place: string
  versions: number
  /** JSON: number of sentences by state. */
  counts: string
}

const RECORD = `SELECT corrections.*,
  (SELECT json_group_object(state, count) FROM (SELECT state, count(*) AS count FROM correction_items WHERE project = corrections.id GROUP BY state)) AS counts
  FROM corrections`

/** Call writes within a transaction. */
export function projectsTable(db: Database) {
  const find = db.prepare<[string], Row>(`${RECORD} WHERE id = ?`)
  const list = db.prepare<[], Row>(`${RECORD} ORDER BY created_at DESC, rowid DESC`)
  const named = db.prepare<[string], string>('SELECT id FROM corrections WHERE name = ?').pluck()
  const insert = db.prepare(
    'INSERT INTO corrections (id, name, created_at, source, tasks, model, place) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const insertItem = db.prepare('INSERT INTO correction_items (project, position, sentence) VALUES (?, ?, ?)')
  const setName = db.prepare('UPDATE corrections SET name = ? WHERE id = ?')
  const setModel = db.prepare('UPDATE corrections SET model = ?, tasks = ? WHERE id = ?')
  const setTasks = db.prepare('UPDATE corrections SET tasks = ? WHERE id = ?')
  const setPlace = db.prepare('UPDATE corrections SET place = ? WHERE id = ?')
  const setVersions = db.prepare('UPDATE corrections SET versions = @number WHERE id = @id AND versions = @number - 1')
  const drop = db.prepare('DELETE FROM corrections WHERE id = ?')
  const pending = db
    .prepare<[{ id: string; run: string; method: string }], number>(
      `SELECT count(*) FROM correction_items i
    LEFT JOIN correction_suggestions s USING (project, position)
    WHERE i.project = @id AND i.state = 'open' AND (s.run IS NULL OR s.run <> @run OR s.method <> @method)`,
    )
    .pluck()
  const undoable = db
    .prepare<[string], number>(
      `SELECT count(*) FROM correction_decisions d
    WHERE project = ? AND undoes IS NULL AND NOT EXISTS (SELECT 1 FROM correction_decisions WHERE undoes = d.id)`,
    )
    .pluck()

  function rowOf(id: string): Row {
    const row = find.get(id)
    if (row === undefined) throw new StoreError('missing', `There is no correction project ${id}.`)
    return row
  }

  function requireFree(name: string, but: string | null): void {
    const other = named.get(name)
    if (other !== undefined && other !== but)
      throw new StoreError('exists', `"${name}" already exists: choose another name.`)
  }

  const summary = (id: string) => toSummary(rowOf(id))

  return {
    summary,
    // A damaged project must not hide the others; opening it reports the problem.
    list: () => list.all().flatMap(readable),
    get(id: string): CorrectionRecord {
      const row = rowOf(id)
      const base = toSummary(row)
      return {
        ...base,
        place: parseStored<QueuePlace>('The place in the queue', row.place, placeSchema),
        versionCount: row.versions,
        undoable: undoable.get(id)!,
        pending: pending.get({ id, run: base.model.run, method: base.model.method })!,
      }
    },
    create({ id, name, source, tasks, model, sentences }: NewCorrection): void {
      requireFree(name, null)
      const place: QueuePlace = { order: 'uncertain', filter: 'open', position: null }
      insert.run(
        id,
        name,
        new Date().toISOString(),
        JSON.stringify(source),
        JSON.stringify(tasks),
        JSON.stringify(model),
        JSON.stringify(place),
      )
      sentences.forEach((sentence, position) => insertItem.run(id, position, toStored(sentence)))
    },
    rename(id: string, name: string): void {
      summary(id)
      requireFree(name, id)
      setName.run(name, id)
    },
    remove(id: string): void {
      rowOf(id)
      drop.run(id)
    },
    setModel(id: string, model: SuggestingModel, labels: ReadonlyMap<string, string[]>): void {
      const tasks = summary(id).tasks.map((task) => withLabels(task, labels.get(task.name) ?? []))
      setModel.run(JSON.stringify(model), JSON.stringify(tasks), id)
    },
    addLabel(id: string, name: string, label: string): CorrectedTask[] {
      const { tasks } = summary(id)
      if (!tasks.some((task) => task.name === name))
        throw new StoreError(
          'missing',
          `The project has no task ${name}; it has ${tasks.map((task) => task.name).join(', ')}.`,
        )
      const changed = tasks.map((task) => (task.name === name ? withLabels(task, [label]) : task))
      setTasks.run(JSON.stringify(changed), id)
      return changed
    },
    setPlace: (id: string, place: QueuePlace) => void setPlace.run(JSON.stringify(place), id),
    countVersion(id: string, number: number): void {
      summary(id)
      if (setVersions.run({ id, number }).changes === 0)
        throw new StoreError(
          'changed',
          'Another dataset version of this project was created meanwhile: ' +
            `create version ${number + 1}, or use that one.`,
        )
    },
  }
}

function withLabels(task: CorrectedTask, more: readonly string[]): CorrectedTask {
  return { ...task, labels: [...new Set([...task.labels, ...more])] }
}

function toSummary({ id, name, created_at, source, tasks, model, counts }: Row): CorrectionSummary {
  const what = `The correction project ${id} (${name})`
  const part = <T>(text: string, schema: z.ZodType) => parseStored<T>(what, text, schema)
  const { shape } = projectSchema
  const found = part<Partial<Record<ItemState, number>>>(counts, shape.counts)
  return {
    id,
    name,
    createdAt: created_at,
    source: part<CorrectionSource>(source, shape.source),
    tasks: part<CorrectedTask[]>(tasks, shape.tasks),
    model: part<SuggestingModel>(model, shape.model),
    counts: Object.fromEntries(ITEM_STATES.map((state) => [state, found[state] ?? 0])) as Record<ItemState, number>,
  }
}

function readable(row: Row): CorrectionSummary[] {
  try {
    return [toSummary(row)]
  } catch (error) {
    if (error instanceof StoreError) return []
    throw error
  }
}
