/** The sentences of an annotation project, in the order of the queue. */
import type { Database } from 'better-sqlite3'
import type { ItemState } from '../../../shared/annotation/project.ts'
import type { QueueRow } from '../../../shared/protocol/requests/annotateResults.ts'
import { StoreError } from '../errors.ts'
import { fromStored } from './sentence.ts'
import type { Queue } from './types.ts'

interface Shown {
  position: number
  sentence: string
  state: ItemState
  uncertainty: number | null
  flagged: number
  differs: number
}

/** Characters of a sentence that a list shows, in UTF-16 units. */
const SHOWN = 160

type Key = { id: string; u: number; p: number; limit: number }

/** Sentences without suggestions come last: their rank, -1, is below every uncertainty. */
const ORDERED = {
  uncertain: {
    next: 'rank <= @u AND (rank < @u OR position > @p) ORDER BY rank DESC, position',
    previous: 'rank >= @u AND (rank > @u OR position < @p) ORDER BY rank, position DESC',
  },
  file: { next: 'position > @p ORDER BY position', previous: 'position < @p ORDER BY position DESC' },
}

/** Each filter has its index: see schema.ts. */
const FILTERS: Record<Queue['filter'], string> = {
  all: '',
  open: "AND state = 'open'",
  accepted: "AND state = 'accepted'",
  fixed: "AND state = 'fixed'",
  skipped: "AND state = 'skipped'",
  flagged: 'AND flagged = 1',
  differ: 'AND differs = 1',
}

/** `search` lists the positions that a text and a label leave, in ascending order. */
export function queueTable(db: Database, search: (id: string, queue: Queue) => number[]) {
  const prepared = new Map<string, ReturnType<typeof prepare>>()
  const prepare = (filter: string) => {
    const from = `FROM annotation_items WHERE project = @id ${filter}`
    const neighbour = (condition: string) =>
      db.prepare<[Key], number>(`SELECT position ${from} AND ${condition} LIMIT @limit`).pluck()
    const { uncertain, file } = ORDERED
    return {
      total: db.prepare<[{ id: string }], number>(`SELECT count(*) ${from}`).pluck(),
      neighbours: {
        uncertain: { next: neighbour(uncertain.next), previous: neighbour(uncertain.previous) },
        file: { next: neighbour(file.next), previous: neighbour(file.previous) },
      },
      places: db.prepare<[{ id: string }], { position: number; rank: number }>(`SELECT position, rank ${from}`),
      has: db.prepare<[{ id: string; position: number }], number>(`SELECT 1 ${from} AND position = @position`).pluck(),
    }
  }
  const statements = (filter: Queue['filter']) => {
    const found = prepared.get(filter) ?? prepare(FILTERS[filter])
    prepared.set(filter, found)
    return found
  }
  const rankOf = db
    .prepare<[string, number], number>('SELECT rank FROM annotation_items WHERE project = ? AND position = ?')
    .pluck()
  const shown = db.prepare<[string, number], Shown>(
    `SELECT position, sentence, state, uncertainty, flagged, differs
    FROM annotation_items LEFT JOIN annotation_suggestions USING (project, position) WHERE project = ? AND position = ?`,
  )

  /** The sort key of a sentence; null: before all others. */
  const keyAt = (id: string, position: number | null): Key => ({
    id,
    limit: 1,
    ...(position === null ? { u: 2, p: -1 } : { u: rankOf.get(id, position) ?? -1, p: position }),
  })

  /** The sentences of a queue with a text or a label, in its order. */
  function searched(id: string, queue: Queue): number[] {
    const found = new Set(search(id, queue))
    const places = statements(queue.filter)
      .places.all({ id })
      .filter(({ position }) => found.has(position))
    const byRank = queue.order === 'uncertain'
    return places
      .toSorted((a, b) => (byRank ? b.rank - a.rank : 0) || a.position - b.position)
      .map(({ position }) => position)
  }

  /** Positions after or before a sentence in the queue, which need not be in it. */
  function around(id: string, queue: Queue, position: number | null, direction: 'next' | 'previous', limit: number) {
    if (!isSearch(queue)) {
      const last = position === null && direction === 'previous' ? { u: -2, p: Number.MAX_SAFE_INTEGER } : {}
      const { neighbours } = statements(queue.filter)
      return neighbours[queue.order][direction].all({ ...keyAt(id, position), ...last, limit })
    }
    const all = searched(id, queue)
    if (direction === 'previous') all.reverse()
    if (position === null) return all.slice(0, limit)
    const rank = queue.order === 'uncertain' ? (one: number) => rankOf.get(id, one) ?? -1 : () => 0
    const own = rank(position)
    const isBeyond = (one: number) => {
      const apart = own - rank(one) || one - position
      return direction === 'next' ? apart > 0 : apart < 0
    }
    const from = all.indexOf(position)
    const start = from >= 0 ? from + 1 : all.findIndex(isBeyond)
    return start < 0 ? [] : all.slice(start, start + limit)
  }

  return {
    rows(
      id: string,
      queue: Queue,
      position: number | null,
      before: number,
      count: number,
    ): { total: number; rows: QueueRow[] } {
      const isIn = (one: number) =>
        isSearch(queue)
          ? searched(id, queue).includes(one)
          : statements(queue.filter).has.get({ id, position: one }) !== undefined
      const positions =
        position === null
          ? around(id, queue, null, 'next', count)
          : [
              ...around(id, queue, position, 'previous', before).toReversed(),
              // The sentence itself may not be in the queue.
              ...(isIn(position) ? [position] : []),
              ...around(id, queue, position, 'next', count),
            ]
      return {
        total: isSearch(queue) ? searched(id, queue).length : statements(queue.filter).total.get({ id })!,
        rows: positions.flatMap((one) => shown.all(id, one)).map(toRow),
      }
    },
    step: (id: string, queue: Queue, position: number | null, direction: 'next' | 'previous'): number | null =>
      around(id, queue, position, direction, 1)[0] ?? null,
  }
}

const isSearch = ({ text = '', label }: Queue) => text.trim() !== '' || label !== undefined

function toRow({ sentence, flagged, differs, ...row }: Shown): QueueRow {
  return {
    ...row,
    flagged: flagged === 1,
    differs: differs === 1,
    text: shownText(sentence),
  }
}

/** A damaged sentence must not hide the others; opening it reports the problem. */
function shownText(sentence: string): string {
  try {
    return fromStored(sentence).text.slice(0, SHOWN)
  } catch (error) {
    if (error instanceof StoreError) return '(This sentence is damaged.)'
    throw error
  }
}
