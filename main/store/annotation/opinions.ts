/** What several people decided about the same sentences: the latest decision of each. */
import type { Database } from 'better-sqlite3'
import type { LabelLog } from '../../../shared/annotation/labelLog.ts'
import { sameAnswers, type Answer } from '../../../shared/annotation/project.ts'
import { answersSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'
import { fromStored } from './sentence.ts'
import type { DecidedBy } from './types.ts'

export interface Opinion {
  id: number
  position: number
  annotator: string
  answers: Answer[] | null
  decidedAt: string
}

interface Row {
  id: number
  position: number
  annotator: string
  answers: string | null
  edits: number
  decided_at: string
}

interface Held {
  sentence: string
  annotator: string | null
  answers: string | null
  edits: number
  settles: number
}

const LATEST = (where: string) => `SELECT d.id, d.position, d.annotator, d.answers, d.edits, d.decided_at
  FROM annotation_decisions d JOIN (
    SELECT max(id) AS id FROM annotation_decisions d
    WHERE ${where} AND undoes IS NULL AND settles = 0 AND state <> 'open'
      AND NOT EXISTS (SELECT 1 FROM annotation_decisions WHERE undoes = d.id)
    GROUP BY position, annotator) USING (id) ORDER BY d.position, d.annotator`

export function opinionsTable(db: Database, logOf: (id: string) => LabelLog) {
  const ofItem = db.prepare<[string, number], Row>(LATEST('project = ? AND position = ?'))
  const ofProject = db.prepare<[string], Row>(LATEST('project = ?'))
  const held = db.prepare<[string, number], Held>(
    `SELECT i.sentence, d.annotator, d.answers, ifnull(d.edits, 0) AS edits, ifnull(d.settles, 0) AS settles
    FROM annotation_items i LEFT JOIN annotation_decisions d ON d.id = i.decision WHERE i.project = ? AND i.position = ?`,
  )
  const setDiffers = db.prepare('UPDATE annotation_items SET differs = ? WHERE project = ? AND position = ?')
  const annotators = db
    .prepare<[string], string>(
      "SELECT DISTINCT annotator FROM annotation_decisions WHERE project = ? AND undoes IS NULL AND state <> 'open'",
    )
    .pluck()
  const sentences = db
    .prepare<[string, number], string>('SELECT sentence FROM annotation_items WHERE project = ? AND position = ?')
    .pluck()

  function read(rows: readonly Row[], log: LabelLog): Opinion[] {
    return rows.map(({ id, position, annotator, answers, edits, decided_at }) => ({
      id,
      position,
      annotator,
      answers:
        answers === null ? null : log.answers(parseStored<Answer[]>('A decision', answers, answersSchema), edits),
      decidedAt: decided_at,
    }))
  }

  /** Decisions on one sentence that fit its words, one for each person. */
  const about = (id: string, position: number, length: number): Opinion[] =>
    read(ofItem.all(id, position), logOf(id)).filter(({ answers }) => answers === null || fits(answers, length))

  return {
    about,
    annotators: (id: string): string[] => annotators.all(id).toSorted(),
    /** Records whether people decided the sentence differently, and nobody settled that. */
    noteDifference(id: string, position: number): void {
      const { sentence, settles } = held.get(id, position)!
      const given = about(id, position, fromStored(sentence).words.length).flatMap(({ answers }) =>
        answers === null ? [] : [answers],
      )
      const differs = settles === 0 && given.some((one) => !sameAnswers(one, given[0]))
      setDiffers.run(differs ? 1 : 0, id, position)
    },
    /** What one person decided last about each sentence, as its words are now. */
    of(id: string, annotator: string): DecidedBy[] {
      return read(
        ofProject.all(id).filter((row) => row.annotator === annotator),
        logOf(id),
      ).flatMap(({ position, answers }) => {
        const sentence = fromStored(sentences.get(id, position)!)
        return answers === null || !fits(answers, sentence.words.length) ? [] : [{ position, sentence, answers }]
      })
    },
    all(id: string): { position: number; length: number; decided: { annotator: string; answers: Answer[] }[] }[] {
      const byPosition = Map.groupBy(read(ofProject.all(id), logOf(id)), ({ position }) => position)
      return [...byPosition].flatMap(([position, opinions]) => {
        if (opinions.length < 2) return []
        const { length } = fromStored(sentences.get(id, position)!).words
        const decided = opinions.flatMap(({ annotator, answers }) =>
          answers === null || !fits(answers, length) ? [] : [{ annotator, answers }],
        )
        return decided.length < 2 ? [] : [{ position, length, decided }]
      })
    },
  }
}

/** Whether answers belong to a sentence of this many words: its words may have been split or merged since. */
function fits(answers: readonly Answer[], length: number): boolean {
  return answers.every(
    ({ labels, spans }) =>
      (labels === null || labels.length === length) && (spans === null || spans.every(({ to }) => to <= length)),
  )
}
