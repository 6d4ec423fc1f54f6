/** Correction projects in the database. The contract of the methods is in types.ts. */
import type { Database } from 'better-sqlite3'
import { same } from '../../../shared/util/nested.ts'
import { decisionsTable } from './decisions.ts'
import { projectsTable } from './projects.ts'
import { queueTable } from './queue.ts'
import { suggestionsTable } from './suggestions.ts'
import type { CorrectionsStore } from './types.ts'

/** `read` and `write` run their work in a transaction. */
export function correctionsStore(
  db: Database,
  read: <T>(work: () => T) => T,
  write: <T>(work: () => T) => T,
): CorrectionsStore {
  const projects = projectsTable(db)
  const queue = queueTable(db)
  const decisions = decisionsTable(db, queue.item)
  const suggestions = suggestionsTable(db)

  return {
    create: (correction) => write(() => projects.create(correction)),
    list: () => read(() => projects.list()),
    get: (id) => read(() => projects.get(id)),
    rename: (id, name) => write(() => projects.rename(id, name)),
    remove: (id) => write(() => projects.remove(id)),
    setModel: (id, model, labels) => write(() => projects.setModel(id, model, labels)),
    addLabel: (id, task, label) => write(() => projects.addLabel(id, task, label)),
    setPlace: (id, place) => write(() => projects.setPlace(id, place)),

    queue: (id, wanted, position, before, count) =>
      read(() => {
        projects.summary(id)
        return queue.rows(id, wanted, position, before, count)
      }),
    item: (id, position) => read(() => queue.item(id, position)),
    step: (id, wanted, position, direction) => read(() => queue.step(id, wanted, position, direction)),

    decide: (id, position, revision, answers, wanted) =>
      write(() => {
        const item = decisions.decide(id, position, revision, answers)
        const next =
          queue.step(id, wanted, position, 'next') ??
          (wanted.filter === 'open' ? queue.step(id, wanted, null, 'next') : null)
        projects.setPlace(id, { ...wanted, position: next ?? position })
        return { item, next }
      }),
    undo: (id) =>
      write(() => {
        projects.summary(id)
        return decisions.undo(id)
      }),

    waiting: (id, model, position, count) => read(() => suggestions.waiting(id, model, position, count)),
    suggest: (id, model, made) =>
      write(() => (same(projects.summary(id).model, model) ? suggestions.suggest(id, model, made) : null)),

    decided: (id) =>
      read(() => {
        projects.summary(id)
        return decisions.decided(id)
      }),
    countVersion: (id, number) => projects.countVersion(id, number),
  }
}
