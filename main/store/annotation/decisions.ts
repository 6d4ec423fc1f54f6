/**
 * Decisions of people: an append-only log. The last decision on a sentence that was not undone is the current one;
 * imported decisions of other people never are.
 */
import type { Database } from 'better-sqlite3'
import type { LabelLog } from '../../../shared/annotation/labelLog.ts'
import {
  answersOf,
  sameAnswers,
  type Answer,
  type AnnotationTask,
  type ItemState,
  type SuggestingModel,
} from '../../../shared/annotation/project.ts'
import type { AnnotationItem, Undone } from '../../../shared/protocol/requests/annotateResults.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { StoreError } from '../errors.ts'
import { answersSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'
import { isComplete } from './edits.ts'
import { fromStored, toStored } from './sentence.ts'
import type { DecidedSentence, Decider } from './types.ts'

interface Decision {
  id: number
  position: number
  state: ItemState
  answers: string | null
  run: string | null
  method: string | null
  annotator: string
  settles: number
  sentence: string | null
  edits: number
}

interface DecidedRow extends Decision {
  document: string | null
}

/** What the decisions need of the other tables. */
interface Tables {
  itemOf(id: string, position: number): AnnotationItem
  sentenceOf(id: string, position: number): string
  setSentence(id: string, position: number, stored: string): void
  restoreSentence(id: string, position: number, stored: string | null): void
  noteDifference(id: string, position: number): void
  logOf(id: string): LabelLog
  tasksOf(id: string): AnnotationTask[]
}

export const NOT_UNDONE =
  'undoes IS NULL AND imported = 0 AND NOT EXISTS (SELECT 1 FROM annotation_decisions WHERE undoes = d.id)'
const COLUMNS = 'd.id, d.position, d.state, d.answers, d.run, d.method, d.annotator, d.settles, d.sentence, d.edits'

type NewDecision = Omit<Decision, 'id' | 'sentence'> & { sentence?: string }

/** Call writes within a transaction. */
export function decisionsTable(db: Database, tables: Tables) {
  const { itemOf, logOf, tasksOf, noteDifference } = tables
  const insert = db.prepare(`INSERT INTO annotation_decisions
    (project, position, state, answers, run, method, undoes, decided_at, annotator, settles, imported, sentence, edits)
    VALUES (@project, @position, @state, @answers, @run, @method, @undoes, @at, @annotator, @settles, @imported, @sentence, @edits)`)
  const hold = db.prepare(
    'UPDATE annotation_items SET state = ?, decision = ?, occurrences = NULL WHERE project = ? AND position = ?',
  )
  const last = db.prepare<[string], Decision>(
    `SELECT ${COLUMNS} FROM annotation_decisions d WHERE project = ? AND ${NOT_UNDONE} ORDER BY id DESC LIMIT 1`,
  )
  const before = db.prepare<[string, number, number], Decision>(
    `SELECT ${COLUMNS} FROM annotation_decisions d
    WHERE project = ? AND position = ? AND id < ? AND ${NOT_UNDONE} ORDER BY id DESC LIMIT 1`,
  )
  const wordsBefore = db
    .prepare<[string, number, number], string>(
      `SELECT sentence FROM annotation_decisions d
    WHERE project = ? AND position = ? AND id < ? AND sentence IS NOT NULL AND ${NOT_UNDONE} ORDER BY id DESC LIMIT 1`,
    )
    .pluck()
  const decided = db.prepare<[string], DecidedRow>(
    `SELECT ${COLUMNS.replace('d.state', 'i.state').replace('d.sentence', 'i.sentence')}, i.document
    FROM annotation_items i JOIN annotation_decisions d ON d.id = i.decision
    WHERE i.project = ? AND i.state IN ('accepted', 'fixed') ORDER BY i.position`,
  )

  function add(project: string, decision: NewDecision, undoes: number | null, imported = 0): number | bigint {
    const { lastInsertRowid } = insert.run({
      sentence: null,
      ...decision,
      project,
      undoes,
      imported,
      at: new Date().toISOString(),
    })
    return lastInsertRowid
  }

  /** Adds a decision that holds from now on. */
  function addCurrent(project: string, decision: NewDecision, undoes: number | null): void {
    hold.run(decision.state, add(project, decision, undoes), project, decision.position)
    noteDifference(project, decision.position)
  }

  function requireCurrent({ revision: held }: AnnotationItem, revision: number | null): void {
    if (held !== revision)
      throw new StoreError(
        'changed',
        'This sentence was decided in another window meanwhile. ' +
          'Its current state is shown; decide again to change it.',
      )
  }

  return {
    decide(
      id: string,
      position: number,
      revision: number | null,
      answers: Answer[] | null,
      { annotator, settles }: Decider,
    ): AnnotationItem {
      const item = itemOf(id, position)
      requireCurrent(item, revision)
      const { suggestion } = item
      const asSuggested = answers !== null && suggestion !== null && sameAnswers(answers, answersOf(suggestion.tags))
      addCurrent(
        id,
        {
          position,
          state: answers === null ? 'skipped' : asSuggested ? 'accepted' : 'fixed',
          answers: answers && JSON.stringify(answers),
          run: suggestion?.run ?? null,
          method: suggestion?.method ?? null,
          annotator,
          settles: settles ? 1 : 0,
          edits: logOf(id).last,
        },
        null,
      )
      return itemOf(id, position)
    },
    setWords(
      id: string,
      position: number,
      revision: number | null,
      sentence: Sentence,
      mapped: (answers: Answer[]) => Answer[],
      annotator: string,
    ): AnnotationItem {
      const item = itemOf(id, position)
      requireCurrent(item, revision)
      const stored = toStored(sentence)
      tables.setSentence(id, position, stored)
      addCurrent(
        id,
        {
          position,
          state: item.state,
          answers: item.answers && JSON.stringify(mapped(item.answers)),
          run: null,
          method: null,
          annotator,
          settles: item.settled ? 1 : 0,
          sentence: stored,
          edits: logOf(id).last,
        },
        null,
      )
      return itemOf(id, position)
    },
    undo(id: string): Undone {
      const undone = last.get(id)
      if (undone === undefined) return { item: null, answers: null }
      const { position } = undone
      const log = logOf(id)
      const restored = before.get(id, position, undone.id)
      if (undone.sentence !== null)
        tables.restoreSentence(id, position, wordsBefore.get(id, position, undone.id) ?? null)
      const answers = restored?.answers ?? null
      const isWhole =
        answers === null || isComplete(log.answers(JSON.parse(answers) as Answer[], restored!.edits), tasksOf(id))
      addCurrent(
        id,
        {
          position,
          state: isWhole ? (restored?.state ?? 'open') : 'open',
          answers,
          run: restored?.run ?? null,
          method: restored?.method ?? null,
          annotator: restored?.annotator ?? '',
          settles: restored?.settles ?? 0,
          edits: restored?.edits ?? log.last,
        },
        undone.id,
      )
      return {
        item: itemOf(id, position),
        // After a split or merge of words, the answers belong to words that are gone.
        answers:
          undone.answers === null || undone.sentence !== null
            ? null
            : log.answers(parseStored<Answer[]>('A decision', undone.answers, answersSchema), undone.edits),
      }
    },
    importDecisions(id: string, annotator: string, all: readonly { position: number; answers: Answer[] }[]): void {
      const edits = logOf(id).last
      for (const { position, answers } of all) {
        const given = { position, state: 'fixed' as const, answers: JSON.stringify(answers), annotator, settles: 0 }
        add(id, { ...given, run: null, method: null, edits }, null, 1)
        noteDifference(id, position)
      }
    },
    decided(id: string): DecidedSentence[] {
      const log = logOf(id)
      return decided.all(id).map(({ position, sentence, state, answers, run, method, annotator, edits, document }) => ({
        position,
        sentence: fromStored(sentence!),
        state: state as DecidedSentence['state'],
        answers: log.answers(parseStored<Answer[]>('A decision', answers!, answersSchema), edits),
        model: run === null ? null : { run, method: method as SuggestingModel['method'] },
        annotator,
        document,
      }))
    },
  }
}
