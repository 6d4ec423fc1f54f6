/** What one does to the answers of a sentence. Each gives new answers, or the same ones where there is nothing to do. */
import type { Answer, AnswerSpan } from '../../../shared/annotation/correcting.ts'

/** Words from..to - 1 get a label; in span tasks they become one span of this type, and others lose these words. */
export function withLabel(answer: Answer, from: number, to: number, label: string): Answer {
  if (answer.labels !== null)
    return { ...answer, labels: answer.labels.map((one, t) => (t >= from && t < to ? label : one)) }
  return { ...answer, spans: inOrder([...cut(answer.spans!, from, to), { type: label, from, to }]) }
}

/** In token tasks the words get back what was suggested; in span tasks all spans that touch them go. */
export function cleared(answer: Answer, from: number, to: number, suggested: Answer | null): Answer {
  if (answer.labels !== null)
    return {
      ...answer,
      labels: answer.labels.map((one, t) => (t >= from && t < to ? (suggested?.labels?.[t] ?? one) : one)),
    }
  return { ...answer, spans: answer.spans!.filter((span) => span.to <= from || span.from >= to) }
}

/** Moves the end (or the start) of the span at word t by some words; it keeps one word at least, and others give way. */
export function resized(answer: Answer, t: number, edge: 'start' | 'end', by: number, length: number): Answer {
  const span = spanAt(answer, t)
  if (span === null) return answer
  const from = edge === 'start' ? Math.max(0, Math.min(span.to - 1, span.from + by)) : span.from
  const to = edge === 'end' ? Math.min(length, Math.max(span.from + 1, span.to + by)) : span.to
  const others = answer.spans!.filter((one) => one !== span)
  return { ...answer, spans: inOrder([...cut(others, from, to), { ...span, from, to }]) }
}

/** The span that a word is in; null outside of all, and in token tasks. */
export function spanAt({ spans }: Answer, t: number): AnswerSpan | null {
  return spans?.find(({ from, to }) => from <= t && t < to) ?? null
}

/** The spans without the words from..to - 1: what is left of one on both sides stays. */
function cut(spans: readonly AnswerSpan[], from: number, to: number): AnswerSpan[] {
  return spans.flatMap((span) =>
    [
      { ...span, to: Math.min(span.to, from) },
      { ...span, from: Math.max(span.from, to) },
    ].filter((part) => part.from < part.to),
  )
}

function inOrder(spans: AnswerSpan[]): AnswerSpan[] {
  return spans.toSorted((a, b) => a.from - b.from)
}
