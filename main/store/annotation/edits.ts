/** The log of label and task edits, and what it changes in the states of sentences. */
import type { Database } from 'better-sqlite3'
import { describeEdit, LabelLog, type Edit, type LogEntry } from '../../../shared/annotation/labelLog.ts'
import type { AnnotationTask, Answer } from '../../../shared/annotation/project.ts'
import { StoreError } from '../errors.ts'
import { editSchema, tasksSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'

interface Row {
  id: number
  edit: string
  tasks: string
  undoes: number | null
}

interface DecisionRow {
  position: number
  held: string
  state: string
  answers: string | null
  edits: number
}

/** Call writes within a transaction. */
export function editsTable(db: Database) {
  const all = db.prepare<[string], Row>(
    'SELECT id, edit, tasks, undoes FROM annotation_edits WHERE project = ? ORDER BY id',
  )
  const insert = db.prepare(
    'INSERT INTO annotation_edits (project, edit, tasks, undoes, made_at) VALUES (?, ?, ?, ?, ?)',
  )
  const setTasks = db.prepare('UPDATE annotation_projects SET tasks = ? WHERE id = ?')
  const current = db.prepare<[string], DecisionRow>(
    `SELECT i.position, i.state AS held, d.state, d.answers, d.edits FROM annotation_items i
    JOIN annotation_decisions d ON d.id = i.decision WHERE i.project = ? AND d.answers IS NOT NULL`,
  )
  const setState = db.prepare('UPDATE annotation_items SET state = ? WHERE project = ? AND position = ?')

  const entriesOf = (id: string): LogEntry[] =>
    all.all(id).map((row) => ({
      id: row.id,
      edit: parseStored<Edit>('An edit of labels', row.edit, editSchema),
      undoes: row.undoes,
    }))
  const logOf = (id: string) => new LabelLog(entriesOf(id))

  /** Decided sentences whose answers lack a task are open; those that have all again are decided. */
  function restate(id: string, tasks: readonly AnnotationTask[]): void {
    const log = logOf(id)
    for (const { position, held, state, answers, edits } of current.iterate(id)) {
      const now = isComplete(log.answers(JSON.parse(answers!) as Answer[], edits), tasks) ? state : 'open'
      if (now !== held) changes.push([now, position])
    }
    for (const [state, position] of changes.splice(0)) setState.run(state, id, position)
  }
  const changes: [string, number][] = []

  function uses(id: string, task: string, label: string): { sentences: number; occurrences: number } {
    const log = logOf(id)
    let [sentences, occurrences] = [0, 0]
    for (const { answers, edits } of current.iterate(id)) {
      const found = log.answers(JSON.parse(answers!) as Answer[], edits).find((answer) => answer.task === task)
      const count =
        found?.spans?.filter(({ type }) => type === label).length ??
        found?.labels?.filter((one) => one === label).length ??
        0
      if (count > 0) sentences++
      occurrences += count
    }
    return { sentences, occurrences }
  }

  return {
    logOf,
    uses,
    add(id: string, edit: Edit, before: readonly AnnotationTask[], after: readonly AnnotationTask[]): number {
      const log = logOf(id)
      insert.run(id, JSON.stringify(edit), JSON.stringify(before), null, new Date().toISOString())
      setTasks.run(JSON.stringify(after), id)
      const later = logOf(id)
      let affected = 0
      for (const { answers, edits } of current.iterate(id)) {
        const parsed = JSON.parse(answers!) as Answer[]
        if (JSON.stringify(log.answers(parsed, edits)) !== JSON.stringify(later.answers(parsed, edits))) affected++
      }
      restate(id, after)
      return affected
    },
    /** Throws a StoreError 'missing' where nothing can be undone, 'used' where an added label is in use. */
    undo(id: string, now: readonly AnnotationTask[]): AnnotationTask[] {
      const undone = logOf(id).undoable
      if (undone === null) throw new StoreError('missing', 'No edit of tasks or labels is left to undo.')
      const { edit } = undone
      const used = edit.do === 'add' ? uses(id, edit.task, edit.label).sentences : 0
      if (edit.do === 'add' && used > 0)
        throw new StoreError(
          'used',
          `The label ${edit.label} is used in ${used} decisions: rename it, merge it, or undo these decisions first.`,
        )
      const row = all.all(id).find((one) => one.id === undone.id)!
      const before = parseStored<AnnotationTask[]>('The tasks before an edit', row.tasks, tasksSchema)
      const tasks = edit.do === 'take' ? before : withLaterLabels(before, now, edit)
      insert.run(id, row.edit, row.tasks, undone.id, new Date().toISOString())
      setTasks.run(JSON.stringify(tasks), id)
      restate(id, tasks)
      return tasks
    },
    undoText(id: string): string | null {
      const { undoable } = logOf(id)
      return undoable === null ? null : describeEdit(undoable.edit)
    },
  }
}

/** Whether answers cover every task, with a label for every word of token tasks. */
export function isComplete(answers: readonly Answer[], tasks: readonly AnnotationTask[]): boolean {
  return tasks.every(({ name }) => {
    const answer = answers.find(({ task }) => task === name)
    return answer !== undefined && (answer.labels === null || !answer.labels.includes(null))
  })
}

/** A model may have added labels since the edit, which its undoing does not take away. */
function withLaterLabels(
  before: readonly AnnotationTask[],
  now: readonly AnnotationTask[],
  edit: Edit,
): AnnotationTask[] {
  const ofEdit = 'label' in edit ? edit.label : edit.do === 'rename' ? edit.to : null
  return before.map((task) => {
    const own = now.find(({ name, kind }) => name === task.name && kind === task.kind)?.labels ?? []
    const later = own.filter(({ name }) => name !== ofEdit && !task.labels.some((label) => label.name === name))
    return { ...task, labels: [...task.labels, ...later] }
  })
}
