/** What a person decided: a log that only grows. The last decision on a sentence that was not taken back is the one that holds. */
import type { Database } from 'better-sqlite3'
import {
  answersOf,
  sameAnswers,
  type Answer,
  type ItemState,
  type SuggestingModel,
} from '../../../shared/annotation/correcting.ts'
import type { CorrectionItem, Undone } from '../../../shared/protocol/requests/corrections.ts'
import { StoreError } from '../errors.ts'
import { fromStored } from './sentence.ts'
import type { DecidedSentence } from './types.ts'

interface Decision {
  id: number
  position: number
  state: ItemState
  answers: string | null
  run: string | null
  method: string | null
}

interface DecidedRow extends Omit<Decision, 'id'> {
  sentence: string
}

const HOLDS = 'undoes IS NULL AND NOT EXISTS (SELECT 1 FROM correction_decisions WHERE undoes = d.id)'

/** Writes expect to be within a transaction. */
export function decisionsTable(db: Database, itemOf: (id: string, position: number) => CorrectionItem) {
  const insert = db.prepare<
    [Omit<Decision, 'id'> & { project: string; undoes: number | null; at: string }]
  >(`INSERT INTO correction_decisions
    (project, position, state, answers, run, method, undoes, decided_at) VALUES (@project, @position, @state, @answers, @run, @method, @undoes, @at)`)
  const hold = db.prepare('UPDATE correction_items SET state = ?, decision = ? WHERE project = ? AND position = ?')
  const last = db.prepare<[string], Decision>(
    `SELECT id, position, state, answers, run, method FROM correction_decisions d WHERE project = ? AND ${HOLDS} ORDER BY id DESC LIMIT 1`,
  )
  const before = db.prepare<
    [string, number, number],
    Decision
  >(`SELECT id, position, state, answers, run, method FROM correction_decisions d
    WHERE project = ? AND position = ? AND id < ? AND ${HOLDS} ORDER BY id DESC LIMIT 1`)
  const decided = db.prepare<
    [string],
    DecidedRow
  >(`SELECT i.position, i.sentence, i.state, d.answers, d.run, d.method FROM correction_items i
    JOIN correction_decisions d ON d.id = i.decision WHERE i.project = ? AND i.state IN ('accepted', 'fixed') ORDER BY i.position`)

  function add(project: string, decision: Omit<Decision, 'id'>, undoes: number | null): void {
    const { lastInsertRowid } = insert.run({ ...decision, project, undoes, at: new Date().toISOString() })
    hold.run(decision.state, lastInsertRowid, project, decision.position)
  }

  return {
    decide(id: string, position: number, revision: number | null, answers: Answer[] | null): CorrectionItem {
      const { suggestion, revision: held } = itemOf(id, position)
      if (held !== revision)
        throw new StoreError(
          'changed',
          'This sentence was decided in another window meanwhile. It is shown as it is now; decide again if that is not right.',
        )
      const asSuggested = answers !== null && suggestion !== null && sameAnswers(answers, answersOf(suggestion.tags))
      const state = answers === null ? 'skipped' : asSuggested ? 'accepted' : 'fixed'
      add(
        id,
        {
          position,
          state,
          answers: answers && JSON.stringify(answers),
          run: suggestion?.run ?? null,
          method: suggestion?.method ?? null,
        },
        null,
      )
      return itemOf(id, position)
    },
    undo(id: string): Undone {
      const undone = last.get(id)
      if (undone === undefined) return { item: null, answers: null }
      const restored = before.get(id, undone.position, undone.id) ?? {
        position: undone.position,
        state: 'open',
        answers: null,
        run: null,
        method: null,
      }
      const { position, state, answers, run, method } = restored
      add(id, { position, state, answers, run, method }, undone.id)
      return {
        item: itemOf(id, position),
        answers: undone.answers === null ? null : (JSON.parse(undone.answers) as Answer[]),
      }
    },
    decided: (id: string): DecidedSentence[] =>
      decided.all(id).map(({ position, sentence, state, answers, run, method }) => ({
        position,
        sentence: fromStored(sentence),
        state: state as DecidedSentence['state'],
        answers: JSON.parse(answers!) as Answer[],
        model: run === null ? null : { run, method: method as SuggestingModel['method'] },
      })),
  }
}
