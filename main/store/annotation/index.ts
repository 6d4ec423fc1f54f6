/** Annotation projects in the database. The contract of the methods is in types.ts. */
import type { Database } from 'better-sqlite3'
import { same } from '../../../shared/util/nested.ts'
import { decisionsTable } from './decisions.ts'
import { editsTable, isComplete } from './edits.ts'
import { itemsTable } from './items.ts'
import { opinionsTable } from './opinions.ts'
import { projectsTable } from './projects.ts'
import { queueTable } from './queue.ts'
import { searchTable } from './search.ts'
import { fromStored } from './sentence.ts'
import { suggestionsTable } from './suggestions.ts'
import type { AnnotationStore } from './types.ts'

const ALONE = { annotator: '', settles: false }

/** `read` and `write` run their work in a transaction. */
export function annotationStore(
  db: Database,
  read: <T>(work: () => T) => T,
  write: <T>(work: () => T) => T,
): AnnotationStore {
  const edits = editsTable(db)
  const opinions = opinionsTable(db, edits.logOf)
  const items = itemsTable(db, edits.logOf, () => opinions)
  const suggestions = suggestionsTable(db)
  const projects = projectsTable(db, { items, suggestions, edits, opinions })
  const search = searchTable(db, edits.logOf)
  const queue = queueTable(db, search.positions)
  const decisions = decisionsTable(db, {
    itemOf: items.item,
    sentenceOf: items.stored,
    setSentence: items.setSentence,
    restoreSentence: items.restoreSentence,
    noteDifference: opinions.noteDifference,
    logOf: edits.logOf,
    tasksOf: (id) => projects.tasks(id),
  })
  const wordsOf = (id: string, position: number) => fromStored(items.stored(id, position)).words.length

  return {
    create: (project) => write(() => projects.create(project)),
    add: (id, source, sentences, tasks) => write(() => projects.add(id, source, sentences, tasks)),
    list: () => read(() => projects.list()),
    damaged: () => read(() => projects.damaged()),
    get: (id) => read(() => projects.get(id)),
    tasks: (id) => read(() => projects.tasks(id)),
    trainingState: (id) => read(() => projects.trainingState(id)),
    rename: (id, name) => write(() => projects.rename(id, name)),
    remove: (id) => write(() => projects.remove(id)),
    setModel: (id, model, labels, { edits: known, overGiven = false } = {}) =>
      write(() => {
        projects.setModel(id, model, labels, known ?? edits.logOf(id).last)
        if (overGiven) suggestions.dropGiven(id)
      }),
    setPlace: (id, place) => write(() => projects.setPlace(id, place)),
    setGuidelines: (id, text) => write(() => projects.setGuidelines(id, text)),
    setAutoTrain: (id, every) => write(() => projects.setAutoTrain(id, every)),
    series: (id, kind) => read(() => projects.series(id)[kind] ?? null),
    setSeries: (id, kind, series) => write(() => projects.setSeries(id, kind, series)),
    setTraining: (id, run) => write(() => projects.setTraining(id, run)),

    queue: (id, wanted, position, before, count) =>
      read(() => {
        projects.requireExists(id)
        return queue.rows(id, wanted, position, before, count)
      }),
    item: (id, position) => read(() => items.item(id, position)),
    sentence: (id, position) => read(() => fromStored(items.stored(id, position))),
    sentences: (id) =>
      read(() => {
        projects.requireExists(id)
        return items.all(id)
      }),
    step: (id, wanted, position, direction) => read(() => queue.step(id, wanted, position, direction)),
    mark: (id, position, marks) =>
      write(() => {
        items.mark(id, position, marks)
        return items.item(id, position)
      }),

    decide: (id, position, revision, answers, wanted, by = ALONE) =>
      write(() => {
        const item = decisions.decide(id, position, revision, answers, by)
        const next =
          queue.step(id, wanted, position, 'next') ??
          (wanted.filter === 'open' ? queue.step(id, wanted, null, 'next') : null)
        projects.setPlace(id, { ...wanted, position: next ?? position })
        return { item, next }
      }),
    setWords: (id, position, revision, sentence, mapped, annotator) =>
      write(() => {
        const item = decisions.setWords(id, position, revision, sentence, mapped, annotator)
        // It belongs to the words as they were.
        suggestions.drop(id, position)
        return { ...item, suggestion: null }
      }),
    undo: (id) =>
      write(() => {
        projects.requireExists(id)
        const { item, answers } = decisions.undo(id)
        if (item === null) return { item, answers }
        const length = wordsOf(id, item.position)
        const fits = item.suggestion?.tags.every(({ tags }) => tags.length === length) ?? true
        if (!fits) suggestions.drop(id, item.position)
        return { item: items.item(id, item.position), answers }
      }),
    importDecisions: (id, annotator, all) => write(() => decisions.importDecisions(id, annotator, all)),
    opinions: (id) =>
      read(() => {
        projects.requireExists(id)
        return opinions.all(id)
      }),

    waiting: (id, model, position, count) => read(() => suggestions.waiting(id, model, position, count)),
    suggest: (id, model, made) =>
      write(() => {
        const { current, edits: known } = projects.model(id)
        return same(current, model) ? suggestions.suggest(id, model, made, known) : null
      }),
    setRules: (id, rules, suggest) =>
      write(() => {
        projects.setRules(id, rules)
        return { suggested: suggestions.applyRules(id, suggest, edits.logOf(id).last) }
      }),
    addOccurrence: (id, position, { task, type, from, to }) =>
      write(() => {
        const span = projects.summary(id).tasks.find(({ name }) => name === task)?.kind === 'span'
        items.addOccurrence(id, position, { task, type, from, to, span })
      }),
    containing: (id, text) =>
      read(() => {
        projects.requireExists(id)
        return search.containing(id, text)
      }),

    edit: (id, edit, change) =>
      write(() => {
        const { tasks: before } = projects.summary(id)
        const after = change(before)
        return { tasks: after, affected: edits.add(id, edit, before, after) }
      }),
    undoEdit: (id) => write(() => edits.undo(id, projects.summary(id).tasks)),
    addLabels: (id, task, labels) => write(() => projects.addLabels(id, task, labels)),
    labelUses: (id, task, label) =>
      read(() => {
        projects.requireExists(id)
        return edits.uses(id, task, label)
      }),
    tasksOfModel: (id, names) =>
      read(() => {
        const { tasks } = projects.summary(id)
        const log = edits.logOf(id)
        const { edits: known } = projects.model(id)
        return names.filter((name) => {
          const [now] = log.answers([{ task: name, labels: [], spans: null }], known)
          return now !== undefined && tasks.some((task) => task.name === now.task)
        })
      }),
    lastEdit: (id) => read(() => edits.logOf(id).last),

    decided: (id) =>
      read(() => {
        projects.requireExists(id)
        return decisions.decided(id)
      }),
    decidedBy: (id, annotator) =>
      read(() => {
        projects.requireExists(id)
        const tasks = projects.tasks(id)
        return opinions.of(id, annotator).filter(({ answers }) => isComplete(answers, tasks))
      }),
    countVersion: (id, number) => projects.countVersion(id, number),
  }
}
