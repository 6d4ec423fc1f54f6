/** Annotation projects: their sources, tasks, suggesting model, progress. */
import type { Database } from 'better-sqlite3'
import type { z } from 'zod'
import {
  ITEM_STATES,
  labelNamed,
  type AnnotationSource,
  type AnnotationTask,
  type ItemState,
  type Label,
  type QueuePlace,
  type Rule,
  type SuggestingModel,
} from '../../../shared/annotation/project.ts'
import type { SeriesKind, StoredSeries } from '../../../shared/annotation/series.ts'
import type { Damaged } from '../../../shared/protocol/requests/damaged.ts'
import type { ProjectSummary } from '../../../shared/protocol/requests/annotateResults.ts'
import { StoreError } from '../errors.ts'
import { placeSchema, projectSchema, rulesSchema, seriesSchema } from '../schemas.ts'
import { parseStored, partition } from '../stored.ts'
import type { editsTable } from './edits.ts'
import type { itemsTable } from './items.ts'
import type { opinionsTable } from './opinions.ts'
import { toStored } from './sentence.ts'
import { WAITS, type suggestionsTable } from './suggestions.ts'
import type { NewProject, NewSentence, ProjectRecord } from './types.ts'

interface Row {
  id: string
  name: string
  created_at: string
  sources: string
  tasks: string
  model: string | null
  model_edits: number
  place: string
  versions: number
  guidelines: string
  rules: string
  auto_every: number | null
  trained_until: number
  training: string | null
  curve: string | null
  /** JSON: number of sentences by state. */
  counts: string
}

interface Marks {
  flagged: number
  differ: number
  documents: number
}

const RECORD = `SELECT annotation_projects.*,
  (SELECT json_group_object(state, count) FROM (SELECT state, count(*) AS count FROM annotation_items WHERE project = annotation_projects.id GROUP BY state)) AS counts
  FROM annotation_projects`

interface Tables {
  items: Pick<ReturnType<typeof itemsTable>, 'insert'>
  suggestions: Pick<ReturnType<typeof suggestionsTable>, 'give'>
  edits: Pick<ReturnType<typeof editsTable>, 'undoText' | 'logOf'>
  opinions: Pick<ReturnType<typeof opinionsTable>, 'annotators'>
}

