/** Labels that a person accepted from other occurrences of the same words, laid over what is suggested. */
import type { LabelLog } from '../../../shared/annotation/labelLog.ts'
import type { Answer, AnswerSpan, SuggestedTags } from '../../../shared/annotation/project.ts'
import { occurrencesSchema } from '../schemas.ts'
import { parseStored } from '../stored.ts'

/** One accepted label: a span, or the label of words. `span`: whether the task has spans. */
export interface StoredOccurrence extends AnswerSpan {
  task: string
  span: boolean
  /** The last edit of labels that it knows. */
  edits?: number
}

export function occurrencesOf(stored: string | null): StoredOccurrence[] {
  return stored === null ? [] : parseStored<StoredOccurrence[]>('Accepted occurrences', stored, occurrencesSchema)
}

/** Later ones replace what they overlap. */
export function withOccurrences(
  base: readonly SuggestedTags[],
  accepted: readonly StoredOccurrence[],
  length: number,
  log: LabelLog,
): SuggestedTags[] {
  const tags = new Map(base.map((one) => [one.task, one]))
  for (const { task, span, edits = 0, ...place } of accepted) {
    const [answer] = log.answers([asAnswer(task, span, place, length)], edits) as [Answer?]
    if (answer === undefined) continue
    const before = tags.get(answer.task) ?? emptyTags(answer.task, span, length)
    tags.set(answer.task, laidOver(before, answer))
  }
  return [...tags.values()]
}

function asAnswer(task: string, span: boolean, { type, from, to }: AnswerSpan, length: number): Answer {
  return span
    ? { task, labels: null, spans: [{ type, from, to }] }
    : { task, spans: null, labels: Array.from({ length }, (_, t) => (t >= from && t < to ? type : null)) }
}

function emptyTags(task: string, span: boolean, length: number): SuggestedTags {
  return {
    task,
    tags: new Array<string | null>(length).fill(span ? 'O' : null),
    confidence: null,
    spans: span ? [] : null,
  }
}

function laidOver(before: SuggestedTags, { labels, spans }: Answer): SuggestedTags {
  if (spans === null || before.spans === null)
    return { ...before, tags: before.tags.map((tag, t) => labels?.[t] ?? tag) }
  const kept = before.spans.filter((one) => !spans.some(({ from, to }) => one.from < to && from < one.to))
  const all = [...kept, ...spans.map((one) => ({ ...one, confidence: null }))].toSorted((a, b) => a.from - b.from)
  const tags = new Array<string>(before.tags.length).fill('O')
  for (const { type, from, to } of all)
    for (let t = from; t < to; t++) tags[t] = (t === from ? 'B' : 'I') + (type === '' ? '' : `-${type}`)
  return { ...before, tags, spans: all }
}
