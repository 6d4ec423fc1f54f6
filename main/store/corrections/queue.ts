/** The sentences of a correction project, in the order of the queue. */
import type { Database } from 'better-sqlite3'
import type { Answer, ItemState } from '../../../shared/annotation/correcting.ts'
import type { CorrectionItem, QueueRow } from '../../../shared/protocol/requests/corrections.ts'
import type { SentenceTags } from '../../../shared/tags/tagging.ts'
import { StoreError } from '../errors.ts'
import { answersSchema, suggestionSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'
import { fromStored } from './sentence.ts'
import type { Queue } from './types.ts'

interface Row {
  position: number
  sentence: string
  state: ItemState
  decision: number | null
  answers: string | null
  decided_at: string | null
  run: string | null
  method: string | null
  tags: string | null
  uncertainty: number | null
}

type Shown = Pick<Row, 'position' | 'sentence' | 'state' | 'uncertainty'>

/** Characters of a sentence that a list shows, in UTF-16 units. */
const SHOWN = 160

type Key = { id: string; state: string | null; u: number; p: number; limit: number }

/** Sentences without suggestions come last: -1 is below every uncertainty. */
const FROM =
  'FROM correction_items i LEFT JOIN correction_suggestions s USING (project, position) WHERE i.project = @id AND (@state IS NULL OR i.state = @state)'
const SURE = 'ifnull(s.uncertainty, -1)'
const ORDERED = {
  uncertain: {
    next: `(${SURE} < @u OR (${SURE} = @u AND position > @p)) ORDER BY ${SURE} DESC, position`,
    previous: `(${SURE} > @u OR (${SURE} = @u AND position < @p)) ORDER BY ${SURE}, position DESC`,
  },
  file: { next: 'position > @p ORDER BY position', previous: 'position < @p ORDER BY position DESC' },
}

export function queueTable(db: Database) {
  const find = db.prepare<
    [string, number],
    Row
  >(`SELECT i.position, i.sentence, i.state, i.decision, d.answers, d.decided_at, s.run, s.method, s.tags, s.uncertainty
    FROM correction_items i LEFT JOIN correction_suggestions s USING (project, position) LEFT JOIN correction_decisions d ON d.id = i.decision
    WHERE i.project = ? AND i.position = ?`)
  const total = db
    .prepare<[Key], number>(
      'SELECT count(*) FROM correction_items WHERE project = @id AND (@state IS NULL OR state = @state)',
    )
    .pluck()
  const uncertainty = db
    .prepare<[string, number], number>(
      'SELECT uncertainty FROM correction_suggestions WHERE project = ? AND position = ?',
    )
    .pluck()
  const shown = db.prepare<
    [string, number],
    Shown
  >(`SELECT position, sentence, state, uncertainty FROM correction_items LEFT JOIN correction_suggestions USING (project, position)
    WHERE project = ? AND position = ?`)
  const neighbour = (condition: string) =>
    db.prepare<[Key], number>(`SELECT position ${FROM} AND ${condition} LIMIT @limit`).pluck()
  const { uncertain, file } = ORDERED
  const neighbours = {
    uncertain: { next: neighbour(uncertain.next), previous: neighbour(uncertain.previous) },
    file: { next: neighbour(file.next), previous: neighbour(file.previous) },
  }

  /** The sort key of a sentence; null: before all others. */
  function keyAt(id: string, { filter }: Queue, position: number | null): Key {
    const place = position === null ? { u: 2, p: -1 } : { u: uncertainty.get(id, position) ?? -1, p: position }
    return { id, state: filter === 'all' ? null : filter, limit: 1, ...place }
  }

  return {
    item(id: string, position: number): CorrectionItem {
      const row = find.get(id, position)
      if (row === undefined)
        throw new StoreError('missing', `The correction project ${id} has no sentence ${position}.`)
      return toItem(row)
    },
    rows(
      id: string,
      queue: Queue,
      position: number | null,
      before: number,
      count: number,
    ): { total: number; rows: QueueRow[] } {
      const own = keyAt(id, queue, position)
      const { next, previous } = neighbours[queue.order]
      const positions =
        position === null
          ? next.all({ ...own, limit: count })
          : [...previous.all({ ...own, limit: before }).toReversed(), position, ...next.all({ ...own, limit: count })]
      // The sentence itself may not be in the queue.
      const rows = positions
        .flatMap((one) => shown.all(id, one))
        .filter(({ state }) => own.state === null || own.state === state)
      return {
        total: total.get(own)!,
        rows: rows.map(({ sentence, ...row }) => ({ ...row, text: fromStored(sentence).text.slice(0, SHOWN) })),
      }
    },
    step(id: string, queue: Queue, position: number | null, direction: 'next' | 'previous'): number | null {
      const place = position === null && direction === 'previous' ? { u: -2, p: Number.MAX_SAFE_INTEGER } : {}
      return neighbours[queue.order][direction].get({ ...keyAt(id, queue, position), ...place }) ?? null
    },
  }
}

function toItem({
  position,
  sentence,
  state,
  decision,
  answers,
  decided_at,
  run,
  method,
  tags,
  uncertainty,
}: Row): CorrectionItem {
  const { text, words, offsets } = fromStored(sentence)
  return {
    position,
    text,
    words,
    offsets: words.map((_, t) => [offsets[2 * t], offsets[2 * t + 1]]),
    state,
    revision: decision,
    suggestion:
      tags === null
        ? null
        : {
            run: run!,
            method: method!,
            uncertainty: uncertainty!,
            tags: parseStored<SentenceTags[]>('A suggestion', tags, suggestionSchema),
          },
    answers: answers === null ? null : parseStored<Answer[]>('A decision', answers, answersSchema),
    decidedAt: decided_at,
  }
}
