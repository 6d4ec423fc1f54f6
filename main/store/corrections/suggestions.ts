/**
 * Suggestions of models, for undecided sentences only: the statement ensures it, and so does a trigger of the database.
 */
import type { Database } from 'better-sqlite3'
import { uncertaintyOf, type SuggestingModel } from '../../../shared/annotation/correcting.ts'
import { fromStored } from './sentence.ts'
import type { Suggestion, Waiting } from './types.ts'

interface Key {
  id: string
  run: string
  method: string
  position: number
  count: number
}

/** Call writes within a transaction. */
export function suggestionsTable(db: Database) {
  const waiting = db.prepare<
    [Key],
    { position: number; sentence: string }
  >(`SELECT i.position, i.sentence FROM correction_items i
    LEFT JOIN correction_suggestions s USING (project, position)
    WHERE i.project = @id AND i.state = 'open' AND i.position >= @position AND (s.run IS NULL OR s.run <> @run OR s.method <> @method)
    ORDER BY i.position LIMIT @count`)
  const keep = db.prepare<
    [Omit<Key, 'count'> & { tags: string; uncertainty: number }]
  >(`INSERT INTO correction_suggestions (project, position, run, method, tags, uncertainty)
    SELECT project, position, @run, @method, @tags, @uncertainty FROM correction_items WHERE project = @id AND position = @position AND state = 'open'
    ON CONFLICT (project, position) DO UPDATE SET run = excluded.run, method = excluded.method, tags = excluded.tags, uncertainty = excluded.uncertainty`)

  return {
    waiting: (id: string, { run, method }: SuggestingModel, position: number, count: number): Waiting[] =>
      waiting
        .all({ id, run, method, position, count })
        .map((row) => ({ position: row.position, sentence: fromStored(row.sentence) })),
    suggest: (id: string, { run, method }: SuggestingModel, suggestions: readonly Suggestion[]): number =>
      suggestions.reduce(
        (kept, { position, tags }) =>
          kept +
          keep.run({ id, run, method, position, tags: JSON.stringify(tags), uncertainty: uncertaintyOf(tags) }).changes,
        0,
      ),
  }
}
