/** Single sentences: what is suggested, what was decided, marks, words. */
import type { Database } from 'better-sqlite3'
import type { LabelLog } from '../../../shared/annotation/labelLog.ts'
import type { Answer, ItemState, Suggestion, SuggestedTags } from '../../../shared/annotation/project.ts'
import type { AnnotationItem } from '../../../shared/protocol/requests/annotateResults.ts'
import { StoreError } from '../errors.ts'
import { answersSchema, suggestionSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'
import { occurrencesOf, withOccurrences, type StoredOccurrence } from './occurrences.ts'
import { fromStored } from './sentence.ts'
import type { opinionsTable } from './opinions.ts'

interface Row {
  position: number
  sentence: string
  document: string | null
  state: ItemState
  decision: number | null
  flagged: number
  comment: string
  occurrences: string | null
  answers: string | null
  decided_at: string | null
  annotator: string | null
  settles: number | null
  known: number | null
  origin: Suggestion['from'] | null
  run: string | null
  method: string | null
  tags: string | null
  uncertainty: number | null
  edits: number | null
}

/** Folds text for a search in any case of letters. */
export const folded = (text: string) => text.toLowerCase()

/** Call writes within a transaction. */
export function itemsTable(
  db: Database,
  logOf: (id: string) => LabelLog,
  opinions: () => Pick<ReturnType<typeof opinionsTable>, 'about'>,
) {
  const find = db.prepare<[string, number], Row>(
    `SELECT i.position, i.sentence, i.document, i.state, i.decision, i.flagged, i.comment, i.occurrences,
      d.answers, d.decided_at, d.annotator, d.settles, d.edits AS known,
      s.origin, s.run, s.method, s.tags, s.uncertainty, s.edits
    FROM annotation_items i LEFT JOIN annotation_suggestions s USING (project, position)
    LEFT JOIN annotation_decisions d ON d.id = i.decision WHERE i.project = ? AND i.position = ?`,
  )
  const all = db.prepare<[string], { position: number; sentence: string }>(
    'SELECT position, sentence FROM annotation_items WHERE project = ? ORDER BY position',
  )
  const insert = db.prepare('INSERT INTO annotation_items (project, position, sentence, document) VALUES (?, ?, ?, ?)')
  const insertText = db.prepare('INSERT INTO annotation_texts (project, position, folded) VALUES (?, ?, ?)')
  const mark = db.prepare(
    `UPDATE annotation_items SET flagged = ifnull(@flagged, flagged), comment = ifnull(@comment, comment)
    WHERE project = @id AND position = @position`,
  )
  const setSentence = db.prepare(
    `UPDATE annotation_items SET original = ifnull(original, sentence), sentence = @stored
    WHERE project = @id AND position = @position`,
  )
  const restore = db.prepare(
    `UPDATE annotation_items SET sentence = coalesce(@stored, original, sentence)
    WHERE project = @id AND position = @position`,
  )
  const setOccurrences = db.prepare('UPDATE annotation_items SET occurrences = ? WHERE project = ? AND position = ?')

  function rowOf(id: string, position: number): Row {
    const row = find.get(id, position)
    if (row === undefined) throw new StoreError('missing', `The annotation project ${id} has no sentence ${position}.`)
    return row
  }

  return {
    insert(id: string, position: number, stored: string, text: string, document: string | null): void {
      insert.run(id, position, stored, document)
      insertText.run(id, position, folded(text))
    },
    item(id: string, position: number): AnnotationItem {
      const row = rowOf(id, position)
      const log = logOf(id)
      const { text, words, offsets } = fromStored(row.sentence)
      const others = opinions()
        .about(id, position, words.length)
        .filter(({ annotator }) => row.settles === 1 || row.decision === null || annotator !== row.annotator)
      return {
        position,
        text,
        words,
        offsets: words.map((_, t) => [offsets[2 * t], offsets[2 * t + 1]]),
        state: row.state,
        revision: row.decision,
        suggestion: suggestionOf(row, words.length, log),
        answers:
          row.answers === null
            ? null
            : log.answers(parseStored<Answer[]>('A decision', row.answers, answersSchema), row.known!),
        decidedAt: row.decided_at,
        annotator: row.annotator,
        flagged: row.flagged === 1,
        comment: row.comment,
        document: row.document,
        others: others.map(({ annotator, answers, decidedAt }) => ({ annotator, answers, decidedAt })),
        settled: row.settles === 1,
      }
    },
    all: (id: string) => all.all(id).map(({ position, sentence }) => ({ position, sentence: fromStored(sentence) })),
    stored: (id: string, position: number): string => rowOf(id, position).sentence,
    mark(id: string, position: number, { flagged, comment }: { flagged?: boolean; comment?: string }): void {
      rowOf(id, position)
      mark.run({ id, position, flagged: flagged === undefined ? null : Number(flagged), comment: comment ?? null })
    },
    setSentence: (id: string, position: number, stored: string) => void setSentence.run({ id, position, stored }),
    /** `stored`: the words after an earlier edit; null: those of the source. */
    restoreSentence: (id: string, position: number, stored: string | null) =>
      void restore.run({ id, position, stored }),
    addOccurrence(id: string, position: number, occurrence: StoredOccurrence): void {
      const { occurrences } = rowOf(id, position)
      const all = [...occurrencesOf(occurrences), { ...occurrence, edits: logOf(id).last }]
      setOccurrences.run(JSON.stringify(all), id, position)
    },
  }
}

function suggestionOf(row: Row, length: number, log: LabelLog): Suggestion | null {
  const { origin, run, method, uncertainty } = row
  const base =
    row.tags === null
      ? null
      : log.tags(parseStored<SuggestedTags[]>('A suggestion', row.tags, suggestionSchema), row.edits!)
  const accepted = row.state === 'open' ? occurrencesOf(row.occurrences) : []
  if (accepted.length === 0) return base === null ? null : { from: origin!, run, method, uncertainty, tags: base }
  return { from: 'occurrence', run, method, uncertainty, tags: withOccurrences(base ?? [], accepted, length, log) }
}