/** Call writes within a transaction. */
export function projectsTable(db: Database, { items, suggestions, edits, opinions }: Tables) {
  const find = db.prepare<[string], Row>(`${RECORD} WHERE id = ?`)
  const list = db.prepare<[], Row>(`${RECORD} ORDER BY created_at DESC, rowid DESC`)
  const tasksOf = db.prepare<[string], string>('SELECT tasks FROM annotation_projects WHERE id = ?').pluck()
  const trainingOf = db.prepare<[string], Pick<Row, 'auto_every' | 'trained_until' | 'training'>>(
    'SELECT auto_every, trained_until, training FROM annotation_projects WHERE id = ?',
  )
  const exists = db.prepare<[string], number>('SELECT 1 FROM annotation_projects WHERE id = ?').pluck()
  const named = db.prepare<[string], string>('SELECT id FROM annotation_projects WHERE name = ?').pluck()
  const insert = db.prepare(
    'INSERT INTO annotation_projects (id, name, created_at, sources, tasks, model, place) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const set = (column: string) => db.prepare(`UPDATE annotation_projects SET ${column} = ? WHERE id = ?`)
  const setName = set('name')
  const setModel = db.prepare('UPDATE annotation_projects SET model = ?, model_edits = ?, tasks = ? WHERE id = ?')
  const setTasks = set('tasks')
  const setSources = set('sources')
  const setPlace = set('place')
  const setGuidelines = set('guidelines')
  const setRules = set('rules')
  const setAuto = set('auto_every')
  const curveOf = db.prepare<[string], string | null>('SELECT curve FROM annotation_projects WHERE id = ?').pluck()
  const setCurve = set('curve')
  const setTraining = db.prepare(
    `UPDATE annotation_projects SET training = @run,
      trained_until = (SELECT ifnull(max(id), 0) FROM annotation_decisions WHERE project = @id) WHERE id = @id`,
  )
  const setVersions = db.prepare(
    'UPDATE annotation_projects SET versions = @number WHERE id = @id AND versions = @number - 1',
  )
  const drop = db.prepare('DELETE FROM annotation_projects WHERE id = ?')
  const pending = db
    .prepare<[{ id: string; run: string; method: string }], number>(
      `SELECT count(*) FROM annotation_items i LEFT JOIN annotation_suggestions s USING (project, position)
    WHERE i.project = @id AND ${WAITS}`,
    )
    .pluck()
  const undoable = db
    .prepare<[string], number>(
      `SELECT count(*) FROM annotation_decisions d WHERE project = ? AND imported = 0
    AND undoes IS NULL AND NOT EXISTS (SELECT 1 FROM annotation_decisions WHERE undoes = d.id)`,
    )
    .pluck()
  const since = db
    .prepare<[string, number], number>(
      "SELECT count(*) FROM annotation_items WHERE project = ? AND state IN ('accepted', 'fixed') AND decision > ?",
    )
    .pluck()
  const marks = db.prepare<[{ id: string }], Marks>(
    `SELECT (SELECT count(*) FROM annotation_items WHERE project = @id AND flagged = 1) AS flagged,
      (SELECT count(*) FROM annotation_items WHERE project = @id AND differs = 1) AS differ,
      (SELECT count(DISTINCT document) FROM annotation_items WHERE project = @id) AS documents`,
  )

  function requireExists(id: string): void {
    if (exists.get(id) === undefined) throw new StoreError('missing', `There is no annotation project ${id}.`)
  }

  function rowOf(id: string): Row {
    requireExists(id)
    return find.get(id)!
  }

  function requireFree(name: string, but: string | null): void {
    const other = named.get(name)
    if (other !== undefined && other !== but)
      throw new StoreError('exists', `"${name}" already exists: choose another name.`)
  }

  function insertSentences(id: string, first: number, sentences: readonly NewSentence[]): void {
    sentences.forEach(({ sentence, document, given }, i) => {
      items.insert(id, first + i, toStored(sentence), sentence.text, document)
      if (given !== null) suggestions.give(id, first + i, given)
    })
  }

  function series(id: string): Partial<Record<SeriesKind, StoredSeries>> {
    requireExists(id)
    const stored = curveOf.get(id) ?? null
    return stored === null ? {} : parseStored('The trainings of a project', stored, seriesSchema)
  }

  const summary = (id: string) => toSummary(rowOf(id))

  return {
    requireExists,
    summary,
    /** Without counts, which look at every sentence. */
    tasks(id: string): AnnotationTask[] {
      requireExists(id)
      return parseStored<AnnotationTask[]>(
        `The tasks of the project ${id}`,
        tasksOf.get(id)!,
        projectSchema.shape.tasks,
      )
    },
    trainingState(id: string): Pick<ProjectRecord, 'autoTrain' | 'training'> {
      requireExists(id)
      const { auto_every, trained_until, training } = trainingOf.get(id)!
      const done = auto_every === null ? 0 : since.get(id, trained_until)!
      return { autoTrain: { every: auto_every, since: done }, training }
    },
    model(id: string): { current: SuggestingModel | null; edits: number } {
      const row = rowOf(id)
      return { current: toSummary(row).model, edits: row.model_edits }
    },
    list: () => partition(list.all(), toSummary).whole,
    /** Those that cannot be opened, whatever part of their row is damaged. */
    damaged: (): Damaged[] => partition(list.all(), checkWhole).damaged,
    get(id: string): ProjectRecord {
      const row = rowOf(id)
      const base = toSummary(row)
      return {
        ...base,
        place: parseStored<QueuePlace>('The place in the queue', row.place, placeSchema),
        versionCount: row.versions,
        undoable: undoable.get(id)!,
        pending: base.model === null ? 0 : pending.get({ id, run: base.model.run, method: base.model.method })!,
        guidelines: row.guidelines,
        rules: parseStored<Rule[]>('The rules', row.rules, rulesSchema),
        labelUndo: edits.undoText(id),
        autoTrain: { every: row.auto_every, since: since.get(id, row.trained_until)! },
        annotators: opinions.annotators(id),
        training: row.training,
        ...marks.get({ id })!,
      }
    },
    create({ id, name, sources, tasks, model, sentences }: NewProject): void {
      requireFree(name, null)
      const place: QueuePlace = { order: 'uncertain', filter: 'open', position: null }
      insert.run(
        id,
        name,
        new Date().toISOString(),
        JSON.stringify(sources),
        JSON.stringify(tasks),
        model && JSON.stringify(model),
        JSON.stringify(place),
      )
      insertSentences(id, 0, sentences)
    },
    add(id: string, source: AnnotationSource, sentences: readonly NewSentence[], own: readonly AnnotationTask[]): void {
      if (sentences.length === 0) return
      const { sources, tasks } = summary(id)
      const first = sources.reduce((sum, one) => sum + one.sentences, 0)
      const same = sources.find(({ kind, name }) => kind === source.kind && name === source.name)
      const merged =
        same === sources.at(-1) && same !== undefined
          ? [...sources.slice(0, -1), { ...same, sentences: same.sentences + sentences.length }]
          : [...sources, source]
      setSources.run(JSON.stringify(merged), id)
      const labelled = tasks.map((task) => {
        const given = own.find(({ name, kind }) => name === task.name && kind === task.kind)
        return given === undefined ? task : withLabels(task, given.labels)
      })
      setTasks.run(JSON.stringify(labelled), id)
      insertSentences(id, first, sentences)
    },
    rename(id: string, name: string): void {
      requireExists(id)
      requireFree(name, id)
      setName.run(name, id)
    },
    remove(id: string): void {
      requireExists(id)
      drop.run(id)
    },
    setModel(id: string, model: SuggestingModel, labels: ReadonlyMap<string, string[]>, known: number): void {
      const tasks = summary(id).tasks.map((task) => withLabels(task, (labels.get(task.name) ?? []).map(labelNamed)))
      setModel.run(JSON.stringify(model), known, JSON.stringify(tasks), id)
    },
    addLabels(id: string, name: string, labels: readonly Label[]): AnnotationTask[] {
      const { tasks } = summary(id)
      requireTask(tasks, name)
      const changed = tasks.map((task) => (task.name === name ? withLabels(task, labels) : task))
      setTasks.run(JSON.stringify(changed), id)
      return changed
    },
    setPlace: (id: string, place: QueuePlace) => void setPlace.run(JSON.stringify(place), id),
    setGuidelines(id: string, text: string): void {
      requireExists(id)
      setGuidelines.run(text, id)
    },
    setRules(id: string, rules: readonly Rule[]): void {
      requireExists(id)
      setRules.run(JSON.stringify(rules), id)
    },
    setAutoTrain(id: string, every: number | null): void {
      requireExists(id)
      setAuto.run(every, id)
    },
    series,
    setSeries(id: string, kind: SeriesKind, value: StoredSeries | null): void {
      setCurve.run(JSON.stringify({ ...series(id), [kind]: value ?? undefined }), id)
    },
    setTraining(id: string, run: string): void {
      requireExists(id)
      setTraining.run({ id, run })
    },
    countVersion(id: string, number: number): void {
      requireExists(id)
      if (setVersions.run({ id, number }).changes === 0)
        throw new StoreError(
          'changed',
          'Another dataset version of this project was created meanwhile: ' +
            `create version ${number + 1}, or use that one.`,
        )
    },
  }
}

/** Throws a StoreError 'missing' where there is no such task. */
export function requireTask(tasks: readonly AnnotationTask[], name: string): AnnotationTask {
  const found = tasks.find((task) => task.name === name)
  if (found !== undefined) return found
  const has = tasks.map((task) => task.name).join(', ')
  throw new StoreError('missing', `The project has no task ${name}; it has ${has || 'none yet'}.`)
}

function withLabels(task: AnnotationTask, more: readonly Label[]): AnnotationTask {
  const added = more.filter(({ name }, i) => ![...task.labels, ...more.slice(0, i)].some((one) => one.name === name))
  return { ...task, labels: [...task.labels, ...added] }
}

function toSummary({ id, name, created_at, sources, tasks, model, counts }: Row): ProjectSummary {
  const what = `The annotation project ${id} (${name})`
  const part = <T>(text: string, schema: z.ZodType) => parseStored<T>(what, text, schema)
  const { shape } = projectSchema
  const found = part<Partial<Record<ItemState, number>>>(counts, shape.counts)
  return {
    id,
    name,
    createdAt: created_at,
    sources: part<AnnotationSource[]>(sources, shape.sources),
    tasks: part<AnnotationTask[]>(tasks, shape.tasks),
    model: model === null ? null : part<SuggestingModel>(model, shape.model),
    counts: Object.fromEntries(ITEM_STATES.map((state) => [state, found[state] ?? 0])) as Record<ItemState, number>,
  }
}

/** Throws a StoreError where a part of the row is damaged, those included that the list does not need. */
function checkWhole(row: Row): void {
  toSummary(row)
  const what = `The annotation project ${row.id} (${row.name})`
  parseStored(`${what}, its place in the queue,`, row.place, placeSchema)
  parseStored(`${what}, its rules,`, row.rules, rulesSchema)
  if (row.curve !== null) parseStored(`${what}, its trainings,`, row.curve, seriesSchema)
}
