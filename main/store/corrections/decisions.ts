/** Decisions of people: an append-only log. The last decision on a sentence that was not undone is the current one. */
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
import { answersSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'
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

const IS_CURRENT = 'undoes IS NULL AND NOT EXISTS (SELECT 1 FROM correction_decisions WHERE undoes = d.id)'

/** Call writes within a transaction. */
export function decisionsTable(db: Database, itemOf: (id: string, position: number) => CorrectionItem) {
  const insert = db.prepare<
    [Omit<Decision, 'id'> & { project: string; undoes: number | null; at: string }]
  >(`INSERT INTO correction_decisions
    (project, position, state, answers, run, method, undoes, decided_at) VALUES (@project, @position, @state, @answers, @run, @method, @undoes, @at)`)
  const hold = db.prepare('UPDATE correction_items SET state = ?, decision = ? WHERE project = ? AND position = ?')
  const last = db.prepare<[string], Decision>(
    `SELECT id, position, state, answers, run, method FROM correction_decisions d WHERE project = ? AND ${IS_CURRENT} ORDER BY id DESC LIMIT 1`,
  )
  const before = db.prepare<
    [string, number, number],
    Decision
  >(`SELECT id, position, state, answers, run, method FROM correction_decisions d
    WHERE project = ? AND position = ? AND id < ? AND ${IS_CURRENT} ORDER BY id DESC LIMIT 1`)
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
          'This sentence was decided in another window meanwhile. ' +
            'Its current state is shown; decide again to change it.',
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
        answers: undone.answers === null ? null : parseStored<Answer[]>('A decision', undone.answers, answersSchema),
      }
    },
    decided: (id: string): DecidedSentence[] =>
      decided.all(id).map(({ position, sentence, state, answers, run, method }) => ({
        position,
        sentence: fromStored(sentence),
        state: state as DecidedSentence['state'],
        answers: parseStored<Answer[]>('A decision', answers!, answersSchema),
        model: run === null ? null : { run, method: method as SuggestingModel['method'] },
      })),
  }
}
