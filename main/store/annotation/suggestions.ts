/**
 * Suggestions of models, rules and corpora, for undecided sentences only: the statements ensure it, and so does a
 * trigger of the database.
 */
import type { Database } from 'better-sqlite3'
import { uncertaintyOf, type SuggestedTags, type SuggestingModel } from '../../../shared/annotation/project.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { fromStored } from './sentence.ts'
import type { NewSuggestion, Waiting } from './types.ts'

interface Key {
  id: string
  run: string
  method: string
  position: number
  count: number
}

interface Kept {
  id: string
  position: number
  origin: 'run' | 'rules' | 'corpus'
  run: string | null
  method: string | null
  tags: string
  uncertainty: number | null
  edits: number
}

/** What a model has not suggested labels for yet. A corpus' own labels stay. */
export const WAITS = `i.state = 'open' AND (s.origin IS NULL OR s.origin = 'rules'
  OR (s.origin = 'run' AND (s.run <> @run OR s.method <> @method)))`

/** Call writes within a transaction. */
export function suggestionsTable(db: Database) {
  const waiting = db.prepare<[Key], { position: number; sentence: string }>(
    `SELECT i.position, i.sentence FROM annotation_items i
    LEFT JOIN annotation_suggestions s USING (project, position)
    WHERE i.project = @id AND i.position >= @position AND ${WAITS}
    ORDER BY i.position LIMIT @count`,
  )
  const keep = db.prepare<[Kept]>(
    `INSERT INTO annotation_suggestions (project, position, origin, run, method, tags, uncertainty, edits)
    SELECT project, position, @origin, @run, @method, @tags, @uncertainty, @edits
    FROM annotation_items WHERE project = @id AND position = @position AND state = 'open'
    ON CONFLICT (project, position) DO UPDATE SET origin = excluded.origin, run = excluded.run, method = excluded.method,
      tags = excluded.tags, uncertainty = excluded.uncertainty, edits = excluded.edits`,
  )
  const rank = db.prepare('UPDATE annotation_items SET rank = ? WHERE project = ? AND position = ?')
  const dropGiven = db.prepare(
    `DELETE FROM annotation_suggestions WHERE project = ? AND origin = 'corpus'
    AND position IN (SELECT position FROM annotation_items WHERE project = annotation_suggestions.project AND state = 'open')`,
  )
  const dropRules = db.prepare(
    `DELETE FROM annotation_suggestions WHERE project = ? AND origin = 'rules'
    AND position IN (SELECT position FROM annotation_items WHERE project = annotation_suggestions.project AND state = 'open')`,
  )
  const unsuggested = db.prepare<[string], { position: number; sentence: string }>(
    `SELECT i.position, i.sentence FROM annotation_items i LEFT JOIN annotation_suggestions s USING (project, position)
    WHERE i.project = ? AND i.state = 'open' AND s.origin IS NULL`,
  )
  const drop = db.prepare('DELETE FROM annotation_suggestions WHERE project = ? AND position = ?')

  return {
    waiting: (id: string, { run, method }: SuggestingModel, position: number, count: number): Waiting[] =>
      waiting
        .all({ id, run, method, position, count })
        .map((row) => ({ position: row.position, sentence: fromStored(row.sentence) })),
    suggest: (
      id: string,
      { run, method }: SuggestingModel,
      suggestions: readonly NewSuggestion[],
      edits: number,
    ): number =>
      suggestions.reduce((kept, { position, tags }) => {
        const uncertainty = uncertaintyOf(tags)
        const { changes } = keep.run({
          ...{ id, position, origin: 'run', run, method, tags: JSON.stringify(tags), uncertainty, edits },
        })
        if (changes > 0) rank.run(uncertainty, id, position)
        return kept + changes
      }, 0),
    /** A corpus' own labels. */
    give(id: string, position: number, tags: readonly SuggestedTags[]): void {
      const text = JSON.stringify(tags)
      keep.run({ id, position, origin: 'corpus', run: null, method: null, tags: text, uncertainty: null, edits: 0 })
    },
    dropGiven: (id: string) => void dropGiven.run(id),
    drop(id: string, position: number): void {
      drop.run(id, position)
      rank.run(-1, id, position)
    },
    /** Replaces what rules suggest. Returns the number of sentences with such a suggestion. */
    applyRules(
      id: string,
      suggest: (sentences: readonly Sentence[]) => (SuggestedTags[] | null)[],
      edits: number,
    ): number {
      dropRules.run(id)
      const rows = unsuggested.all(id)
      const suggested = suggest(rows.map(({ sentence }) => fromStored(sentence)))
      return rows.reduce((count, { position }, i) => {
        if (suggested[i] === null) return count
        const { changes } = keep.run({
          ...{ id, position, origin: 'rules', run: null, method: null, uncertainty: null, edits },
          tags: JSON.stringify(suggested[i]),
        })
        return count + changes
      }, 0)
    },
  }
}
