/**
 * Every kind of write to an annotation project, one transaction each, determined by a number: processes that do the same
 * operations store the same. Without the test runner, because a program in processes/ uses it too.
 */
import Database from 'better-sqlite3'
import { labelEdit } from '../../main/api/annotate/tasks.ts'
import { rulesSuggester } from '../../main/api/annotate/rules.ts'
import { editWords } from '../../main/api/annotate/words.ts'
import { StoreError } from '../../main/store/errors.ts'
import type { AnnotationStore } from '../../main/store/annotation/types.ts'
import type { Answer, QueuePlace, Rule } from '../../shared/annotation/project.ts'
import { sentenceOfWords } from '../../shared/tags/tagging.ts'
import { project } from './annotationProject.ts'

const SENTENCES = 12
const ALL: QueuePlace = { order: 'file', filter: 'all', position: null }

/** Tasks pos and np, no model. */
export function workProject() {
  const sentences = Array.from({ length: SENTENCES }, (_, s) => sentenceOfWords(['Anna', 'sees', `Ben${s}`]))
  return { ...project(sentences), model: null }
}

type Operation = (store: AnnotationStore, position: number, n: number) => void

const OPERATIONS: Record<string, Operation> = {
  fix: (store, at, n) => void store.decide('p', at, revisionOf(store, at), answersFor(store, at, n), ALL),
  accept: (store, at, n) =>
    void store.decide('p', at, revisionOf(store, at), answersFor(store, at, n), ALL, {
      annotator: 'Ann',
      settles: true,
    }),
  skip: (store, at) => void store.decide('p', at, revisionOf(store, at), null, ALL),
  rename(store, _, n) {
    const { name: from } = store.tasks('p')[0].labels[0]
    const { edit, change } = labelEdit('pos', { do: 'rename', from, to: `L${n}` }, () => false)
    store.edit('p', edit, change)
  },
  undoRename: (store) => ifAny(() => store.undoEdit('p')),
  words(store, at) {
    const sentence = store.sentence('p', at)
    const edit =
      sentence.words.length > 2
        ? ({ do: 'merge', from: 0, to: 2 } as const)
        : ({ do: 'split', word: 1, at: 1 } as const)
    const { sentence: changed, mapped } = editWords(sentence, edit)
    store.setWords('p', at, revisionOf(store, at), changed, mapped, 'Ann')
  },
  undo: (store) => ifAny(() => store.undo('p')),
  mark: (store, at, n) => void store.mark('p', at, { flagged: n % 2 === 0, comment: `comment ${n}` }),
  import: (store, at, n) =>
    store.importDecisions(
      'p',
      'Bea',
      [at, (at + 1) % SENTENCES].map((position) => ({ position, answers: answersFor(store, position, n) })),
    ),
  occurrence(store, at) {
    if (store.item('p', at).state === 'open') store.addOccurrence('p', at, { task: 'np', type: 'NP', from: 0, to: 1 })
  },
  rules(store, at) {
    const rules: Rule[] = [{ task: 'np', label: 'NP', pattern: `Anna|Ben${at}` }]
    store.setRules('p', rules, rulesSuggester(rules, store.tasks('p')))
  },
  guidelines: (store, _, n) => store.setGuidelines('p', `# Rule ${n}`),
  place: (store, at) => store.setPlace('p', { ...ALL, position: at }),
}

export const KINDS = Object.keys(OPERATIONS)

/** The nth operation. */
export function work(store: AnnotationStore, n: number): void {
  OPERATIONS[KINDS[(n * 5) % KINDS.length]](store, (n * 7) % SENTENCES, n)
}

/** There may be nothing to undo. */
function ifAny(undo: () => unknown): void {
  try {
    undo()
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'missing')) throw error
  }
}

const revisionOf = (store: AnnotationStore, position: number) => store.item('p', position).revision

function answersFor(store: AnnotationStore, position: number, n: number): Answer[] {
  const { length } = store.sentence('p', position).words
  return [
    { task: 'pos', labels: new Array<string>(length).fill(`H${n}`), spans: null },
    { task: 'np', labels: null, spans: [{ type: 'NP', from: 0, to: 1 + (n % length) }] },
  ]
}

/** All rows of the project, without the times at which they were written. */
export function rowsOf(path: string): Record<string, unknown[]> {
  const db = new Database(path, { readonly: true })
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'annotation%'`).pluck()
    return Object.fromEntries(
      (tables.all() as string[]).map((table) => {
        const rows = db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all() as Record<string, unknown>[]
        return [
          table,
          rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !key.endsWith('_at')))),
        ]
      }),
    )
  } finally {
    db.close()
  }
}
