/** Other places with the same words, which are offered the same label. */
import { answersOf, type Answer, type AnswerSpan } from '../../../shared/annotation/project.ts'
import type { Occurrence } from '../../../shared/protocol/requests/annotateResults.ts'
import type { Place } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import { isComplete } from '../../store/annotation/edits.ts'
import { AnnotateError } from './errors.ts'
import { taskNamed } from './tasks.ts'

/** Places that a request lists: more cannot be looked through. */
const LISTED = 500

/**
 * Places with the words from..to - 1 of a sentence, in any case of letters, that do not have the label. Throws an
 * AnnotateError 'badAnswer' where the sentence has no such words.
 */
export function findOccurrences(
  store: Store,
  project: string,
  position: number,
  task: string,
  { type, from, to }: AnswerSpan,
): { rows: Occurrence[]; total: number } {
  const { annotation } = store
  taskNamed(annotation.get(project).tasks, task)
  const { words, text, offsets } = annotation.sentence(project, position)
  if (from >= to || to > words.length)
    throw new AnnotateError(
      'badAnswer',
      `Sentence ${position + 1}: found words ${from + 1} to ${to}, expected some of its ${words.length} words.`,
    )
  const wanted = words.slice(from, to).map((word) => word.toLowerCase())
  const rows: Occurrence[] = []
  let total = 0
  for (const found of annotation.containing(project, text.slice(offsets[2 * from], offsets[2 * to - 1]))) {
    const { sentence, state, answers } = found
    if (state === 'skipped') continue
    const answer = answers?.find((one) => one.task === task) ?? null
    for (const at of placesOf(sentence.words, wanted)) {
      const isOwn = found.position === position && at === from
      if (isOwn || hasLabel(answer, at, at + wanted.length, type)) continue
      total++
      if (rows.length === LISTED) continue
      const [start, end] = [sentence.offsets[2 * at], sentence.offsets[2 * (at + wanted.length) - 1]]
      const place = { position: found.position, from: at, to: at + wanted.length }
      rows.push({ ...place, text: sentence.text, start, end, state: state })
    }
  }
  return { rows, total }
}

function placesOf(words: readonly string[], wanted: readonly string[]): number[] {
  const places: number[] = []
  for (let t = 0; t + wanted.length <= words.length; t++)
    if (wanted.every((word, i) => words[t + i].toLowerCase() === word)) places.push(t)
  return places
}

function hasLabel(answer: Answer | null, from: number, to: number, type: string): boolean {
  if (answer === null) return false
  if (answer.spans !== null)
    return answer.spans.some((span) => span.from === from && span.to === to && span.type === type)
  return answer.labels!.slice(from, to).every((label) => label === type)
}

/**
 * Labels the places. In an open sentence the label is a suggestion; in a decided one it is a further decision of the
 * annotator. Places whose words are gone meanwhile are left out. Returns the number of sentences that changed.
 */
export function acceptOccurrences(
  store: Store,
  project: string,
  task: string,
  type: string,
  places: readonly Place[],
  annotator: string,
): number {
  const { annotation } = store
  return store.transaction(() => {
    const { tasks, place } = annotation.get(project)
    const { kind } = taskNamed(tasks, task)
    let changed = 0
    for (const [position, own] of Map.groupBy(places, (one) => one.position)) {
      const item = annotation.item(project, position)
      const fitting = own.filter(({ from, to }) => from < to && to <= item.words.length)
      if (item.state === 'skipped' || fitting.length === 0) continue
      changed++
      if (item.state === 'open') {
        for (const { from, to } of fitting) annotation.addOccurrence(project, position, { task, type, from, to })
        continue
      }
      const answers = fitting.reduce(
        (before, { from, to }) =>
          before.map((answer) => (answer.task === task ? labelled(answer, type, from, to) : answer)),
        item.answers ?? answersOf(item.suggestion?.tags ?? []),
      )
      if (!answers.some((answer) => answer.task === task) || !isComplete(answers, tasks))
        throw new AnnotateError('badAnswer', `Sentence ${position + 1} has no answer to ${task} (${kind}s) yet.`)
      annotation.decide(project, position, item.revision, answers, place, { annotator, settles: item.settled })
      annotation.setPlace(project, place)
    }
    return changed
  })
}

function labelled(answer: Answer, type: string, from: number, to: number): Answer {
  if (answer.labels !== null)
    return { ...answer, labels: answer.labels.map((label, t) => (t >= from && t < to ? type : label)) }
  const apart = answer.spans!.filter((span) => span.to <= from || span.from >= to)
  return { ...answer, spans: [...apart, { type, from, to }].toSorted((a, b) => a.from - b.from) }
}
