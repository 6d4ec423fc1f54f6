/** Finds sentences by text and by label. Labels are read through the log of their edits. */
import type { Database } from 'better-sqlite3'
import type { LabelLog } from '../../../shared/annotation/labelLog.ts'
import { answersOf, type Answer, type ItemState, type SuggestedTags } from '../../../shared/annotation/project.ts'
import { folded } from './items.ts'
import { fromStored } from './sentence.ts'
import type { LabelledSentence, Queue } from './types.ts'

interface Row {
  position: number
  sentence: string
  state: ItemState
  answers: string | null
  known: number | null
  tags: string | null
  edits: number | null
}

const FROM = `FROM annotation_items i LEFT JOIN annotation_decisions d ON d.id = i.decision
  LEFT JOIN annotation_suggestions s USING (project, position) WHERE i.project = ?`
const ANSWERS = 'i.position, i.state, d.answers, d.edits AS known, s.tags, s.edits'

export function searchTable(db: Database, logOf: (id: string) => LabelLog) {
  const byText = db
    .prepare<[string, string], number>(
      'SELECT position FROM annotation_texts WHERE project = ? AND instr(folded, ?) > 0 ORDER BY position',
    )
    .pluck()
  // Only what may have the label leaves the database; '' is in every text.
  const answered = db.prepare<[string, string], Omit<Row, 'sentence'>>(
    `SELECT ${ANSWERS} ${FROM} AND instr(ifnull(d.answers, s.tags), ?) > 0`,
  )
  const answeredAt = db.prepare<[string, number], Row>(`SELECT i.sentence, ${ANSWERS} ${FROM} AND i.position = ?`)

  const answersIn = ({ answers, known, tags, edits }: Omit<Row, 'sentence'>, log: LabelLog): Answer[] | null =>
    answers !== null
      ? log.answers(JSON.parse(answers) as Answer[], known!)
      : tags === null
        ? null
        : answersOf(log.tags(JSON.parse(tags) as SuggestedTags[], edits!))

  function byLabel(id: string, { task, label }: NonNullable<Queue['label']>): number[] {
    const log = logOf(id)
    const has = (answer: Answer) =>
      answer.task === task &&
      (answer.labels?.includes(label) === true || answer.spans?.some(({ type }) => type === label) === true)
    // Where labels were never edited, text without the label is not parsed.
    // It ends a string: "PER" as a type, "B-PER" as a tag.
    const written = log.last === 0 ? JSON.stringify(label).slice(1) : ''
    const found: number[] = []
    for (const row of answered.iterate(id, written)) {
      if (answersIn(row, log)?.some(has) === true) found.push(row.position)
    }
    return found
  }

  return {
    positions(id: string, { text = '', label }: Queue): number[] {
      const wanted = folded(text.trim())
      const withText = wanted === '' ? null : byText.all(id, wanted)
      if (label === undefined) return withText ?? []
      const withLabel = byLabel(id, label)
      if (withText === null) return withLabel
      const both = new Set(withText)
      return withLabel.filter((position) => both.has(position))
    },
    containing(id: string, text: string): LabelledSentence[] {
      const log = logOf(id)
      return byText.all(id, folded(text)).flatMap((position) => {
        const row = answeredAt.get(id, position)!
        return { position, sentence: fromStored(row.sentence), state: row.state, answers: answersIn(row, log) }
      })
    },
  }
}
